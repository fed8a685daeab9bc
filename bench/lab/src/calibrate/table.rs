//! The tables a calibration ends with.

use super::load::margin;
use super::tally::{Tally, share_interval};
use super::{Detections, PERCENTILES, Percentiles, Said};
use crate::cli::{Bound, Condition};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use stats::Interval;

/// One line about detection.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Of what the time is made.
    pub bound: Bound,
    /// What else the machine did.
    pub machine: Condition,
    /// p50 or p95.
    pub statistic: String,
    /// The true effect on waits or work, as a share; 0 is the same against the same.
    pub effect: f64,
    /// Rounds of a run.
    pub rounds: usize,
    /// Seconds a run of two arms of this length takes.
    pub run_seconds: f64,
    /// The margin a change has to pass.
    pub margin: f64,
    /// Share of the runs that said a change, with Wilson's 95 % interval.
    pub said: Option<Interval>,
    /// How often each verdict came.
    pub tally: Tally,
}

impl Row {
    /// Of all runs of one kind.
    pub fn of(runs: &Detections) -> Self {
        let margin = margin(runs.bound);
        let tally = Tally::of(runs, margin);
        let timed = runs.windows.len().max(1);
        let mut row = Self {
            bound: runs.bound,
            machine: runs.machine,
            statistic: runs.statistic.clone(),
            effect: runs.effect,
            rounds: runs.rounds,
            run_seconds: runs.seconds / timed as f64,
            margin,
            said: None,
            tally,
        };
        row.said = share_interval(row.hits(), row.tally.runs);
        row
    }

    /// How often a change was said: slower where there is an effect, either where there is none.
    pub fn hits(&self) -> usize {
        if self.effect > 0.0 { self.tally.slower } else { self.tally.faster + self.tally.slower }
    }
}

/// One row a kind, in the order of bound, machine, effect.
pub fn rows(all: &[Detections]) -> Vec<Row> {
    let mut rows: Vec<Row> = all.iter().map(Row::of).collect();
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.bound as u8, row.machine as u8);
        key(a).cmp(&key(b)).then(a.effect.total_cmp(&b.effect)).then(a.statistic.cmp(&b.statistic))
    });
    rows
}

/// Reported against true.
pub fn truth_table(all: &[&Percentiles]) -> String {
    let mut table =
        table(&["server", "machine", "percentile", "true ms", "reported ms", "error", "server's record ms", "error"]);
    for one in all {
        for row in &one.percentiles {
            table.add_row([
                one.server.clone(),
                one.machine.to_string(),
                row.percentile.clone(),
                format!("{:.2}", row.true_ms),
                format!("{:.2}", row.reported_ms),
                format!("{:+.2} %", row.error * 100.0),
                row.recorded_ms.map_or_else(String::new, |ms| format!("{ms:.2}")),
                row.error_of_record().map_or_else(String::new, |error| format!("{:+.2} %", error * 100.0)),
            ]);
        }
    }
    right(table, 3)
}

/// What each load generator said, and how far that is from what is true.
pub fn others_table(all: &[&Said]) -> String {
    let head = ["server", "load generator", "requests"].into_iter().chain(PERCENTILES.map(|(name, _)| name));
    let mut table = table(&head.collect::<Vec<_>>());
    for said in all {
        let cells = PERCENTILES.map(|(name, _)| {
            let row = said.percentiles.iter().find(|row| row.percentile == name);
            row.map_or_else(String::new, |row| format!("{:.1} ms ({:+.0} %)", row.reported_ms, row.error * 100.0))
        });
        let first = [said.server.clone(), said.tool.clone(), said.requests.to_string()];
        table.add_row(first.into_iter().chain(cells));
    }
    right(table, 2)
}

/// False alarms and effects found, each share with its interval.
pub fn detection_table(rows: &[Row]) -> String {
    let mut table = table(&[
        "time goes to",
        "machine",
        "at",
        "true",
        "recorded",
        "run",
        "margin",
        "said so",
        "95 %",
        "unsure",
        "same",
        "wrong",
        "MDE",
        "found from MDE on",
    ]);
    for row in rows {
        let tally = &row.tally;
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        table.add_row([
            row.bound.to_string(),
            row.machine.to_string(),
            row.statistic.clone(),
            if row.effect > 0.0 { format!("+{:.0} %", row.effect * 100.0) } else { "the same".to_owned() },
            tally.recorded.map_or_else(String::new, |ratio| format!("{:+.2} %", (ratio.estimate - 1.0) * 100.0)),
            format!("{:.0} s", row.run_seconds),
            format!("{:.0} %", row.margin * 100.0),
            format!("{} of {}", row.hits(), tally.runs),
            row.said.map_or_else(String::new, |i| format!("{:.0}–{:.0} %", i.low * 100.0, i.high * 100.0)),
            if tally.void > 0 {
                format!("{} ({} void)", tally.inconclusive, tally.void)
            } else {
                tally.inconclusive.to_string()
            },
            tally.same.to_string(),
            tally.wrong.to_string(),
            percent(tally.mde),
            if row.effect > 0.0 { format!("{} of {}", tally.detected, tally.detectable) } else { String::new() },
        ]);
    }
    right(table, 4)
}

pub(super) fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(head.to_vec());
    table
}

pub(super) fn right(mut table: Table, from: usize) -> String {
    let columns = table.column_count();
    for place in from..columns {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}
