//! The result for a terminal.

use super::margin::Margin;
use crate::exercise::phrase;
use crate::report::{ArmReport, Report, bars, interval, number, right, said, worth_showing};
use crate::terminal::{Terminal, paragraph};
use crate::verdict::Verdict;
use comfy_table::{Table, presets};
use std::fmt::Write as _;

/// Suspects shown of each; the others are in `--json`.
const SUSPECTS: usize = 3;

/// The whole text.
pub fn text(report: &Report, margin: Margin, terminal: Terminal) -> String {
    let mut text = String::new();
    if let Some(difference) = &report.difference {
        let _ = writeln!(text, "{} the two answer differently: {difference}\nNothing was timed.", terminal.bad("✗"));
        return text;
    }
    let (Some(base), Some(candidate)) = (&report.baseline, &report.candidate) else { return text };
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["", "base", "candidate", "ratio"]);
    for name in ["p50", "p95", "p99", "mean"] {
        let (Some(was), Some(is)) = (base.ms(name), candidate.ms(name)) else { continue };
        let ratio = report.ratio.get(name).map(interval).unwrap_or_default();
        table.add_row([format!("{name}, ms"), number(was), number(is), ratio]);
    }
    for (name, was) in &base.counts {
        if let Some(is) = candidate.counts.get(name).filter(|_| worth_showing(name)) {
            table.add_row([phrase(name), number(*was), number(*is), String::new()]);
        }
    }
    right(&mut table);
    let _ = writeln!(text, "{table}");
    let rounds = report.rounds.map_or(0, |[_, kept]| kept);
    let _ = writeln!(
        text,
        "{} and {} requests in {rounds} interleaved rounds, {} and {} of all failed",
        base.requests, candidate.requests, base.errors, candidate.errors
    );
    text.push_str(&said(report));
    for (name, arm) in [("base", base), ("candidate", candidate)] {
        text.push_str(&traced(name, arm, terminal));
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "{}", terminal.quiet(&format!("! {remark}")));
    }
    let closing = match report.verdict {
        Verdict::Pass => terminal.good(&format!("✓ not slower: neither p50 nor p95 is longer by more than {margin}")),
        Verdict::NotYet => terminal.bad(&format!("✗ slower, by more than {margin}")),
        _ => format!(
            "? it cannot be told whether the candidate is slower by more than {margin}: run it longer (--seconds)"
        ),
    };
    let _ = writeln!(text, "{closing}");
    text
}

/// Where its time goes and what looks wasteful; nothing of a service that sent no traces.
fn traced(name: &str, arm: &ArmReport, terminal: Terminal) -> String {
    let Some(shares) = &arm.where_time_goes else { return String::new() };
    let mut text = format!("where the time goes in the {name}\n  {}\n", bars(shares));
    for suspect in arm.suspects.iter().take(SUSPECTS) {
        let words = format!("worth a look: {} ({})", suspect.kind.replace('_', " "), suspect.evidence);
        let _ = writeln!(text, "{}", paragraph(&words, terminal.width(), "  "));
        let _ = writeln!(text, "{}", paragraph(&suspect.statement, terminal.width(), "    "));
    }
    text
}
