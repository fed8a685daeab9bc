//! Runs a story: probe, solve, correct, then all stages in one interleaved run.

use super::calibration::Solver;
use super::slow::Slow;
use super::solver::{Calls, Reading};
use super::{judge, p95};
use crate::arms::{ArmSpec, Shop, ShopSpec};
use crate::delays::{Calibration, parts};
use crate::exercise::{Arrivals, Distance, Exercise, StorySpec, mix, probe};
use crate::exit::Failure;
use crate::pipeline::{
    Bench, Counted, Latency, Plan, SEED, TraceSlice, compare, count, interleave, placebo, ratios, remark, warm_up,
};
use crate::report::{ArmReport, StoryReport};
use crate::verdict::verdict;
use load::Mix;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Arrivals per second before anything is known of the machine: a request without delays takes 20 ms on an idle one of two
/// cores, and requests of one four times as slow still do not overlap.
const PROBE_RPS: f64 = 12.0;
/// Requests of the first stage without delays, and of the others, whose calls alone are of interest.
const PROBED: f64 = 24.0;
const PROBED_CALLS: f64 = 6.0;
/// Corrections under load; of each the traced requests of the first stage, and the slow requests of a slice of every stage.
const CORRECTIONS: u64 = 2;
const CORRECTED: f64 = 40.0;
const CORRECTED_SLOW: f64 = 12.0;
/// Traced requests of the first stage, whose shares are judged, and of the others, of which a direction and counts are.
const TRACED: f64 = 100.0;
const TRACED_OTHERS: f64 = 30.0;

/// Share of busy cores beyond which queues were measured and nothing can be called not reproduced.
const BUSY: f64 = 0.7;

/// What a story's run found.
pub struct StoryRun {
    /// The object for `--json`.
    pub report: StoryReport,
    /// Latency by stage.
    pub latency: Latency,
    /// Counts and analysis by stage.
    pub counted: Vec<Counted>,
}

/// Runs it.
///
/// # Errors
/// Exit 2, 3 or 4; 5 cannot be: a stage that answers differently is a broken shop, exit 3.
pub async fn run(bench: &Bench<'_>, exercise: &Exercise) -> Result<StoryRun, Failure> {
    let story = exercise.story.as_ref().ok_or_else(|| Failure::usage(format!("{} is no story", exercise.id)))?;
    let begin = Instant::now();
    let mix = mix(exercise)?;
    bench.step(&format!("starting {} stages", story.stages.len()));
    let shop = start(bench, exercise, story).await?;
    let plan = Plan::of(&exercise.load, SEED);
    let unhurried = Plan { slice: Duration::from_millis(500), rate_rps: PROBE_RPS, ..plan };
    let unsteady = warm_up(bench, &shop, &mix, unhurried).await?;
    let calibration = calibrate(bench, exercise, story, &shop, &mix).await?;

    bench.step("counting: traced requests of each stage");
    let mut counted = Vec::new();
    for (place, arm) in shop.arms.iter().enumerate() {
        let requests = if place == 0 { TRACED } else { TRACED_OTHERS };
        let slice = slice(exercise.load.arrivals, calibration.rate_rps, requests, SEED);
        counted.push(count(bench, arm, exercise, &mix, &[slice]).await?);
    }
    // As many requests as the exercise says, at the rate that this machine allows.
    let slice = plan.slice.mul_f64(plan.rate_rps / calibration.rate_rps);
    let latency = interleave(bench, &shop, &mix, Plan { slice, rate_rps: calibration.rate_rps, ..plan }).await?;
    shop.stop(bench.test_bed).await;
    let mut remarks: Vec<String> = Vec::new();
    if !unsteady.is_empty() {
        remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
    }
    let beyond = calibration.too_large.iter();
    remarks.extend(beyond.map(|figure| format!("no delays give the chapter's figure here: {figure}")));
    let report = report(bench, exercise, story, &counted, &latency, calibration, remarks, begin);
    bench.tell_targets(&report.targets);
    Ok(StoryRun { report, latency, counted })
}

/// All stages, without any delay, answering alike.
async fn start(bench: &Bench<'_>, exercise: &Exercise, story: &StorySpec) -> Result<Shop, Failure> {
    let probe = probe(exercise)?;
    let arms = story.stages.iter().map(|stage| ArmSpec { name: stage.name.clone(), variants: stage.variants.clone() });
    let spec = ShopSpec {
        distance: Distance::of_all(0.0),
        ..ShopSpec::of(exercise, arms.collect(), &bench.binaries, &bench.logs)
    };
    let stages: Vec<&str> = story.stages.iter().map(|stage| stage.name.as_str()).collect();
    bench.feed.start(Some(&exercise.id), &stages);
    let shop = Shop::start(bench.test_bed, &bench.receiver, &bench.driver, &probe, spec).await?;
    for arm in &shop.arms[1..] {
        if let Some(difference) = compare(&bench.driver, &exercise.behaviour, &shop.arms[0], arm).await? {
            return Err(Failure::unfit(format!("the stage {:?} answers differently: {difference}", arm.spec.name)));
        }
    }
    Ok(shop)
}

/// Finds the delays, and leaves the stages at them: a request without delays, a first guess, corrections under load.
async fn calibrate(
    bench: &Bench<'_>,
    exercise: &Exercise,
    story: &StorySpec,
    shop: &Shop,
    mix: &Mix,
) -> Result<Calibration, Failure> {
    let (arrivals, model_ms) = (exercise.load.arrivals, exercise.recommendations_model_ms);
    bench.step("calibrating: a request without delays");
    let mut probed = Vec::new();
    for (place, arm) in shop.arms.iter().enumerate() {
        let requests = if place == 0 { PROBED } else { PROBED_CALLS };
        let slice = slice(Arrivals::Even, PROBE_RPS, requests, SEED + 2);
        probed.push(count(bench, arm, exercise, mix, &[slice]).await?);
    }
    let first = parts(&probed[0].analysis.mean_ms_by_kind);
    let calls = probed.iter().map(calls).collect();
    let mut solver = Solver::new(story, &first, calls, model_ms, exercise.load.rate_rps);

    bench.step("calibrating: every stage under load");
    let slow = Slow::of(exercise, story, shop)?;
    for step in 0..CORRECTIONS {
        let (at, rate, seed) = (solver.found.distance, solver.found.rate_rps, SEED + 100 + step);
        shop.arms.iter().for_each(|arm| arm.set_distance(at));
        let p95_ms = slow.p95_ms(bench, shop, slice(arrivals, rate, CORRECTED_SLOW, seed)).await?;
        let traced = slice(arrivals, rate, CORRECTED, seed);
        let traced = count(bench, &shop.arms[0], exercise, mix, &[traced]).await?;
        solver.learn(Reading { at, parts: parts(&traced.analysis.mean_ms_by_kind), p95_ms });
    }
    shop.arms.iter().for_each(|arm| arm.set_distance(solver.found.distance));
    Ok(solver.found)
}

/// So many requests.
fn slice(arrivals: Arrivals, rate_rps: f64, requests: f64, seed: u64) -> TraceSlice {
    TraceSlice { rate_rps, length: Duration::from_secs_f64(requests / rate_rps), seed, arrivals }
}

/// Round trips of a request.
fn calls(counted: &Counted) -> Calls {
    let calls = |name: &str| counted.counts.get(name).copied().unwrap_or(0.0).max(1.0);
    Calls {
        postgres: calls("db_queries_per_request"),
        redis: calls("cache_calls_per_request"),
        recommendations: calls("rpc_calls_per_request"),
    }
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
            // The same estimate as in the ratio.
            if let (Some(latency), Some(p95_ms)) = (&mut one.latency_ms, p95::p95_ms(&latency.arms[place])) {
                latency.p95 = Some((p95_ms * 1e3).round() / 1e3);
            }
            one
        })
        .collect();
    let mut ratio: Vec<BTreeMap<_, _>> = latency.arms.iter().map(|arm| ratios(&latency.arms[0], arm)).collect();
    for (arm, ratio) in latency.arms.iter().zip(&mut ratio) {
        ratio.extend(p95::ratio(&latency.arms[0], arm, SEED).map(|found| ("p95".to_owned(), found)));
    }
    let placebo = placebo(latency);
    remark(latency, placebo, &mut remarks);
    let mut targets = judge::judge(story, counted, latency, &ratio);
    if latency.busy > BUSY || placebo.is_some_and(|placebo| placebo.excludes(1.0)) {
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
