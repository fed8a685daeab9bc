//! What an observation found; as it stands here it is the object of `--json`.

use super::signals::Saturation;
use crate::exercise::Exercise;
use crate::pipeline::{Counted, Latency};
use crate::report::ArmReport;
use serde::Serialize;
use std::collections::BTreeMap;
use trace::{Lost, Operation, QueryGroup, Suspect, Waterfall};

/// The whole observation. Shares are 0 to 1.
#[derive(Debug, Serialize)]
pub(super) struct Observed<'a> {
    /// The exercise's id.
    pub exercise: &'a str,
    /// Latency, traffic, errors and counts, as `measure` has them for an arm.
    pub observed: ArmReport,
    /// Share of all cores busy; also in `saturation`.
    pub busy: f64,
    /// What may run full.
    pub saturation: Saturation,
    /// What a reader should know before believing the figures.
    pub remarks: Vec<String>,
    /// Share of the critical path by kind, of all traced requests.
    pub where_time_goes: &'a BTreeMap<String, f64>,
    /// The same of the slowest twentieth.
    pub slowest: &'a BTreeMap<String, f64>,
    /// The same of the slowest hundredth; empty where there are too few requests.
    pub very_slowest: &'a BTreeMap<String, f64>,
    /// Milliseconds of the critical path by operation.
    pub operations: &'a [Operation],
    /// The median request.
    pub typical: Option<&'a Waterfall>,
    /// The one at the 95th percentile.
    pub slow: Option<&'a Waterfall>,
    /// What looks wasteful.
    pub suspects: &'a [Suspect],
    /// What could be done otherwise, where only the code can tell.
    pub possibilities: &'a [Suspect],
    /// Database statements.
    pub queries: &'a [QueryGroup],
    /// What the traces are, and what is missing of them.
    pub traces: Traces<'a>,
}

/// How much the shares and counts rest on.
#[derive(Debug, Serialize)]
pub(super) struct Traces<'a> {
    /// Complete requests.
    pub requests: usize,
    /// Requests in `slowest`.
    pub slowest: usize,
    /// Requests in `very_slowest`.
    pub very_slowest: usize,
    /// Left out because a span is missing.
    pub incomplete: usize,
    /// Spans known to be missing.
    pub lost: &'a Lost,
    /// The same in sentences.
    pub remarks: Vec<String>,
}

impl<'a> Observed<'a> {
    /// Of one arm that was driven.
    pub(super) fn of(exercise: &'a Exercise, counted: &'a Counted, latency: &Latency, saturation: Saturation) -> Self {
        let analysis = &counted.analysis;
        Self {
            exercise: &exercise.id,
            observed: ArmReport::of("as it is", counted, Some(latency), 0),
            busy: latency.busy,
            remarks: saturation.warning(latency.rate_rps).into_iter().collect(),
            saturation,
            where_time_goes: &analysis.where_time_goes,
            slowest: &analysis.slowest,
            very_slowest: &analysis.very_slowest,
            operations: &analysis.operations,
            typical: analysis.typical.as_ref(),
            slow: analysis.slow.as_ref(),
            suspects: &analysis.suspects,
            possibilities: &analysis.possibilities,
            queries: &analysis.queries,
            traces: Traces {
                requests: analysis.requests,
                slowest: analysis.slowest_requests,
                very_slowest: analysis.very_slowest_requests,
                incomplete: analysis.incomplete,
                lost: &analysis.lost,
                remarks: analysis.lost.remarks(analysis.incomplete),
            },
        }
    }
}
