//! One seam exercise: flawed against any number of candidates, in one interleaved run, all other seams fixed.

use super::claims::Claims;
use super::growth::{self, Grown};
use super::warm_up::warm_up_extent;
use super::{
    Bench, Counted, Difference, Driven, Evidence, Judged, Lane, Latency, Plan, TraceSlice, compare_all, count,
    interleave_lanes, mde, placebo, ratios, rows, run_phase,
};
use crate::arms::{Arm, ArmSpec, Shop, ShopSpec};
use crate::exercise::{Exercise, probe};
use crate::exit::Failure;
use crate::load::Mix;
use crate::stats::{self, Interval};
use std::collections::BTreeMap;
use std::time::Instant;

/// The seed of every run: two runs of the same exercise ask the same.
pub const SEED: u64 = 0x5EED_0001;

/// Traced requests per arm, and the longest their slice may take.
const TRACED: f64 = 100.0;
const TRACED_CAP: f64 = 3.0;

/// How far a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Behaviour and counts.
    Check,
    /// Latency too.
    Measure,
}

/// What is measured of each arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// The same of all: for learners.
    Depth(Depth),
    /// What the exercise claims about it, and nothing that decides no claim: for authors.
    Claimed,
}

/// One candidate against the baseline.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its place among the arms.
    pub arm: usize,
    /// Another answer, if there is one. Then nothing else was looked at in this candidate.
    pub difference: Option<Difference>,
    /// Latency ratios by name; empty where nothing was timed.
    pub ratios: BTreeMap<String, Interval>,
    /// The targets.
    pub judged: Vec<Judged>,
    /// The smallest p95 change this run would have seen, as a share.
    pub mde: Option<f64>,
}

/// The result of a run. Arm 0 is the baseline.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The arms' names.
    pub names: Vec<String>,
    /// Counts and analysis by arm; empty when behaviour changed in a run of one candidate.
    pub counted: Vec<Counted>,
    /// Latency, where it was measured.
    pub latency: Option<Latency>,
    /// The candidates.
    pub candidates: Vec<Candidate>,
    /// Of each arm, latency at the exercise's second size over that at its first; empty where it was not measured.
    pub growth: Vec<BTreeMap<String, Interval>>,
    /// The baseline against itself at p50.
    pub placebo: Option<Interval>,
    /// What a reader should know about the run.
    pub remarks: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// Runs flawed against `candidates` (`fixed`, `yours`, `trap:NAME`).
///
/// # Errors
/// Those of the parts: exit 2, 3 or 4.
pub async fn run(
    bench: &Bench<'_>,
    exercise: &Exercise,
    candidates: &[String],
    depth: Depth,
) -> Result<Comparison, Failure> {
    run_extent(bench, exercise, candidates, Extent::Depth(depth)).await
}

/// As [`run`], of each arm only what the exercise claims about it.
///
/// # Errors
/// As [`run`].
pub async fn run_claimed(bench: &Bench<'_>, exercise: &Exercise, candidates: &[String]) -> Result<Comparison, Failure> {
    run_extent(bench, exercise, candidates, Extent::Claimed).await
}

async fn run_extent(
    bench: &Bench<'_>,
    exercise: &Exercise,
    candidates: &[String],
    extent: Extent,
) -> Result<Comparison, Failure> {
    let begin = Instant::now();
    let names: Vec<String> = std::iter::once("flawed".to_owned()).chain(candidates.iter().cloned()).collect();
    bench.feed.start(Some(&exercise.id), &names.iter().map(String::as_str).collect::<Vec<_>>());
    bench.step(&format!("starting {}: {}", exercise.service, names.join(", ")));
    let mut shop = start(bench, exercise, &names, 0).await?;
    let mut comparison = Comparison {
        names,
        counted: Vec::new(),
        latency: None,
        candidates: Vec::new(),
        growth: Vec::new(),
        placebo: None,
        remarks: Vec::new(),
        seconds: 0.0,
    };
    bench.step(&format!("behaviour: {} cases", exercise.behaviour.len()));
    let arms: Vec<&Arm> = shop.arms.iter().collect();
    let differences = compare_all(&bench.driver, &exercise.behaviour, &arms).await?;
    for (arm, difference) in differences.into_iter().enumerate().skip(1) {
        if difference.is_some() {
            shop.retire(arm).await;
        }
        let (ratios, judged) = (BTreeMap::new(), Vec::new());
        comparison.candidates.push(Candidate { arm, difference, ratios, judged, mde: None });
    }
    if comparison.candidates.iter().any(|candidate| candidate.difference.is_none()) {
        evidence(bench, exercise, &mut shop, extent, &mut comparison).await?;
    }
    shop.stop(bench.ground).await;
    comparison.seconds = begin.elapsed().as_secs_f64();
    Ok(comparison)
}

/// The arms at the exercise's first (0) or second (1) size.
pub(super) async fn start(
    bench: &Bench<'_>,
    exercise: &Exercise,
    names: &[String],
    which: usize,
) -> Result<Shop, Failure> {
    let arms = names.iter().map(|name| ArmSpec::of(exercise, name)).collect();
    let spec = ShopSpec::of(exercise, arms, &bench.binaries, &bench.logs);
    Shop::start_sized(bench.ground, &bench.receiver, &bench.driver, &probe(exercise)?, spec, which).await
}

async fn evidence(
    bench: &Bench<'_>,
    exercise: &Exercise,
    shop: &mut Shop,
    extent: Extent,
    comparison: &mut Comparison,
) -> Result<(), Failure> {
    let plan = Plan::of(&exercise.load, SEED);
    let slice = traced(exercise);
    let mix = shop.mix(exercise, 0)?;
    let mut alive = vec![true; shop.arms.len()];
    comparison.candidates.iter().for_each(|candidate| alive[candidate.arm] = candidate.difference.is_none());
    let alive_arms = || (0..alive.len()).filter(|arm| alive[*arm]);
    let claims: Vec<Claims> = comparison.names.iter().map(|name| Claims::of(exercise, name, extent)).collect();

    let mut rows = vec![None; alive.len()];
    if rows::wanted(exercise) {
        bench.step("counts: rows examined");
        for arm in alive_arms() {
            rows[arm] = Some(rows::rows_examined(bench, exercise, shop, arm, &mix, slice).await?);
        }
    }
    let unsteady = warm_up_extent(bench, &lanes(shop, &alive, &mix), plan, extent).await?;
    if !unsteady.is_empty() && extent == Extent::Depth(Depth::Measure) {
        comparison.remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
    }
    bench.step("counts: traced requests");
    for (arm, rows) in rows.into_iter().enumerate() {
        let mut counted = match alive[arm] {
            true => count(bench, &shop.arms[arm], exercise, &mix, &[slice]).await?,
            false => Counted::default(),
        };
        counted.counts.extend(rows.map(|rows| (rows::ROWS_EXAMINED.to_owned(), rows)));
        comparison.counted.push(counted);
    }
    let grown = Grown::of(bench, exercise, shop, (&alive, extent), comparison).await?;
    for (number, phase) in exercise.phase.iter().enumerate() {
        bench.step(&format!("phase {}: {} s an arm", phase.name, phase.seconds));
        for arm in alive_arms().filter(|arm| claims[*arm].phases[number]) {
            let seed = SEED + 1_000 + number as u64;
            let counts = run_phase(bench, exercise, phase, shop, arm, seed).await?;
            comparison.counted[arm].counts.extend(counts);
        }
    }
    let timed_arms: Vec<bool> = alive.iter().zip(&claims).map(|(alive, claims)| *alive && claims.timed).collect();
    if timed_arms[0] {
        if exercise.phase.iter().any(|phase| phase.kill || !phase.cut.is_empty()) {
            warm_up_extent(bench, &lanes(shop, &timed_arms, &mix), plan, extent).await?;
        }
        let timed = grown.as_ref().filter(|_| growth::is_timed(exercise));
        let mut all = lanes(shop, &timed_arms, &mix);
        all.extend(timed.map(|grown| lanes(grown.shop(shop), &timed_arms, &grown.mix)).unwrap_or_default());
        let mut latency = interleave_lanes(bench, &all, plan).await?;
        let second = latency.arms.split_off(shop.arms.len());
        for (first, second) in latency.arms.iter().zip(&second) {
            comparison.growth.push(growth::of(first, second));
        }
        let timed = comparison.counted.iter_mut().zip(&latency.arms).zip(&timed_arms).filter(|(_, timed)| **timed);
        for ((counted, arm), _) in timed {
            counted.counts.insert("cpu_ms_per_request".to_owned(), arm.cpu_ms);
        }
        comparison.placebo = placebo(&latency);
        remark(&latency, comparison.placebo, &mut comparison.remarks);
        comparison.latency = Some(latency);
    }
    if let Some(grown) = grown {
        grown.stop(bench).await;
    }
    for candidate in comparison.candidates.iter_mut().filter(|candidate| candidate.difference.is_none()) {
        let timed = timed_arms[candidate.arm];
        if let Some(latency) = comparison.latency.as_ref().filter(|_| timed) {
            let (baseline, arm) = (&latency.arms[0], &latency.arms[candidate.arm]);
            candidate.ratios = ratios(baseline, arm);
            candidate.ratios.extend(comparison.growth.get(candidate.arm).cloned().unwrap_or_default());
            candidate.mde = Some(mde(baseline, arm, 0.95));
        }
        let evidence = Evidence {
            baseline: &comparison.counted[0].counts,
            candidate: &comparison.counted[candidate.arm].counts,
            ratios: timed.then_some(&candidate.ratios),
        };
        candidate.judged = claims[candidate.arm].judge(exercise, &evidence)?;
        bench.tell_targets(&candidate.judged);
    }
    Ok(())
}

/// The slice from which everything is counted.
pub(super) fn traced(exercise: &Exercise) -> TraceSlice {
    TraceSlice::of(&exercise.load, TRACED, TRACED_CAP)
}

/// One lane an arm, all asked the same.
fn lanes<'a>(shop: &'a Shop, alive: &[bool], mix: &'a Mix) -> Vec<Lane<'a>> {
    shop.arms.iter().zip(alive).map(|(arm, alive)| Lane { arm: alive.then_some(arm as &dyn Driven), mix }).collect()
}

/// What the run says about the machine.
pub fn remark(latency: &Latency, placebo: Option<Interval>, remarks: &mut Vec<String>) {
    if let Some(placebo) = placebo.filter(|placebo| placebo.excludes(1.0)) {
        remarks.push(format!(
            "the machine is unsteady: the baseline against itself gives {:.2} [{:.2}–{:.2}], which should hold 1",
            placebo.estimate, placebo.low, placebo.high
        ));
    }
    if latency.taken > 0 {
        let taken = latency.taken;
        remarks.push(format!("the host took the CPU during {taken} rounds; others were driven in their place"));
    }
    let lost = latency.planned - latency.kept();
    if lost > 0 {
        let why = latency.voided.first().cloned().unwrap_or_default();
        remarks.push(format!("{lost} of {} rounds are void; {why}", latency.planned));
    }
    if latency.busy > 0.7 {
        remarks
            .push(format!("the cores were {:.0} % busy: queues, not only work, were measured", latency.busy * 100.0));
    }
}

/// What an inconclusive target would have taken: the length at which its distance from the limit is the smallest effect
/// that is seen. `None` where the estimate lies on the limit.
pub fn longer(judged: &Judged, mde: Option<f64>, seconds: f64) -> Option<f64> {
    let margin = (judged.value? / judged.limit).ln().abs();
    let mde = mde.filter(|mde| mde.is_finite())?;
    (margin > 1e-3).then(|| seconds * stats::longer_by(mde, margin.exp_m1()))
}
