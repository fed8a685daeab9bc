//! The tables a calibration ends with.

use super::truth::Truth;
use super::windows::{Tally, share_interval};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

/// Reported and true percentiles of one server.
#[derive(Clone, Debug, Serialize)]
pub struct Percentiles {
    /// What the server does.
    pub server: String,
    /// The machine's condition: quiet, competing load.
    pub machine: String,
    /// Requests compared.
    pub requests: usize,
    /// The percentiles.
    pub percentiles: Vec<Truth>,
}

/// One line about detection.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What takes the time: waiting, work.
    pub bound: String,
    /// The machine's condition.
    pub machine: String,
    /// p50 or p95.
    pub statistic: String,
    /// The true effect, as a share; 0 is the same against the same.
    pub effect: f64,
    /// Seconds a run of two arms of this length takes.
    pub run_seconds: f64,
    /// How often each verdict came.
    pub tally: Tally,
}

impl Row {
    /// How often the verdict was right: slower where there is an effect, and no alarm where there is none.
    pub fn hits(&self) -> usize {
        if self.effect > 0.0 { self.tally.slower } else { self.tally.faster + self.tally.slower }
    }
}

/// Reported against true.
pub fn truth_table(all: &[Percentiles]) -> String {
    let mut table = table(&["server", "machine", "percentile", "true ms", "reported ms", "error"]);
    for one in all {
        for row in &one.percentiles {
            table.add_row([
                one.server.clone(),
                one.machine.clone(),
                row.percentile.to_owned(),
                format!("{:.2}", row.true_ms),
                format!("{:.2}", row.reported_ms),
                format!("{:+.1} %", row.error * 100.0),
            ]);
        }
    }
    right(table, 3)
}

/// False alarms and effects found, each share with its interval.
pub fn detection_table(rows: &[Row]) -> String {
    let mut table = table(&[
        "time goes to",
        "machine",
        "at",
        "true",
        "run",
        "said so",
        "95 %",
        "unsure",
        "same",
        "wrong way",
        "MDE",
    ]);
    for row in rows {
        let (hits, tally) = (row.hits(), &row.tally);
        let interval = share_interval(hits, tally.windows);
        let wrong = if row.effect > 0.0 { tally.faster.to_string() } else { "-".to_owned() };
        table.add_row([
            row.bound.clone(),
            row.machine.clone(),
            row.statistic.clone(),
            if row.effect > 0.0 { format!("+{:.0} %", row.effect * 100.0) } else { "the same".to_owned() },
            format!("{:.0} s", row.run_seconds),
            format!("{hits} of {}", tally.windows),
            interval.map_or_else(String::new, |i| format!("{:.0}–{:.0} %", i.low * 100.0, i.high * 100.0)),
            tally.inconclusive.to_string(),
            tally.same.to_string(),
            wrong,
            format!("{:.1} %", tally.mde * 100.0),
        ]);
    }
    right(table, 3)
}

fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(head.to_vec());
    table
}

fn right(mut table: Table, from: usize) -> String {
    let columns = table.column_count();
    for place in from..columns {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}
