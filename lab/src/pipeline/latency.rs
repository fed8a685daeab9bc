//! Latency: warm-up, then slices of all arms interleaved round by round, the number of rounds fixed beforehand.

use super::Bench;
use crate::arms::{Arm, Shop};
use crate::exercise::{Arrivals, Load};
use crate::exit::Failure;
use crate::load::{Mix, SliceOptions, SliceResult};
use crate::machine::CpuTimes;
use crate::stats::{self, Interval};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Warm-up of an arm: at least this many slices, and until three medians in a row lie within [`STEADY`].
const WARM: usize = 3;
const WARM_CAP: usize = 10;
const STEADY: f64 = 1.10;
/// The longest slice of a warm-up.
const WARM_SLICE: Duration = Duration::from_millis(500);
/// CPU time taken by the host beyond which a round is void.
const STOLEN: f64 = 0.05;
/// Bad slices in a row after which it makes no sense to go on.
const GIVE_UP: usize = 3;
/// Share of the planned rounds that must be left.
const ENOUGH: f64 = 0.75;

/// The plan of a measurement, made before it starts.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Interleaved rounds.
    pub rounds: usize,
    /// Length of a slice.
    pub slice: Duration,
    /// Arrivals per second.
    pub rate_rps: f64,
    /// How they are spread.
    pub arrivals: Arrivals,
    /// Seed of order and schedules.
    pub seed: u64,
    /// After this long a request is given up; its latency counts as this.
    pub timeout: Duration,
}

impl Plan {
    /// What an exercise says about its load.
    #[must_use]
    pub fn of(load: &Load, seed: u64) -> Self {
        let slice = Duration::from_millis(load.slice_ms);
        let Load { rounds, rate_rps, arrivals, .. } = *load;
        Self { rounds, slice, rate_rps, arrivals, seed, timeout: load.timeout() }
    }

    fn options(self) -> SliceOptions {
        SliceOptions { timeout: self.timeout, ..SliceOptions::default() }
    }
}

/// One of the things compared: an arm and what it is asked.
#[derive(Clone, Copy)]
pub struct Lane<'a> {
    /// The arm; `None` for one that was retired and keeps its place.
    pub arm: Option<&'a Arm>,
    /// What it is asked.
    pub mix: &'a Mix,
}

/// One arm's slices.
#[derive(Clone, Debug, Default)]
pub struct ArmLatency {
    /// The two slices of every round that counts.
    pub rounds: Vec<[Histogram<u64>; 2]>,
    /// The same by the requests' tags, where there are several.
    pub tags: BTreeMap<Arc<str>, Vec<[Histogram<u64>; 2]>>,
    /// Requests counted in them.
    pub requests: u64,
    /// Requests that failed, void slices included.
    pub errors: u64,
    /// CPU time of the measured process per request offered, milliseconds.
    pub cpu_ms: f64,
}

/// The result of all rounds.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    /// By arm.
    pub arms: Vec<ArmLatency>,
    /// Rounds planned.
    pub planned: usize,
    /// Why slices were left out, one sentence each.
    pub voided: Vec<String>,
    /// Share of all cores busy while measuring.
    pub busy: f64,
    /// How long it took.
    pub seconds: f64,
    /// Arrivals per second that were offered.
    pub rate_rps: f64,
}

impl Latency {
    /// Rounds that count.
    pub fn kept(&self) -> usize {
        self.arms.first().map_or(0, |arm| arm.rounds.len())
    }
}

impl ArmLatency {
    /// All samples in one histogram.
    pub fn merged(&self) -> Histogram<u64> {
        stats::merged(self.rounds.iter().flatten())
    }

    /// One histogram a round.
    pub fn by_round(&self) -> Vec<Histogram<u64>> {
        self.rounds.iter().map(stats::merged).collect()
    }

    /// The requests of one tag as if they were all; `None` where no round has them.
    pub fn of_tag(&self, tag: &str) -> Option<Self> {
        let rounds = self.tags.get(tag)?.clone();
        (!rounds.is_empty()).then(|| Self { rounds, ..Self::default() })
    }

    /// Milliseconds at a quantile; `None` with fewer than ten samples above it.
    pub fn ms(&self, quantile: f64) -> Option<f64> {
        stats::percentile(&self.merged(), quantile).map(|ns| ns as f64 / 1e6)
    }
}

/// Candidate over baseline at a quantile (`None`: the mean). Where every slice has enough samples above the quantile: the
/// Hodges-Lehmann estimate over rounds. Else all samples pooled, with a block bootstrap over rounds.
pub fn ratio(baseline: &ArmLatency, candidate: &ArmLatency, quantile: Option<f64>, seed: u64) -> Option<Interval> {
    let per_round = effects(baseline, candidate, quantile);
    let by_slice = per_round.and_then(|effects| stats::hodges_lehmann(&effects, stats::CONFIDENCE)).map(Interval::exp);
    by_slice.or_else(|| stats::pooled_ratio(&baseline.by_round(), &candidate.by_round(), quantile, seed))
}

fn effects(baseline: &ArmLatency, candidate: &ArmLatency, quantile: Option<f64>) -> Option<Vec<f64>> {
    let value = |h: &Histogram<u64>| match quantile {
        None => stats::mean(h),
        Some(q) => stats::percentile(h, q).map(|ns| ns as f64),
    };
    let both = |round: &[Histogram<u64>; 2]| Some([value(&round[0])?, value(&round[1])?]);
    let rounds = baseline.rounds.iter().zip(&candidate.rounds);
    rounds.map(|(base, cand)| stats::round_effect(&both(base)?, &both(cand)?)).collect()
}

/// Drives every arm until it is steady. Returns the names of those that were not within the cap.
///
/// # Errors
/// Exit 3 when a service ends.
pub async fn warm_up(bench: &Bench<'_>, shop: &Shop, mix: &Mix, plan: Plan) -> Result<Vec<String>, Failure> {
    let lanes: Vec<Lane<'_>> = shop.arms.iter().map(|arm| Lane { arm: Some(arm), mix }).collect();
    warm_up_lanes(bench, &lanes, plan).await
}

/// As [`warm_up`], of some arms with what each is asked.
///
/// # Errors
/// As [`warm_up`].
pub async fn warm_up_lanes(bench: &Bench<'_>, lanes: &[Lane<'_>], plan: Plan) -> Result<Vec<String>, Failure> {
    let mut unsteady = Vec::new();
    let length = plan.slice.min(WARM_SLICE);
    for Lane { arm, mix } in lanes {
        let Some(arm) = arm else { continue };
        let mut medians: Vec<f64> = Vec::new();
        for slice in 0..WARM_CAP {
            let schedule = plan.arrivals.schedule(plan.rate_rps, length, mix, plan.seed ^ (slice as u64 + 1) << 32);
            let result = bench.driver.slice(arm.base(), mix, &schedule, plan.options()).await;
            bench.tell_slice(&arm.spec.name, "warmup", (slice + 1, WARM_CAP), &result);
            arm.check()?;
            medians.push(result.latency.value_at_quantile(0.5) as f64);
            if medians.len() >= WARM && steady(&medians[medians.len() - WARM..]) {
                break;
            }
        }
        if !steady(&medians[medians.len() - WARM..]) {
            unsteady.push(arm.spec.name.clone());
        }
    }
    Ok(unsteady)
}

fn steady(medians: &[f64]) -> bool {
    let (low, high) = medians.iter().fold((f64::MAX, 0.0_f64), |(low, high), m| (low.min(*m), high.max(*m)));
    low > 0.0 && high / low <= STEADY
}

/// Runs all rounds over all arms.
///
/// # Errors
/// Exit 3 when a service or a server ends in mid-run; exit 4 when too few rounds are left.
pub async fn interleave(bench: &Bench<'_>, shop: &Shop, mix: &Mix, plan: Plan) -> Result<Latency, Failure> {
    let lanes: Vec<Lane<'_>> = shop.arms.iter().map(|arm| Lane { arm: Some(arm), mix }).collect();
    interleave_lanes(bench, &lanes, plan).await
}

/// As [`interleave`]; the results are in the order of the lanes, empty for those without an arm.
///
/// # Errors
/// As [`interleave`].
pub async fn interleave_lanes(bench: &Bench<'_>, lanes: &[Lane<'_>], plan: Plan) -> Result<Latency, Failure> {
    let arms = lanes.len();
    let mut latency = Latency {
        arms: vec![ArmLatency::default(); arms],
        planned: plan.rounds,
        rate_rps: plan.rate_rps,
        ..Latency::default()
    };
    let mut offered = vec![0_u64; arms];
    let mut cpu = vec![Duration::ZERO; arms];
    let asked = lanes.iter().filter(|lane| lane.arm.is_some()).count();
    let progress = bench.context.terminal.progress(&describe(asked, plan), (plan.rounds * asked * 2) as u64);
    let (begin, before) = (Instant::now(), CpuTimes::now());
    let mut bad_in_a_row = 0;
    for (round, order) in stats::order(arms, plan.rounds, plan.seed).into_iter().enumerate() {
        let started = CpuTimes::now();
        let mut slices: Vec<Vec<SliceResult>> = vec![Vec::new(); arms];
        let mut good = true;
        for lane in order {
            let Lane { arm: Some(arm), mix } = lanes[lane] else { continue };
            // The same work for all arms of a round, by position: first and second slice differ.
            let seed = plan.seed.wrapping_add((round * 2 + slices[lane].len()) as u64);
            let schedule = plan.arrivals.schedule(plan.rate_rps, plan.slice, mix, seed);
            let cpu_before = arm.process.cpu();
            let result = bench.driver.slice(arm.base(), mix, &schedule, plan.options()).await;
            bench.tell_slice(&arm.spec.name, "latency", (round + 1, plan.rounds), &result);
            arm.check()?;
            progress.one();
            cpu[lane] += arm.process.cpu().saturating_sub(cpu_before);
            offered[lane] += result.offered;
            latency.arms[lane].errors += result.errors;
            let broken = result.errors * 2 > result.offered;
            bad_in_a_row = if broken { bad_in_a_row + 1 } else { 0 };
            if !result.is_good() || broken {
                good = false;
                let why: Vec<String> = result.voided.iter().map(ToString::to_string).collect();
                let why = if why.is_empty() { "Most requests timed out.".to_owned() } else { why.join(" ") };
                latency.voided.push(format!("round {}, {}: {why}", round + 1, arm.spec.name));
            }
            if bad_in_a_row >= GIVE_UP {
                return Err(gave_up(bench, &latency));
            }
            slices[lane].push(result);
        }
        let stolen = CpuTimes::now().stolen_since(&started);
        if stolen > STOLEN {
            good = false;
            latency.voided.push(format!("round {}: the host took {:.0} % of the CPU.", round + 1, stolen * 100.0));
        }
        if good {
            keep(&mut latency, slices);
        }
    }
    latency.busy = CpuTimes::now().busy_since(&before);
    latency.seconds = begin.elapsed().as_secs_f64();
    for (arm, one) in latency.arms.iter_mut().enumerate() {
        one.cpu_ms = cpu[arm].as_secs_f64() * 1e3 / offered[arm].max(1) as f64;
    }
    if (latency.kept() as f64) < ENOUGH * plan.rounds as f64 {
        let last = latency.voided.last().cloned().unwrap_or_default();
        return Err(Failure::inconclusive(format!(
            "only {} of {} rounds can be used; the last reason: {last}",
            latency.kept(),
            plan.rounds
        ))
        .remedy("a quieter machine helps; `cargo lab doctor` says what is busy"));
    }
    Ok(latency)
}

fn keep(latency: &mut Latency, slices: Vec<Vec<SliceResult>>) {
    for (arm, results) in latency.arms.iter_mut().zip(slices) {
        arm.requests += results.iter().map(|result| result.requests).sum::<u64>();
        let Ok([first, second]) = <[SliceResult; 2]>::try_from(results) else { continue };
        if first.by_tag.len() > 1 {
            for (tag, found) in &first.by_tag {
                let Some(other) = second.by_tag.get(tag) else { continue };
                arm.tags.entry(tag.clone()).or_default().push([found.latency.clone(), other.latency.clone()]);
            }
        }
        arm.rounds.push([first.latency, second.latency]);
    }
}

fn gave_up(bench: &Bench<'_>, latency: &Latency) -> Failure {
    let last = latency.voided.last().cloned().unwrap_or_default();
    Failure::inconclusive(format!("{GIVE_UP} slices in a row failed. {last}"))
        .remedy(format!("the services' logs are in {}", bench.logs.display()))
}

fn describe(arms: usize, plan: Plan) -> String {
    let seconds = (plan.rounds * arms * 2) as f64 * (plan.slice.as_secs_f64() + 0.03);
    format!("latency: {} rounds over {arms} arms at {:.0}/s, about {seconds:.0} s", plan.rounds, plan.rate_rps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::histogram;

    fn arm(rounds: usize, samples: u64, ns: u64) -> ArmLatency {
        let slice = |round: usize| {
            let mut h = histogram();
            (0..samples).for_each(|i| h.saturating_record(ns + i * ns / 100 + round as u64 * ns / 50));
            h
        };
        ArmLatency { rounds: (0..rounds).map(|round| [slice(round), slice(round)]).collect(), ..ArmLatency::default() }
    }

    #[test]
    fn short_slices_are_pooled_and_long_ones_judged_round_by_round() {
        for samples in [20, 300] {
            let ratio = ratio(&arm(8, samples, 8_000_000), &arm(8, samples, 4_000_000), Some(0.95), 1).unwrap();
            assert!((ratio.estimate - 0.5).abs() < 0.01 && ratio.high < 0.55, "{ratio:?}");
        }
    }

    #[test]
    fn a_quantile_beyond_the_data_has_no_ratio() {
        assert_eq!(ratio(&arm(8, 20, 8_000_000), &arm(8, 20, 4_000_000), Some(0.999), 1), None);
    }

    #[test]
    fn three_medians_within_a_tenth_are_steady() {
        assert!(steady(&[10.0, 10.5, 9.8]));
        assert!(!steady(&[10.0, 12.0, 10.0]));
        assert!(!steady(&[0.0, 0.0, 0.0]));
    }
}
