//! Runs a story: probe, solve, correct, then all stages in one interleaved run.

use super::{aim, judge, steady};
use crate::arms::{ArmSpec, Shop, ShopSpec};
use crate::delays::{Calibration, Reading};
use crate::exercise::{Arrivals, Distance, Exercise, StorySpec, mix, probe};
use crate::exit::Failure;
use crate::pipeline::{
    ArmLatency, Asking, Bench, Counted, Latency, Plan, SEED, TraceSlice, compare, count, first_under_load, interleave,
    placebo, ratio_by_round, ratios, remark, warm_up,
};
use crate::report::{ArmReport, StoryReport};
use crate::verdict::verdict;
use load::{Mix, Request};
use stats::Interval;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Requests of the probe without delays. The first ones fill caches and compile plans: a slice before them is thrown away.
const PROBED: f64 = 45.0;
const PROBE_WARM: f64 = 25.0;
/// Requests of each correction under load. The last reading's error stays in the delays: a share read from 50 requests is off by
/// two points (one standard deviation), and of the two ratios each moves by as much as the share it stands on.
const CORRECTIONS: [f64; 3] = [40.0, 60.0, 140.0];
const LAST_CORRECTION: u64 = CORRECTIONS.len() as u64 - 1;
/// Traced requests of each stage, from which its shares come.
const TRACED: f64 = 80.0;

/// Arrivals are this much further apart than the first stage's mean request is long. On the machine for which the declared rate
/// was chosen it is 1.4 to 1.6 (26 to 29 ms at 24/s), and its p95 of 28 to 31 ms fits into the gap.
const HEADROOM: f64 = 1.4;

/// Share of busy cores beyond which queues were measured and nothing can be called not reproduced.
const BUSY: f64 = 0.7;

/// A story that was told.
pub struct StoryRun {
    /// The object for `--json`.
    pub report: StoryReport,
    /// Latency by stage.
    pub latency: Latency,
    /// Counts and analysis by stage.
    pub counted: Vec<Counted>,
}

/// Tells it.
///
/// # Errors
/// Exit 2, 3 or 4; 5 cannot be: a stage that answers differently is a broken shop, exit 3.
pub async fn run(bench: &Bench<'_>, exercise: &Exercise) -> Result<StoryRun, Failure> {
    let story = exercise.story.as_ref().ok_or_else(|| Failure::usage(format!("{} is no story", exercise.id)))?;
    let begin = Instant::now();
    let mix = mix(exercise)?;
    let probe = probe(exercise)?;
    bench.step("calibrating: a request without delays");
    let mut calibration = solve(bench, exercise, story, &mix, &probe).await?;

    bench.step(&format!("starting {} stages", story.stages.len()));
    let arms = story.stages.iter().map(|stage| ArmSpec { name: stage.name.clone(), variants: stage.variants.clone() });
    let spec = ShopSpec {
        distance: calibration.distance,
        model_ms: calibration.model_ms,
        ..ShopSpec::of(exercise, arms.collect(), &bench.binaries, &bench.logs)
    };
    let stages: Vec<&str> = story.stages.iter().map(|stage| stage.name.as_str()).collect();
    bench.feed.start(Some(&exercise.id), &stages);
    let shop = Shop::start(bench.test_bed, &bench.receiver, &bench.driver, &probe, spec).await?;
    let asking = Asking::first(exercise);
    for arm in &shop.arms[1..] {
        if let Some(difference) = compare(&bench.driver, &asking, &shop.arms[0], arm).await? {
            return Err(Failure::unfit(format!("the stage {:?} answers differently: {difference}", arm.spec.name)));
        }
    }
    let declared = Plan::of(&exercise.load);
    let mut plan = paced(declared, calibration.request_ms);
    let unsteady = warm_up(bench, &shop, &mix, Plan { slice: Duration::from_millis(500), ..plan }).await?;
    let slice = |plan: Plan, requests: f64, seed| TraceSlice {
        rate_rps: plan.rate_rps,
        length: Duration::from_secs_f64(requests / plan.rate_rps),
        seed,
        arrivals: plan.arrivals,
        sampled: 1.0,
    };
    bench.step("calibrating: the first stage under load");
    for (step, requests) in (0..).zip(CORRECTIONS) {
        // Those before have brought the shares near; the last one, which reads the most, finds the delays of the shares aimed at.
        if step == LAST_CORRECTION {
            bench.step("calibrating: the later stages beside the chapter's");
            if let Some(offset) = aim::read(bench, &shop, story, &mix, plan).await? {
                calibration.aim(offset.too_long, offset.saved, bounds(story));
            }
        }
        let reading = count(bench, &shop.arms[0], exercise, &mix, &[slice(plan, requests, SEED + 100 + step)]).await?;
        calibration.correct(&Reading::of(&reading));
        shop.arms.iter().for_each(|arm| arm.set_distance(calibration.distance));
        plan = paced(declared, calibration.request_ms);
    }
    bench.step("counting: traced requests of each stage");
    let mut counted = Vec::new();
    for arm in &shop.arms {
        counted.push(count(bench, arm, exercise, &mix, &[slice(plan, TRACED, exercise.load.seed)]).await?);
    }
    let mut latency = interleave(bench, &shop, &mix, plan).await?;
    under_load_alike(exercise, &mix, &mut counted, &mut latency, &shop)?;
    shop.stop(bench.test_bed).await;
    let mut remarks: Vec<String> = Vec::new();
    if !unsteady.is_empty() {
        remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
    }
    remarks
        .extend(calibration.too_large.iter().map(|part| format!("the intended shares cannot be reached here: {part}")));
    let report = report(bench, exercise, story, &counted, &latency, calibration, remarks, begin);
    bench.tell_targets(&report.targets);
    Ok(StoryRun { report, latency, counted })
}

/// Whether the stages answered alike under load, too.
///
/// # Errors
/// Exit 3 for a stage that did not.
fn under_load_alike(
    exercise: &Exercise,
    mix: &Mix,
    counted: &mut [Counted],
    latency: &mut Latency,
    shop: &Shop,
) -> Result<(), Failure> {
    let of_counts: Vec<_> = counted.iter_mut().map(|counted| std::mem::take(&mut counted.answers)).collect();
    for answers in [of_counts, std::mem::take(&mut latency.answers)] {
        if let Some((stage, difference)) = first_under_load(mix, &exercise.load.requests, &answers) {
            let name = &shop.arms[stage].spec.name;
            return Err(Failure::unfit(format!("the stage {name:?} answers differently: {difference}")));
        }
    }
    Ok(())
}

/// At most the declared rate, and slower where requests are long: on a machine half as fast the work that sets the scale takes
/// twice as long, and requests would queue behind each other (seen at 18/s with requests of 90 ms: 0.59 and 0.34 instead of 0.70
/// and 0.45). A slice keeps its number of requests.
fn paced(declared: Plan, request_ms: f64) -> Plan {
    let rate_rps = declared.rate_rps.min(1e3 / (HEADROOM * request_ms));
    Plan { rate_rps, slice: declared.slice.mul_f64(declared.rate_rps / rate_rps), ..declared }
}

/// The ratios of a stage to the first, that of p95 round by round. A story's rounds have about 30 requests a stage; pooled, the 14
/// samples above a p95 can all be those of a round that the host disturbed.
fn steadied(first: &ArmLatency, stage: &ArmLatency) -> BTreeMap<String, Interval> {
    let mut found = ratios(first, stage);
    found.extend(ratio_by_round(first, stage, 0.95).map(|ratio| ("p95".to_owned(), ratio)));
    found
}

/// Between what the database's share at the first stage may be set to: far enough from the edges of its tolerance that it is read
/// within them.
fn bounds(story: &StorySpec) -> [f64; 2] {
    let told = story.stages[0].shares.get("db").or(story.intended.get("db")).copied().unwrap_or_default();
    let room = (story.tolerance.share - judge::SHARE_ERROR).max(0.0);
    [told - room, told + room]
}

/// A shop of the first stage alone, without any delay, asked one request at a time.
async fn solve(
    bench: &Bench<'_>,
    exercise: &Exercise,
    story: &StorySpec,
    mix: &Mix,
    probe: &Request,
) -> Result<Calibration, Failure> {
    let first = &story.stages[0];
    let arms = vec![ArmSpec { name: "probe".to_owned(), variants: first.variants.clone() }];
    let spec = ShopSpec {
        distance: Distance::of_all(0.0),
        model_ms: 0.0,
        ..ShopSpec::of(exercise, arms, &bench.binaries, &bench.logs)
    };
    let shop = Shop::start(bench.test_bed, &bench.receiver, &bench.driver, probe, spec).await?;
    let rate = exercise.load.rate_rps;
    let slice = |requests: f64, seed| TraceSlice {
        rate_rps: rate,
        length: Duration::from_secs_f64(requests / rate),
        seed,
        arrivals: Arrivals::Even,
        sampled: 1.0,
    };
    count(bench, &shop.arms[0], exercise, mix, &[slice(PROBE_WARM, SEED + 1)]).await?;
    let read = count(bench, &shop.arms[0], exercise, mix, &[slice(PROBED, SEED + 2)]).await?;
    shop.stop(bench.test_bed).await;
    Ok(Calibration::solve(&story.intended, &Reading::of(&read)))
}

#[allow(clippy::too_many_arguments, reason = "the one place where all parts of the result meet")]
fn report(
    bench: &Bench<'_>,
    exercise: &Exercise,
    story: &StorySpec,
    counted: &[Counted],
    latency: &Latency,
    calibration: Calibration,
    mut remarks: Vec<String>,
    begin: Instant,
) -> StoryReport {
    let stages: Vec<ArmReport> = story
        .stages
        .iter()
        .enumerate()
        .map(|(place, stage)| {
            let mut one = ArmReport::of(&stage.variants, &counted[place], Some(latency), place);
            one.counts.insert("cpu_ms_per_request".to_owned(), (latency.arms[place].cpu_ms * 1e3).round() / 1e3);
            one.name = Some(stage.name.clone());
            one.where_time_goes = Some(counted[place].analysis.where_time_goes.clone());
            one
        })
        .collect();
    let ratio: Vec<BTreeMap<_, _>> = latency.arms.iter().map(|arm| steadied(&latency.arms[0], arm)).collect();
    let placebo = placebo(latency);
    remark(latency, placebo, &mut remarks);
    let mut targets = judge::judge(story, counted, latency, &ratio);
    let doubts = steady::doubts(latency, &calibration);
    let unsteady = !doubts.is_empty() || latency.busy > BUSY || placebo.is_some_and(|placebo| placebo.excludes(1.0));
    remarks.extend(doubts);
    if unsteady {
        targets.iter_mut().for_each(judge::cannot_be_missed);
    }
    StoryReport {
        exercise: exercise.id.clone(),
        verdict: verdict(&targets),
        stages,
        ratio,
        targets,
        suspects: counted[0].analysis.suspects.clone(),
        calibration,
        placebo,
        rounds: [latency.planned, latency.kept()],
        busy: latency.busy,
        remarks,
        machine: bench.machine.clone(),
        seconds: begin.elapsed().as_secs_f64().round(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_requests_come_further_apart_and_as_many_in_a_slice() {
        let declared = Plan {
            rounds: 9,
            slice: Duration::from_millis(900),
            rate_rps: 18.0,
            arrivals: Arrivals::Even,
            seed: SEED,
            timeout: Duration::from_secs(10),
            compared: 0.25,
        };
        assert_eq!(paced(declared, 30.0).rate_rps, 18.0);
        let slow = paced(declared, 100.0);
        assert!((slow.rate_rps - 1e3 / 140.0).abs() < 1e-9);
        assert!((slow.rate_rps * slow.slice.as_secs_f64() - 18.0 * 0.9).abs() < 1e-6);
    }
}
