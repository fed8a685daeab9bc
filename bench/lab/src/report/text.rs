//! The table of a comparison, for a terminal.

use super::latency_words::{longer_run, said};
use super::run::Report;
use crate::exercise::{Exercise, Unit, number, phrase};
use crate::terminal::{Terminal, paragraph};
use crate::verdict::{TargetOutcome, Verdict};
use comfy_table::{CellAlignment, Table, presets};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The result of `check` or `measure`.
pub fn comparison_text(exercise: &Exercise, report: &Report, terminal: Terminal) -> String {
    let mut text = String::new();
    if let Some(difference) = &report.difference {
        let _ = writeln!(text, "{} behaviour changed: {difference}", terminal.bad("✗"));
        let _ = match report.rounds {
            None => writeln!(text, "Timing not attempted."),
            Some(_) => writeln!(text, "Its times say nothing: it does not do the same work."),
        };
        for remark in &report.remarks {
            let _ = writeln!(text, "{}", terminal.quiet(&format!("! {remark}")));
        }
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
            let ratio = report.ratio.get(name);
            let ratio = ratio.map_or(String::new(), |ratio| Unit::Ratio.shown_with(ratio.estimate, Some(ratio)));
            table.add_row([format!("{name}, ms"), number(was), number(is), ratio]);
        }
    }
    for (name, was) in &baseline.counts {
        let is = candidate.counts.get(name).copied().unwrap_or_default();
        if worth_showing(name) && (*was > 0.0 || is > 0.0) {
            table.add_row([phrase(name), number(*was), number(is), ratio_of(*was, is)]);
        }
    }
    right(&mut table);
    let _ = writeln!(text, "{table}");
    let shares = |arm: &str| report.where_time_goes.get(arm).cloned().unwrap_or_default();
    let _ = writeln!(
        text,
        "where the time goes{}\n  {:<9} {}",
        of_traced(report),
        baseline.variant,
        bars(&shares("baseline"))
    );
    let _ = writeln!(text, "  {:<9} {}", candidate.variant, bars(&shares("candidate")));
    text.push_str(&said(report));
    for judged in &report.targets {
        let _ = writeln!(text, "{}", target_line(judged, report, terminal));
    }
    for target in &report.not_judged {
        let _ = writeln!(text, "{}", marked("·", &format!("{}: not judged yet", target.says), terminal));
    }
    if let Some(prediction) = &report.prediction {
        let _ = writeln!(text, "{}", paragraph(&prediction.line(), terminal.width(), ""));
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "{}", terminal.quiet(&paragraph(&format!("! {remark}"), terminal.width(), "")));
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

/// Counts that are shown whether or not a target names them.
const SHOWN: [&str; 7] = [
    "db_queries_per_request",
    "rows_returned_per_request",
    "cache_calls_per_request",
    "rpc_calls_per_request",
    "partner_calls_per_request",
    "response_bytes",
    "cpu_ms_per_request",
];

/// Is it a count that is shown whether or not a target names it?
pub fn worth_showing(name: &str) -> bool {
    SHOWN.contains(&name)
}

/// How many requests the shares rest on: so few that they move by some points from run to run.
fn of_traced(report: &Report) -> String {
    match report.traced {
        Some([was, is]) if was == is => format!(", of {was} traced requests each"),
        Some([was, is]) => format!(", of {was} and {is} traced requests"),
        None => String::new(),
    }
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

/// A line behind a mark; what does not fit stands below its words.
fn marked(mark: &str, text: &str, terminal: Terminal) -> String {
    let lines = paragraph(text, terminal.width(), "  ");
    format!("{mark} {}", lines.trim_start())
}

fn target_line(judged: &TargetOutcome, report: &Report, terminal: Terminal) -> String {
    let mark = match judged.met {
        Some(true) => terminal.good("✓"),
        Some(false) => terminal.bad("✗"),
        None => "?".to_owned(),
    };
    let mut line = format!("{}: {}", judged.sentence(), judged.measured());
    // A ratio is compared with the flawed version already.
    let was = report.baseline.as_ref().and_then(|arm| arm.counts.get(&judged.name));
    if let Some(was) = was.filter(|_| judged.value.is_some()) {
        let _ = write!(line, " (flawed: {})", judged.unit().shown(*was));
    }
    let _ = write!(line, "; target: {}", judged.wanted());
    if judged.met.is_none() {
        line.push_str("; cannot be told");
        line.push_str(&longer_run(judged, report));
    }
    marked(&mark, &line, terminal)
}

/// The verdict in one sentence: what is known, how well, and what to do.
fn closing(exercise: &Exercise, report: &Report, terminal: Terminal) -> String {
    let id = &exercise.id;
    let what = report.candidate.as_ref().map_or("", |candidate| candidate.variant.as_str());
    let (judged, open) = (report.targets.len(), report.not_judged.len());
    let counted = |met: Option<bool>| report.targets.iter().filter(|one| one.met == met).count();
    let flag = if what == "yours" { String::new() } else { format!(" --candidate {what}") };
    let measure = format!("`cargo lab measure {id}{flag}`");
    let (mark, line) = match report.verdict {
        Verdict::Pass => (
            terminal.good("✓"),
            match (judged, open) {
                (_, 0) => format!("{what} meets every target"),
                (0, _) => format!("{what} gives the same answers; only {measure} can judge the targets"),
                (1, 1) => format!("{what} meets the target that a check can judge; {measure} judges the other one"),
                (1, _) => format!("{what} meets the target that a check can judge; {measure} judges the other {open}"),
                (_, 1) => {
                    format!("{what} meets the {judged} targets that a check can judge; {measure} judges the other one")
                }
                _ => format!(
                    "{what} meets the {judged} targets that a check can judge; {measure} judges the other {open}"
                ),
            },
        ),
        Verdict::NotYet => {
            (terminal.bad("✗"), format!("not yet: {} of {} targets missed", counted(Some(false)), judged + open))
        }
        Verdict::Inconclusive => {
            let open = counted(None);
            let targets = if open == 1 { "one target".to_owned() } else { format!("{open} targets") };
            let line = format!(
                "inconclusive. Nothing is missed, but {targets} cannot be told from the noise: measure again when \
                                the machine is quieter (`cargo lab doctor` says what is busy)"
            );
            ("?".to_owned(), line)
        }
        Verdict::BehaviourChanged | Verdict::Unfit => return String::new(),
    };
    format!("{}\n", marked(&mark, &format!("{id}: {line}"), terminal))
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
}
