//! Starts as a part of the noise: flawed against flawed, every run with processes, relays and copies of the database of its own.
//!
//! The other questions are asked of servers that stay up. What a start leaves behind (memory layout, a query plan, a core) is the
//! same for all rounds of a run, so no number of rounds averages it away; only runs that start anew show how large it is.

use crate::arms::{ArmSpec, Shop, ShopSpec};
use crate::cli::Condition;
use crate::exercise::{Exercise, probe};
use crate::exit::{Exit, Failure};
use crate::pipeline::{Bench, Latency, Plan, SEED, interleave, placebo, ratios, warm_up};
use serde::{Deserialize, Serialize};
use stats::Interval;
use std::collections::BTreeMap;

/// The statistics whose intervals should hold 1.
pub const STATISTICS: [&str; 3] = ["p50", "p95", "mean"];
/// Seeds of a run: more than its slices.
const STRIDE: u64 = 10_000;
/// Both arms.
const VARIANT: &str = "flawed";

/// One run of flawed against flawed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct StartRun {
    /// The exercise.
    pub exercise: String,
    /// What else the machine did, by order of the command.
    pub machine: Option<Condition>,
    /// Rounds planned.
    pub rounds: usize,
    /// Rounds that were void; all of them in a run without a verdict.
    pub rounds_void: usize,
    /// Share of all cores busy while latency was measured.
    pub busy: f64,
    /// How long the rounds took.
    pub seconds: f64,
    /// Second arm over first, by `p50`, `p95` and `mean`; what the run has too few samples for is missing.
    pub ratios: BTreeMap<String, Interval>,
    /// The first arm's slices against each other, which share their start.
    pub placebo: Option<Interval>,
}

impl StartRun {
    /// Whether an interval holds 1; `None` where the run has none.
    pub fn holds(&self, statistic: &str) -> Option<bool> {
        self.ratios.get(statistic).map(|ratio| !ratio.excludes(1.0))
    }

    /// The run in one line.
    pub fn line(&self) -> String {
        let told = STATISTICS.map(|name| match self.ratios.get(name) {
            Some(ratio) => {
                let mark = if ratio.excludes(1.0) { " does not hold 1" } else { "" };
                format!("{name} {:.3} [{:.3}–{:.3}]{mark}", ratio.estimate, ratio.low, ratio.high)
            }
            None => format!("{name} too few samples"),
        });
        format!(
            "{}: {}; {} of {} rounds void, cores {:.0} % busy",
            self.exercise,
            told.join(", "),
            self.rounds_void,
            self.rounds,
            self.busy * 100.0
        )
    }

    fn of(exercise: &Exercise, machine: Condition, planned: usize, latency: Option<&Latency>) -> Self {
        let mut run = Self {
            exercise: exercise.id.clone(),
            machine: Some(machine),
            rounds: planned,
            rounds_void: planned,
            ..Self::default()
        };
        if let Some(latency) = latency {
            let found = ratios(&latency.arms[0], &latency.arms[1]);
            run.ratios = found.into_iter().filter(|(name, _)| STATISTICS.contains(&name.as_str())).collect();
            run.rounds_void = latency.planned - latency.kept();
            (run.busy, run.seconds, run.placebo) = (latency.busy, latency.seconds, placebo(latency));
        }
        run
    }
}

/// Starts an exercise's flawed version twice, measures one against the other, and ends both. `number` is that of the run: its seed.
///
/// # Errors
/// Exit 3 when something does not start or ends in mid-run. A run with too few rounds left is no failure: it has no ratios.
pub async fn start_run(
    bench: &Bench<'_>,
    exercise: &Exercise,
    machine: Condition,
    number: usize,
) -> Result<StartRun, Failure> {
    let exercise = &exercise.drawn(SEED + number as u64 * STRIDE)?;
    let arms = vec![ArmSpec::of(exercise, VARIANT), ArmSpec::of(exercise, VARIANT)];
    let spec = ShopSpec::of(exercise, arms, &bench.binaries, &bench.logs);
    bench.feed.start(Some(&exercise.id), &["flawed", "flawed again"]);
    let shop = Shop::start(bench.test_bed, &bench.receiver, &bench.driver, &probe(exercise)?, spec).await?;
    let plan = Plan::of(&exercise.load);
    let measured = async {
        let mix = shop.mix(exercise, 0)?;
        warm_up(bench, &shop, &mix, plan).await?;
        match interleave(bench, &shop, &mix, plan).await {
            Ok(latency) => Ok(Some(latency)),
            Err(failure) if failure.exit == Exit::Inconclusive => {
                bench.step(&failure.message);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    };
    let measured: Result<Option<Latency>, Failure> = measured.await;
    shop.stop(bench.test_bed).await;
    Ok(StartRun::of(exercise, machine, plan.rounds, measured?.as_ref()))
}

#[cfg(test)]
mod unit {
    use super::{Interval, StartRun};

    #[test]
    fn an_interval_holds_one_or_not_or_is_not_there() {
        let ratio = |low, high| Interval { estimate: 1.0, low, high };
        let ratios = [("p50".to_owned(), ratio(0.98, 1.02)), ("p95".to_owned(), ratio(1.01, 1.05))];
        let run = StartRun { exercise: "ch01-lamp".to_owned(), ratios: ratios.into(), ..StartRun::default() };
        assert_eq!(["p50", "p95", "mean"].map(|name| run.holds(name)), [Some(true), Some(false), None]);
        let line = run.line();
        assert!(line.contains("[1.010–1.050] does not hold 1") && line.contains("mean too few samples"), "{line}");
        let text = serde_json::to_string(&run).unwrap();
        assert_eq!(serde_json::from_str::<StartRun>(&text).unwrap(), run);
    }
}
