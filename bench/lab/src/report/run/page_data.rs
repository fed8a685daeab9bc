//! The key `page` of a run file: what only the pages need.
//!
//! What the traces say is copied: a file outlives the analysis that filled it, and keeps kinds that a later one does not have.

use crate::pipeline::Bin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Shares or milliseconds by kind.
pub type ByKind = BTreeMap<String, f64>;

/// The key `page` of a run file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PageData {
    /// The exercise's title.
    pub title: String,
    /// What a user sees.
    pub symptom: String,
    /// When the run ended.
    pub at: String,
    /// The command that makes it again.
    pub reproduce: String,
    /// The commit of the working copy, and whether it had changes.
    pub commit: Option<String>,
    /// Cases that were answered alike.
    pub behaviour_cases: usize,
    /// The learner's file against the flawed one; absent where something else was measured.
    pub diff: Option<String>,
    /// The arms, in the order of baseline and candidate or of the stages.
    pub arms: Vec<PageArm>,
    /// Latency over time.
    pub slices: Vec<Slice>,
    /// The chapter's figures for each stage of a story.
    pub chapter: Vec<Chapter>,
    /// The phases over time, in the order they were run; empty in files of an older bench.
    pub phases: Vec<PhaseOverTime>,
}

/// What became of the requests of one phase, in bins of equal length.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PhaseOverTime {
    /// The phase's name.
    pub name: String,
    /// A bin's length, milliseconds.
    pub bin_ms: u64,
    /// By the arm's name, then by the requests' tag; all of them where they have none.
    pub arms: BTreeMap<String, BTreeMap<String, Vec<Bin>>>,
}

/// What the pages need of one arm.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PageArm {
    /// Its name.
    pub name: String,
    /// `[percentile, milliseconds]`, as far as ten samples lie above.
    pub curve: Vec<[f64; 2]>,
    /// Traced requests.
    pub traced: usize,
    /// Their mean, milliseconds.
    pub mean_ms: f64,
    /// Milliseconds of the critical path by kind.
    pub mean_ms_by_kind: ByKind,
    /// Shares among the slowest twentieth.
    pub slowest: ByKind,
    /// By operation.
    pub operations: Vec<Operation>,
    /// The statements.
    pub queries: Vec<Query>,
    /// The median request.
    pub typical: Option<Waterfall>,
    /// The request at the 95th percentile.
    pub slow: Option<Waterfall>,
}

/// One slice of the load.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Slice {
    /// The arm's name.
    pub arm: String,
    /// Seconds since the latency part began.
    pub t_s: f64,
    /// Median, where ten samples lie above.
    pub p50_ms: Option<f64>,
    /// Mean.
    pub mean_ms: Option<f64>,
    /// Requests.
    pub requests: u64,
    /// Failed ones.
    pub errors: u64,
    /// Left out of the result.
    pub voided: bool,
}

/// What an operation adds to the mean request.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Operation {
    /// The call, or the span's name.
    pub name: String,
    /// What it counts as.
    pub kind: String,
    /// Milliseconds per request.
    pub mean_ms: f64,
    /// `file:line`.
    pub at: Option<String>,
}

/// A statement.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Query {
    /// Literals taken out.
    pub statement: String,
    /// Its short name.
    pub name: String,
    /// Executions per request.
    pub per_request: f64,
    /// Rows per execution.
    pub rows: f64,
    /// Milliseconds per execution.
    pub mean_ms: f64,
    /// Share of the critical path.
    pub share: f64,
    /// `file:line`.
    pub at: Option<String>,
}

/// One request's spans.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Waterfall {
    /// The trace id in hexadecimal.
    pub trace_id: String,
    /// Milliseconds.
    pub total_ms: f64,
    /// Depth first.
    pub rows: Vec<Row>,
    /// Spans without a row.
    pub omitted: usize,
}

/// One span.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Row {
    /// From the request's start.
    pub offset_ms: f64,
    /// Its length.
    pub duration_ms: f64,
    /// Distance from the root.
    pub depth: usize,
    /// What it counts as.
    pub kind: String,
    /// What to call it.
    pub label: String,
    /// The process it ran in.
    pub service: String,
    /// The request waited for it.
    pub critical: bool,
    /// Milliseconds of the critical path that belong to it alone.
    pub critical_ms: f64,
    /// When that is: `[from, to]`, milliseconds from the request's start.
    pub critical_path: Vec<[f64; 2]>,
    /// It ended in an error.
    pub error: bool,
    /// `file:line`.
    pub at: Option<String>,
}

/// The chapter's figures for a stage.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Chapter {
    /// Its p95.
    pub p95_ms: f64,
    /// Its shares, where it gives them.
    pub shares: ByKind,
}

impl From<&trace::Operation> for Operation {
    fn from(one: &trace::Operation) -> Self {
        let trace::Operation { name, kind, mean_ms, at } = one.clone();
        Self { name, kind: kind.name().to_owned(), mean_ms, at }
    }
}

impl From<&trace::QueryGroup> for Query {
    fn from(one: &trace::QueryGroup) -> Self {
        let trace::QueryGroup { statement, name, per_request, rows, mean_ms, share, at } = one.clone();
        Self { statement, name, per_request, rows, mean_ms, share, at }
    }
}

impl From<&trace::Waterfall> for Waterfall {
    fn from(one: &trace::Waterfall) -> Self {
        let trace::Waterfall { trace_id, total_ms, rows, omitted } = one;
        let (trace_id, rows) = (trace_id.clone(), rows.iter().map(Row::from).collect());
        Self { trace_id, total_ms: *total_ms, rows, omitted: *omitted }
    }
}

impl From<&trace::Row> for Row {
    fn from(one: &trace::Row) -> Self {
        let one = one.clone();
        Self {
            offset_ms: one.offset_ms,
            duration_ms: one.duration_ms,
            depth: one.depth,
            kind: one.kind.name().to_owned(),
            label: one.label,
            service: one.service,
            critical: one.critical,
            critical_ms: one.critical_ms,
            critical_path: one.critical_path,
            error: one.error,
            at: one.at,
        }
    }
}
