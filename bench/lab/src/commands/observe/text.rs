//! An observation for a terminal.

use super::view::Observed;
use super::waterfall::{LEGEND, draw};
use crate::exercise::Exercise;
use crate::report::{LatencyMs, bars, number};
use crate::terminal::{Terminal, paragraph};
use comfy_table::{Table, presets};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use trace::{Suspect, WaitsFor};
use unicode_width::UnicodeWidthStr as _;

/// Suspects shown; the others are in `--json`.
const SUSPECTS: usize = 4;

/// Possibilities shown.
const POSSIBILITIES: usize = 2;

/// Waits shown.
const WAITS: usize = 3;

/// The observation in lines of `width` columns.
pub(super) fn text(exercise: &Exercise, observed: &Observed<'_>, terminal: Terminal, width: usize) -> String {
    let heading = |text: &str| terminal.strong(text);
    let mut text = format!("{}\n", heading(&paragraph(&format!("{}: {}", exercise.id, exercise.symptom), width, "")));
    let _ = writeln!(text, "{}", signals(observed));
    for remark in &observed.remarks {
        let _ = writeln!(text, "{}", paragraph(&format!("! {remark}"), width, " "));
    }
    text.push('\n');
    let traces = &observed.traces;
    let _ = writeln!(text, "{}, of {} traced requests", heading("where the time goes"), traces.requests);
    let _ = write!(text, "{}", share("all", observed.where_time_goes, width));
    let _ = write!(text, "{}", share("slowest 5 %", observed.slowest, width));
    if traces.very_slowest > 0 {
        let _ = write!(text, "{}", share("slowest 1 %", observed.very_slowest, width));
    }
    for (what, fall) in [("a typical request", observed.typical), ("a slow request", observed.slow)] {
        if let Some(fall) = fall {
            let _ = writeln!(text, "\n{}", heading(&format!("{what}, {} ms", number(fall.total_ms))));
            let _ = write!(text, "{}", draw(fall, width));
        }
    }
    if observed.typical.is_some() {
        let _ = writeln!(text, "  {}", terminal.quiet(LEGEND));
    }
    let _ = write!(text, "\n{}\n{}", heading("per request, on average"), counts(&observed.observed.counts));
    if !observed.suspects.is_empty() {
        let _ = writeln!(text, "\n{}", heading("worth a look"));
    }
    for suspect in observed.suspects.iter().take(SUSPECTS) {
        let _ = write!(text, "{}", told(suspect, width));
    }
    if !observed.possibilities.is_empty() {
        let _ = writeln!(text, "\n{}", heading("perhaps; only the code can tell"));
    }
    for possibility in observed.possibilities.iter().take(POSSIBILITIES) {
        let _ = write!(text, "{}", told(possibility, width));
    }
    for remark in &traces.remarks {
        let _ = writeln!(text, "{}", terminal.quiet(&paragraph(&format!("! {remark}"), width, "")));
    }
    text
}

/// The bar with its words behind it, or below it where the line is too short.
fn share(of: &str, shares: &BTreeMap<String, f64>, width: usize) -> String {
    let line = format!("  {of:<11}  {}", bars(shares));
    match line.rsplit_once("  ").filter(|_| line.width() > width) {
        Some((bar, words)) => format!("{}\n{}\n", bar.trim_end(), paragraph(words, width, &" ".repeat(15))),
        None => format!("{line}\n"),
    }
}

fn signals(observed: &Observed<'_>) -> Table {
    let (arm, saturation) = (&observed.observed, &observed.saturation);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let p = |value: Option<f64>| value.map_or("too few samples".to_owned(), |ms| format!("{} ms", number(ms)));
    if let Some(LatencyMs { p50, p95, p99, .. }) = arm.latency_ms {
        table.add_row(["latency", &format!("p50 {}   p95 {}   p99 {}", p(p50), p(p95), p(p99))]);
    }
    table.add_row(["traffic", &format!("{:.0} requests/s, {} measured", arm.rate_rps, arm.requests)]);
    table.add_row(["errors", &arm.errors.to_string()]);
    let cpu = format!(
        "cores {:.0} % busy, {} CPU ms per request",
        saturation.cores_busy * 100.0,
        number(saturation.cpu_ms_per_request)
    );
    table.add_row(["saturation", &cpu]);
    let listed = |most: &BTreeMap<String, f64>| {
        most.iter().map(|(name, most)| format!("{name} {}", number(*most))).collect::<Vec<_>>().join(", ")
    };
    if !saturation.pool_connections_used.is_empty() {
        let used = listed(&saturation.pool_connections_used);
        table.add_row(["", &format!("pool connections in use, the most seen: {used}")]);
    }
    if !saturation.active_requests.is_empty() {
        let active = listed(&saturation.active_requests);
        table.add_row(["", &format!("requests under way, the most seen: {active}")]);
    }
    if !saturation.queued_messages.is_empty() {
        let queued = listed(&saturation.queued_messages);
        table.add_row(["", &format!("messages waiting in queues, the most seen: {queued}")]);
    }
    for wait in saturation.waits.iter().take(WAITS) {
        let (mean, longest) = (number(wait.mean_ms), number(wait.longest_ms));
        let line = match wait.waits_for {
            WaitsFor::Pool | WaitsFor::Flight => format!(
                "{} of {} traced requests wait for {}: {mean} ms, at most {longest}; {:.0} % of the time",
                wait.requests,
                observed.traces.requests,
                wait.name,
                wait.share * 100.0
            ),
            WaitsFor::Consumer => {
                format!("{} messages wait for {}: {mean} ms, at most {longest}", wait.times, wait.name)
            }
        };
        table.add_row(["", &line]);
    }
    table
}

fn counts(counts: &BTreeMap<String, f64>) -> String {
    let mut text = String::new();
    for (name, value) in counts.iter().filter(|(_, value)| **value > 0.0) {
        let name = name.trim_end_matches("_per_request").replace('_', " ");
        let _ = writeln!(text, "  {name:<28} {}", number(*value));
    }
    text
}

fn told(suspect: &Suspect, width: usize) -> String {
    let words = format!("{}: {}", suspect.kind.replace('_', " "), suspect.evidence);
    let mut text = format!("{}\n{}\n", paragraph(&words, width, "  "), paragraph(&suspect.statement, width, "    "));
    if let Some(at) = &suspect.at {
        let _ = writeln!(text, "    {at}");
    }
    text
}
