//! `cargo lab calibrate`: reported latencies, false alarms and effects found, as tables and a file.

use super::Context;
use crate::arms::{Process, Start};
use crate::calibrate::{
    Arm, Competing, KnownServer, Percentiles, Plan, Row, Stall, compare, detection_table, record, tally, truth_table,
};
use crate::cli::{Bound, Calibrate as Options, Condition};
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::load::{Driver, Mix, Protocol, Request, Schedule, SliceOptions};
use crate::machine::Machine;
use crate::pipeline::or_interrupted;
use crate::state::{self, BenchLock};
use crate::stats::{median, normal_quantile};
use serde_json::json;
use stack::{Ledger, ledger};
use std::time::Duration;

/// A change smaller than this is called none. Less than the usual 5 %, so that an effect of 5 % can be found at all; where the noise
/// is as large as this, the alarms are those the interval allows.
const MARGIN: f64 = 0.02;
/// The median wait, and how it spreads (log-normal): p99.9 is about three times the median. No steps: a percentile on a step
/// means nothing.
const WAIT_MS: f64 = 20.0;
const SPREAD: f64 = 0.35;
/// Different waits in the mix.
const WAITS: usize = 199;
/// What a piece of work takes, about.
const WORK_MS: f64 = 1.0;
/// Slices as short as p95 allows: ten samples above it.
const WAITING: Pace = Pace { rate_rps: 900.0, slice: Duration::from_millis(320) };
const WORKING: Pace = Pace { rate_rps: 250.0, slice: Duration::from_millis(900) };
/// How long a known server is driven for its percentiles, and how fast: 20,000 requests leave 20 above p99.9.
const TRUE_RATE: f64 = 500.0;
const TRUE_SECONDS: u64 = 40;
const STALL: Stall = Stall { every: Duration::from_secs(5), length: Duration::from_millis(500) };
const SEED: u64 = 0xCA11_B8A7;

#[derive(Clone, Copy)]
struct Pace {
    rate_rps: f64,
    slice: Duration,
}

/// Serves the known delays until standard input closes.
///
/// # Errors
/// Exit 3: no port.
pub async fn serve(stall: Option<(u64, u64)>) -> Result<Exit, Failure> {
    let ms = Duration::from_millis;
    let stall = stall.map(|(every, length)| Stall { every: ms(every), length: ms(length) });
    crate::calibrate::serve(KnownServer { stall }).await?;
    Ok(Exit::Pass)
}

/// Calibrates and writes `.lab/calibration/*.json`.
///
/// # Errors
/// Exit 3 when another bench runs or a file cannot be written, 4 when most of a recording is void.
pub async fn run(context: &Context, options: &Options) -> Result<Exit, Failure> {
    let _lock = BenchLock::take(context.store.folder(), "calibrate")?;
    // Whatever a killed calibration left.
    ledger::sweep_in(context.store.folder()).await?;
    or_interrupted(calibrate(context, options)).await
}

async fn calibrate(context: &Context, options: &Options) -> Result<Exit, Failure> {
    let machine = Machine::here();
    let bench = Calibration {
        context,
        ledger: Ledger::open_in(context.store.folder())?,
        driver: Driver::new(Protocol::Http1)?,
    };
    let (runs, conditions, effects) = match options.short {
        true => (10, vec![Condition::Quiet], vec![5.0]),
        false => (options.runs as usize, options.machine.clone(), options.effects.clone()),
    };
    let (mut percentiles, mut rows) = (Vec::new(), Vec::new());
    for condition in conditions {
        let competing = (condition == Condition::Competing).then(Competing::start).transpose();
        let _competing = competing.map_err(|error| Failure::unfit(error.to_string()))?;
        if options.bound.contains(&Bound::Waiting) {
            for stall in [None, Some(STALL)] {
                percentiles.push(bench.percentiles(condition, stall).await?);
            }
        }
        for bound in &options.bound {
            rows.extend(bench.detection(condition, *bound, runs, options.rounds as usize, &effects).await?);
        }
    }
    let text = format!("{}\n\n{}\n", truth_table(&percentiles), detection_table(&rows));
    let object = json!({"at": clock::now(), "machine": machine, "margin": MARGIN, "percentiles": percentiles, "detection": rows});
    let path = context.store.sub("calibration")?.join(format!("{}.json", clock::stamp()));
    state::write(&path, object.to_string().as_bytes())?;
    if context.json {
        println!("{object}");
    } else {
        println!("{text}");
    }
    eprintln!("calibration: {}", path.display());
    Ok(Exit::Pass)
}

struct Calibration<'a> {
    context: &'a Context,
    ledger: Ledger,
    driver: Driver,
}

impl Calibration<'_> {
    /// What a known server's percentiles are, and what is reported.
    async fn percentiles(&self, condition: Condition, stall: Option<Stall>) -> Result<Percentiles, Failure> {
        let server = self.start("known", stall).await?;
        let (mix, waits) = waiting(0.0)?;
        let what = if stall.is_some() { "waits, stalls 500 ms every 5 s" } else { "waits" };
        let slices = TRUE_SECONDS / 10;
        let progress = self.context.terminal.progress(&format!("percentiles: {what}, {condition}"), slices);
        let mut results = Vec::new();
        for slice in 0..slices {
            let schedule = Schedule::poisson(TRUE_RATE, Duration::from_secs(10), &mix, SEED + slice);
            results.push(self.driver.slice(&server.base, &mix, &schedule, SliceOptions::default()).await);
            progress.one();
        }
        server.stop().await;
        Ok(Percentiles {
            server: what.to_owned(),
            machine: condition.to_string(),
            requests: results.iter().map(|slice| slice.samples.len()).sum(),
            percentiles: compare(&results, stall, |request| waits[request]),
        })
    }

    /// The same against the same and against known effects, in disjoint windows of one recording.
    async fn detection(
        &self,
        condition: Condition,
        bound: Bound,
        runs: usize,
        rounds: usize,
        effects: &[f64],
    ) -> Result<Vec<Row>, Failure> {
        let pace = if bound == Bound::Waiting { WAITING } else { WORKING };
        let truths: Vec<f64> = [0.0, 0.0].into_iter().chain(effects.iter().map(|percent| percent / 100.0)).collect();
        let mut servers = Vec::new();
        for place in 0..truths.len() {
            servers.push(self.start(&format!("known-{place}"), None).await?);
        }
        let unit = if bound == Bound::Work { self.rounds_of_work(&servers[0]).await? } else { 0.0 };
        let mut arms = Vec::new();
        for (server, effect) in servers.iter().zip(&truths) {
            let mix = match bound {
                Bound::Waiting => waiting(*effect)?.0,
                Bound::Work => Mix::new(vec![(1.0, Request::get(format!("/work/{:.0}", unit * (1.0 + effect))))])?,
            };
            arms.push(Arm { effect: *effect, base: server.base.clone(), mix });
        }
        let plan = Plan { rounds: runs * rounds, slice: pace.slice, rate_rps: pace.rate_rps, seed: SEED };
        let seconds = plan.slice.as_secs_f64() * (plan.rounds * arms.len() * 2) as f64;
        let what = format!("{bound}, {condition}: {runs} runs over {} arms, about {:.0} min", arms.len(), seconds * 1.15 / 60.0);
        let recording = record(&self.driver, &arms, plan, &self.context.terminal.progress(&what, plan.rounds as u64)).await?;
        for server in servers {
            server.stop().await;
        }
        if recording.voided.0 > 0 {
            let (rounds, why) = &recording.voided;
            self.context.terminal.step(&format!("{rounds} of {} rounds are void: {why}", plan.rounds));
        }
        let baseline = &recording.arms[0];
        let mut rows = Vec::new();
        for (arm, candidate) in arms.iter().zip(&recording.arms).skip(1) {
            for (statistic, quantile) in [("p50", 0.5), ("p95", 0.95)] {
                rows.push(Row {
                    bound: bound.to_string(),
                    machine: condition.to_string(),
                    statistic: statistic.to_owned(),
                    effect: arm.effect,
                    run_seconds: recording.seconds_per_round_and_arm * 2.0 * rounds as f64,
                    tally: tally(baseline, candidate, quantile, rounds, MARGIN, arm.effect),
                });
            }
        }
        Ok(rows)
    }

    async fn start(&self, name: &str, stall: Option<Stall>) -> Result<Process, Failure> {
        let binary = std::env::current_exe().map_err(|error| Failure::unfit(format!("this program: {error}")))?;
        let mut arguments = vec!["known-server".to_owned()];
        if let Some(stall) = stall {
            let ms = |time: Duration| time.as_millis().to_string();
            arguments.extend(["--stall-every-ms".to_owned(), ms(stall.every), "--stall-ms".to_owned(), ms(stall.length)]);
        }
        let log = self.context.store.sub("logs")?.join(format!("{name}.log"));
        let start = Start { service: "known", binary: &binary, arguments, environment: vec![], log, stays: false };
        Process::start(start, &self.ledger).await
    }

    /// How much work takes [`WORK_MS`] here, found by asking.
    async fn rounds_of_work(&self, server: &Process) -> Result<f64, Failure> {
        const PROBE: f64 = 2e6;
        let request = Request::get(format!("/work/{PROBE:.0}"));
        let mut taken = Vec::new();
        for _ in 0..15 {
            let begin = std::time::Instant::now();
            self.driver.once(&server.base, &request, false).await?;
            taken.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        Ok(PROBE * WORK_MS / median(taken))
    }
}

/// Requests whose waits are the quantiles of a log-normal distribution, all longer by `effect`; and the waits.
fn waiting(effect: f64) -> anyhow::Result<(Mix, Vec<Duration>)> {
    let waits: Vec<Duration> = (0..WAITS)
        .map(|place| {
            let z = normal_quantile((place as f64 + 0.5) / WAITS as f64);
            Duration::from_micros((1e3 * WAIT_MS * (1.0 + effect) * (SPREAD * z).exp()).round() as u64)
        })
        .collect();
    let requests = waits.iter().map(|wait| (1.0, Request::get(format!("/wait/{}", wait.as_micros())))).collect();
    Ok((Mix::new(requests)?, waits))
}
