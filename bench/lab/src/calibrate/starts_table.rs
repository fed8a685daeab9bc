//! The table of the starts: how often an interval of flawed against flawed holds 1.

use super::starts::{STATISTICS, StartRun};
use super::table::{right, table};
use super::tally::share_interval;
use crate::cli::Condition;
use serde::Serialize;
use stats::Interval;

/// All runs of an exercise in one condition, at one statistic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StartRow {
    /// The exercise.
    pub exercise: String,
    /// What else the machine did, by order of the command.
    pub machine: Option<Condition>,
    /// p50, p95 or mean.
    pub statistic: String,
    /// Runs.
    pub runs: usize,
    /// Of these, without an interval: too much of them was void, or too few samples.
    pub without: usize,
    /// Runs whose interval holds 1.
    pub holds: usize,
    /// The share of those with an interval, with Wilson's 95 % interval.
    pub share: Option<Interval>,
    /// The median distance of an interval's ends from 1, as a share.
    pub half_width: f64,
    /// The estimate that is farthest from 1.
    pub farthest: Option<f64>,
    /// The median of the shares of busy cores.
    pub busy: f64,
}

/// One row for each exercise, condition and statistic, in the order of the file.
pub fn start_rows(all: &[&StartRun]) -> Vec<StartRow> {
    let mut kinds: Vec<(&str, Option<Condition>)> = Vec::new();
    for run in all {
        let kind = (run.exercise.as_str(), run.machine);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let rows = kinds.into_iter().flat_map(|(exercise, machine)| {
        let runs: Vec<&StartRun> =
            all.iter().copied().filter(|run| run.exercise == exercise && run.machine == machine).collect();
        STATISTICS.map(|statistic| row(&runs, statistic))
    });
    rows.collect()
}

fn row(runs: &[&StartRun], statistic: &str) -> StartRow {
    let found: Vec<Interval> = runs.iter().filter_map(|run| run.ratios.get(statistic)).copied().collect();
    let holds = runs.iter().filter(|run| run.holds(statistic) == Some(true)).count();
    let off = |estimate: &f64| estimate.ln().abs();
    StartRow {
        exercise: runs[0].exercise.clone(),
        machine: runs[0].machine,
        statistic: statistic.to_owned(),
        runs: runs.len(),
        without: runs.len() - found.len(),
        holds,
        share: share_interval(holds, found.len()),
        half_width: stats::median(found.iter().map(|ratio| ((ratio.high / ratio.low).ln() / 2.0).exp_m1()).collect()),
        farthest: found.iter().map(|ratio| ratio.estimate).max_by(|a, b| off(a).total_cmp(&off(b))),
        busy: stats::median(runs.iter().filter(|run| run.busy > 0.0).map(|run| run.busy).collect()),
    }
}

/// How often each interval holds 1.
pub fn starts_table(rows: &[StartRow]) -> String {
    let mut table =
        table(&["flawed twice", "machine", "at", "holds 1", "95 %", "without", "± median", "farthest", "cores busy"]);
    for row in rows {
        let percent = |share: f64| if share.is_finite() { format!("{:.1} %", share * 100.0) } else { String::new() };
        table.add_row([
            row.exercise.clone(),
            row.machine.map_or_else(String::new, |machine| machine.to_string()),
            row.statistic.clone(),
            format!("{} of {}", row.holds, row.runs - row.without),
            row.share.map_or_else(String::new, |i| format!("{:.0}–{:.0} %", i.low * 100.0, i.high * 100.0)),
            row.without.to_string(),
            percent(row.half_width),
            row.farthest.map_or_else(String::new, |ratio| format!("{:+.1} %", (ratio - 1.0) * 100.0)),
            percent(row.busy),
        ]);
    }
    right(table, 3)
}

#[cfg(test)]
mod unit {
    use super::{Condition, Interval, StartRun, start_rows, starts_table};

    fn run(exercise: &str, machine: Condition, ratio: Option<[f64; 3]>) -> StartRun {
        let ratio = ratio.map(|[low, estimate, high]| ("p50".to_owned(), Interval { estimate, low, high }));
        let (exercise, machine) = (exercise.to_owned(), Some(machine));
        StartRun { exercise, machine, rounds: 6, busy: 0.4, ratios: ratio.into_iter().collect(), ..StartRun::default() }
    }

    #[test]
    fn runs_are_counted_by_exercise_and_condition_and_void_ones_are_told_apart() {
        let runs = [
            run("ch01-lamp", Condition::Quiet, Some([0.97, 1.0, 1.03])),
            run("ch01-lamp", Condition::Quiet, Some([1.01, 1.04, 1.07])),
            run("ch01-lamp", Condition::Quiet, None),
            run("ch01-lamp", Condition::Competing, Some([0.9, 0.95, 1.1])),
        ];
        let rows = start_rows(&runs.iter().collect::<Vec<_>>());
        assert_eq!(rows.len(), 6);
        let p50 = &rows[0];
        assert_eq!((p50.runs, p50.without, p50.holds, p50.farthest), (3, 1, 1, Some(1.04)));
        assert!((p50.half_width - 0.03).abs() < 0.002, "{p50:?}");
        assert_eq!((rows[1].without, rows[1].share), (3, None), "no p95 in these runs");
        let text = starts_table(&rows);
        assert!(text.contains("1 of 2") && text.contains("+4.0 %") && text.contains("competing load"), "{text}");
    }
}
