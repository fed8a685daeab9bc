//! The table of a comparison, for a terminal.

use super::run::Report;
use crate::exercise::Exercise;
use crate::pipeline::longer;
use crate::terminal::Terminal;
use crate::verdict::{TargetOutcome, Verdict};
use comfy_table::{CellAlignment, Table, presets};
use stats::{self, Change, Interval};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A number as a person writes it: whole from 100 on, one decimal from 10, else two.
pub fn number(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if (v - v.round()).abs() < 5e-4 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}

fn interval(ratio: &Interval) -> String {
    format!("{:.2} [{:.2}–{:.2}]", ratio.estimate, ratio.low, ratio.high)
}

/// The result of `check` or `measure`.
pub fn comparison_text(exercise: &Exercise, report: &Report, terminal: Terminal) -> String {
    let mut text = String::new();
    if let Some(difference) = &report.difference {
        let _ = writeln!(text, "{} behaviour changed: {difference}", terminal.bad("✗"));
        let _ = match report.rounds {
            None => writeln!(text, "Timing not attempted."),
            Some(_) => writeln!(text, "Its times say nothing: it does not do the same work."),
        };
        // A file from before there were seeds has none.
        if report.seed != 0 {
            let again = format!("The same questions again: --seed {}", report.seed);
            let _ = writeln!(text, "{}", terminal.quiet(&again));
        }
        return text;
    }
    let (Some(baseline), Some(candidate)) = (&report.baseline, &report.candidate) else { return text };
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([exercise.id.as_str(), &baseline.variant, &candidate.variant, "ratio"]);
    if let (Some(was), Some(is)) = (baseline.latency_ms, candidate.latency_ms) {
        let rows =
            [("p50", was.p50, is.p50), ("p95", was.p95, is.p95), ("p99", was.p99, is.p99), ("mean", was.mean, is.mean)];
        for (name, was, is) in rows {
            let (Some(was), Some(is)) = (was, is) else { continue };
            let ratio = report.ratio.get(name).map(interval).unwrap_or_default();
            table.add_row([format!("{name}, ms"), number(was), number(is), ratio]);
        }
    }
    for (name, was) in &baseline.counts {
        let is = candidate.counts.get(name).copied().unwrap_or_default();
        let shown =
            SHOWN.iter().any(|(shown, _)| shown == name) || exercise.target.iter().any(|target| target.name == *name);
        if shown && (*was > 0.0 || is > 0.0) {
            table.add_row([label(name), number(*was), number(is), ratio_of(*was, is)]);
        }
    }
    right(&mut table);
    let _ = writeln!(text, "{table}");
    let shares = |arm: &str| report.where_time_goes.get(arm).cloned().unwrap_or_default();
    let _ = writeln!(text, "where the time goes\n  {:<9} {}", baseline.variant, bars(&shares("baseline")));
    let _ = writeln!(text, "  {:<9} {}", candidate.variant, bars(&shares("candidate")));
    text.push_str(&said(report));
    for judged in &report.targets {
        let _ = writeln!(text, "{}", target_line(judged, report, terminal));
    }
    if let Some(prediction) = &report.prediction {
        let error =
            prediction.error_points.map_or(String::new(), |points| format!(", off by {} points", number(points)));
        let _ = writeln!(text, "predicted p95 ratio {:.2}{error}", prediction.p95_ratio);
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "{}", terminal.quiet(&format!("! {remark}")));
    }
    if report.answers_compared > 0 {
        let alike = format!("{} answers under load compared, all alike; seed {}", report.answers_compared, report.seed);
        let _ = writeln!(text, "{}", terminal.quiet(&alike));
    }
    if report.verdict != Verdict::Pass
        && let Some(suspect) = report.suspects.first()
    {
        let at = suspect.at.as_deref().map_or(String::new(), |at| format!("\n    {at}"));
        let _ = writeln!(
            text,
            "most suspicious in {}: {} ({})\n    {}{at}",
            candidate.variant, suspect.kind, suspect.evidence, suspect.statement
        );
    }
    let _ = write!(text, "{}", closing(exercise, report, terminal));
    text
}

/// Counts that are shown even where no target names them, and what people call them.
const SHOWN: [(&str, &str); 7] = [
    ("db_queries_per_request", "queries / request"),
    ("rows_returned_per_request", "rows / request"),
    ("cache_calls_per_request", "cache calls / request"),
    ("rpc_calls_per_request", "RPC calls / request"),
    ("partner_calls_per_request", "partner calls / request"),
    ("response_bytes", "bytes on the wire"),
    ("cpu_ms_per_request", "CPU ms / request"),
];

/// Is it a count that is shown whether or not a target names it?
pub fn worth_showing(name: &str) -> bool {
    SHOWN.iter().any(|(shown, _)| *shown == name)
}

/// What people call a count.
pub fn label(name: &str) -> String {
    SHOWN
        .iter()
        .find(|(shown, _)| *shown == name)
        .map_or_else(|| name.replace('_', " "), |(_, label)| (*label).to_owned())
}

fn ratio_of(was: f64, is: f64) -> String {
    if was > 0.0 { format!("{:.2}", is / was) } else { String::new() }
}

/// Numbers stand under each other.
pub fn right(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// Shares as a bar of 40 characters and in words, the largest first.
pub fn bars(shares: &BTreeMap<String, f64>) -> String {
    let mut sorted: Vec<(&String, &f64)> = shares.iter().filter(|(_, share)| **share >= 0.005).collect();
    sorted.sort_by(|a, b| b.1.total_cmp(a.1));
    let glyphs = ['█', '▓', '▒', '░', '·', '·', '·', '·'];
    let bar: String = sorted
        .iter()
        .zip(glyphs)
        .map(|((_, share), glyph)| glyph.to_string().repeat((**share * 40.0).round() as usize))
        .collect();
    let words: Vec<String> = sorted.iter().map(|(kind, share)| format!("{kind} {:.0} %", **share * 100.0)).collect();
    format!("{bar}  {}", words.join(", "))
}

/// What the latencies say, and what the run could have seen: the words of [`stats::change()`], the minimum detectable effect and
/// the placebo. Empty where nothing was timed.
fn said(report: &Report) -> String {
    let mut text = String::new();
    let rounds = report.rounds.map_or(0, |[_, kept]| kept);
    let changes: Vec<String> = ["p50", "p95", "p99"]
        .into_iter()
        .filter_map(|name| {
            Some(format!("{name} {}", word(stats::change(report.ratio.get(name)?, rounds, stats::MARGIN))))
        })
        .collect();
    if !changes.is_empty() {
        let _ =
            writeln!(text, "latency: {} (a change is one beyond {:.0} %)", changes.join(", "), stats::MARGIN * 100.0);
    }
    if let Some(mde) = report.minimum_detectable_effect {
        let _ = writeln!(text, "this run of {rounds} rounds sees {} four times in five", smallest(mde));
    }
    if let Some(placebo) = &report.placebo {
        let _ = writeln!(text, "{}", placebo_line(placebo));
    }
    text
}

/// The smallest change of the p95 that a run with this minimum detectable effect sees. Beyond 100 % a percentage misleads: the
/// effect is a ratio, and as large in the other direction.
pub(super) fn smallest(mde: f64) -> String {
    if mde < 1.0 {
        format!("a p95 change of {:.1} %", mde * 100.0)
    } else {
        format!("only a p95 {:.1} times as long, or as short", 1.0 + mde)
    }
}

/// The placebo in one line.
pub fn placebo_line(placebo: &Interval) -> String {
    let holds = if placebo.excludes(1.0) { "should hold 1 and does not" } else { "holds 1, as it should" };
    format!("placebo, the baseline against itself: {} {holds}", interval(placebo))
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Faster => "faster",
        Change::Slower => "slower",
        Change::Same => "the same",
        Change::Inconclusive => "cannot be told",
    }
}

fn target_line(judged: &TargetOutcome, report: &Report, terminal: Terminal) -> String {
    let (mark, word) = match judged.met {
        Some(true) => (terminal.good("✓"), ""),
        Some(false) => (terminal.bad("✗"), ""),
        None => ("?".to_owned(), "  cannot be told"),
    };
    let relation = if judged.at_least { "≥" } else { "≤" };
    let value = match (&judged.interval, judged.value) {
        (Some(ratio), _) => interval(ratio),
        (None, Some(value)) => number(value),
        (None, None) => "too few samples".to_owned(),
    };
    let mut line = format!("{mark} {} {value}, target {relation} {}{word}", label(&judged.name), number(judged.limit));
    if judged.met.is_none()
        && judged.interval.is_some()
        && let Some(mde) = report.minimum_detectable_effect
    {
        let _ = match longer(judged, Some(mde), report.seconds) {
            Some(seconds) => write!(line, "; a run of about {seconds:.0} s would tell"),
            None => write!(line, "; it lies on the limit, so no longer run would tell"),
        };
    }
    line
}

fn closing(exercise: &Exercise, report: &Report, terminal: Terminal) -> String {
    let id = &exercise.id;
    match report.verdict {
        Verdict::Pass => {
            let what = report.candidate.as_ref().map_or("", |candidate| candidate.variant.as_str());
            format!("{} {id}: {what} meets every target\n", terminal.good("✓"))
        }
        Verdict::NotYet => {
            format!("{} {id}: not yet\n", terminal.bad("✗"))
        }
        Verdict::Inconclusive => {
            let floor = report
                .minimum_detectable_effect
                .filter(|mde| *mde < 1.0)
                .map_or(String::new(), |mde| format!(", noise floor ±{:.0} %", mde * 100.0));
            format!("? {id}: inconclusive{floor}\n")
        }
        Verdict::BehaviourChanged | Verdict::Unfit => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_drawn_the_largest_first() {
        let shares =
            BTreeMap::from([("db".to_owned(), 0.25), ("serialization".to_owned(), 0.75), ("own".to_owned(), 0.0)]);
        insta::assert_snapshot!(bars(&shares), @"██████████████████████████████▓▓▓▓▓▓▓▓▓▓  serialization 75 %, db 25 %");
    }

    #[test]
    fn numbers_carry_as_many_digits_as_they_deserve() {
        let shown: Vec<String> = [18_211.4, 41.0, 12.345, 2.0, 0.257].map(number).into();
        assert_eq!(shown, ["18211", "41.0", "12.3", "2", "0.26"]);
    }
}
