//! Runs of the same against the same and against known effects, each judged as a measurement is.

use super::load::{WORK_MS, pace, waiting, working};
use super::{Detections, Server, Stand, Window};
use crate::cli::{Bound, Condition};
use crate::exercise::Arrivals;
use crate::exit::{Exit, Failure};
use crate::pipeline::{COMPARED, Lane, Latency, Plan, SystemUnderTest as _, interleave_lanes, warm_up_lanes};
use load::{Mix, Request};
use std::time::{Duration, Instant};

/// The statistics that are judged.
const STATISTICS: [(&str, f64); 2] = [("p50", 0.5), ("p95", 0.95)];
const SEED: u64 = 0xCA11_B8A7;
/// Seeds of a run: more than its slices.
const STRIDE: u64 = 10_000;
/// Arithmetic long enough to be timed by asking for it.
const PROBE: f64 = 2e6;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of what the time is made.
    pub bound: Bound,
    /// What else the machine does.
    pub machine: Condition,
    /// The effects, as shares; 0 is the same against the same.
    pub truths: Vec<f64>,
    /// Runs.
    pub runs: usize,
    /// Rounds of a run.
    pub rounds: usize,
    /// Runs of this kind there are already: theirs are other seeds.
    pub before: usize,
    /// No run begins after this.
    pub until: Option<Instant>,
}

/// Does the runs; `done` gets what each of them found as soon as it is over.
///
/// # Errors
/// Exit 3 when a server does not start or ends, and what `done` fails with.
pub async fn detect(
    stand: &Stand,
    wanted: &Wanted,
    mut done: impl FnMut(Vec<Detections>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Wanted { bound, machine, rounds, .. } = *wanted;
    let names = wanted.truths.iter().map(|effect| match *effect {
        0.0 => "the same".to_owned(),
        effect => format!("+{:.0} %", effect * 100.0),
    });
    let mut servers = Vec::new();
    for name in std::iter::once("baseline".to_owned()).chain(names) {
        servers.push(stand.start(&name, None).await?);
    }
    let unit = if bound == Bound::Work { rounds_of_work(stand, &servers[0]).await? } else { 0.0 };
    let of = |effect: f64| match bound {
        Bound::Waiting => waiting("/wait", effect).map(|(mix, _)| mix),
        Bound::Work => working(unit, effect),
    };
    let mixes: Vec<Mix> =
        std::iter::once(0.0).chain(wanted.truths.iter().copied()).map(of).collect::<Result<_, _>>()?;
    let lanes: Vec<Lane<'_>> =
        servers.iter().zip(&mixes).map(|(server, mix)| Lane { arm: Some(server), mix }).collect();
    let pace = pace(bound);
    let plan = Plan {
        rounds,
        slice: pace.slice,
        rate_rps: pace.rate_rps,
        arrivals: Arrivals::Poisson,
        seed: SEED,
        timeout: Duration::from_secs(5),
        compared: COMPARED,
    };
    let unsteady = warm_up_lanes(stand, &lanes, plan).await?;
    if !unsteady.is_empty() {
        stand.terminal.step(&format!("not steady after the warm-up: {}", unsteady.join(", ")));
    }
    for run in 0..wanted.runs {
        if wanted.until.is_some_and(|until| Instant::now() >= until) {
            stand.terminal.step(&format!("the time is over after {run} of {} runs", wanted.runs));
            break;
        }
        stand.terminal.step(&format!("{bound}, {machine}: run {} of {}", run + 1, wanted.runs));
        let seed = SEED + (wanted.before + run) as u64 * STRIDE;
        let latency = match interleave_lanes(stand, &lanes, Plan { seed, ..plan }).await {
            Ok(latency) => Some(latency),
            Err(failure) if failure.exit == Exit::Inconclusive => {
                stand.terminal.step(&failure.message);
                None
            }
            Err(failure) => return Err(failure),
        };
        done(judged(wanted, latency.as_ref(), seed))?;
    }
    for server in servers {
        server.stop().await;
    }
    Ok(())
}

/// What one run says about every arm but the first; a void one (`None`) has no windows.
fn judged(wanted: &Wanted, latency: Option<&Latency>, seed: u64) -> Vec<Detections> {
    let mut all = Vec::new();
    for (place, effect) in wanted.truths.iter().enumerate() {
        for (statistic, quantile) in STATISTICS {
            let arms = latency.map(|latency| (&latency.arms[0], &latency.arms[place + 1]));
            all.push(Detections {
                bound: wanted.bound,
                machine: wanted.machine,
                statistic: statistic.to_owned(),
                effect: *effect,
                rounds: wanted.rounds,
                runs: 1,
                rounds_void: latency.map_or(wanted.rounds, |latency| latency.planned - latency.kept()),
                // What a run of two arms takes; this one may have had more.
                seconds: latency.map_or(0.0, |latency| latency.seconds * 2.0 / latency.arms.len() as f64),
                windows: arms.and_then(|(base, cand)| Window::of(base, cand, quantile, seed)).into_iter().collect(),
            });
        }
    }
    all
}

/// How many rounds of arithmetic take [`WORK_MS`] here, found by asking.
async fn rounds_of_work(stand: &Stand, server: &Server) -> Result<f64, Failure> {
    let request = Request::get(format!("/work/{PROBE:.0}"));
    let mut taken = Vec::new();
    for _ in 0..15 {
        let begin = Instant::now();
        stand.driver.once(server.base(), &request, false).await?;
        taken.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(PROBE * WORK_MS / stats::median(taken))
}
