//! What has arrived and what was turned away, within fixed bounds.

use super::convert::{Interner, span};
use super::readings::{Logs, Reading, Readings};
use crate::{Lost, Span, SpanKind, TraceId};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Traces remembered as taken, 16 bytes each; beyond it all are forgotten.
const REMEMBERED: usize = 100_000;

/// How much the receiver keeps between two calls of [`super::Receiver::take`].
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Spans kept; further ones are counted as refused.
    pub spans: usize,
    /// Bytes of texts and attributes kept (an estimate); beyond them spans are refused as well.
    pub bytes: usize,
    /// Bytes of one request's body, unpacked. A larger one is answered with 413.
    pub body: usize,
    /// Metric series kept; further ones are counted.
    pub series: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { spans: 400_000, bytes: 256 << 20, body: 32 << 20, series: 2_000 }
    }
}

/// Everything since the last time.
#[derive(Debug, Default)]
pub struct Received {
    /// The spans kept, in order of arrival.
    pub spans: Vec<Span>,
    /// Spans beyond the limits: their traces are incomplete.
    pub refused: u64,
    /// Spans without a proper trace or span id.
    pub invalid: u64,
    /// Requests that could not be read: not protobuf, not gzip, too large, broken off, sent to another path.
    pub malformed: u64,
    /// Spans of traces that were taken before: whoever analysed these did so without them.
    pub late: u64,
    /// What services logged.
    pub logs: Logs,
}

impl Received {
    /// What is missing from the spans, for whoever analyses them. `late` comes with the next [`super::Receiver::take`].
    pub fn lost(&self) -> Lost {
        let Self { refused, invalid, malformed, late, .. } = *self;
        Lost { refused, invalid, malformed, late, dropped_by_services: self.logs.spans_dropped }
    }
}

/// The shared state behind both protocols.
#[derive(Debug)]
pub(super) struct Intake {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    received: Received,
    interner: Interner,
    bytes: usize,
    /// Traces that show a server span: the bench starts one trace per request.
    requests: HashSet<TraceId>,
    /// The traces of spans that were taken.
    taken: HashSet<TraceId>,
    changed: Instant,
    readings: Readings,
}

impl Intake {
    pub(super) fn new(limits: Limits) -> Self {
        let state = State {
            received: Received::default(),
            interner: Interner::default(),
            bytes: 0,
            requests: HashSet::new(),
            taken: HashSet::new(),
            changed: Instant::now(),
            readings: Readings::new(limits.series),
        };
        Self { limits, state: Mutex::new(state) }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Nothing here leaves the state half-changed, so a panic elsewhere does not spoil it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the spans; returns how many were not kept.
    pub(super) fn traces(&self, request: ExportTraceServiceRequest) -> u64 {
        let mut state = self.state();
        let State { received, interner, bytes, requests, taken, changed, .. } = &mut *state;
        let before = received.refused + received.invalid;
        for resource_spans in request.resource_spans {
            let sender = interner.resource(resource_spans.resource.as_ref());
            for incoming in resource_spans.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                if received.spans.len() >= self.limits.spans || *bytes >= self.limits.bytes {
                    received.refused += 1;
                    continue;
                }
                let Some((span, size)) = span(&incoming, &sender, interner) else {
                    received.invalid += 1;
                    continue;
                };
                // In the next slice it would be a trace without a root.
                if taken.contains(&span.trace_id) {
                    received.late += 1;
                    continue;
                }
                *bytes += size;
                if span.kind == SpanKind::Server {
                    requests.insert(span.trace_id);
                }
                received.spans.push(span);
            }
        }
        *changed = Instant::now();
        received.refused + received.invalid - before
    }

    pub(super) fn metrics(&self, request: ExportMetricsServiceRequest) {
        self.state().readings.record(request);
    }

    pub(super) fn logs(&self, request: ExportLogsServiceRequest) {
        self.state().received.logs.record(request);
    }

    pub(super) fn malformed(&self) {
        self.state().received.malformed += 1;
    }

    pub(super) fn readings(&self) -> (Vec<Reading>, u64) {
        self.state().readings.snapshot()
    }

    /// Traces with a server span so far, and when the last spans came.
    pub(super) fn progress(&self) -> (usize, Instant) {
        let state = self.state();
        (state.requests.len(), state.changed)
    }

    pub(super) fn take(&self) -> Received {
        let mut state = self.state();
        state.interner = Interner::default();
        state.bytes = 0;
        state.requests = HashSet::new();
        let State { received, taken, .. } = &mut *state;
        if taken.len() > REMEMBERED {
            taken.clear();
        }
        taken.extend(received.spans.iter().map(|span| span.trace_id));
        std::mem::take(&mut state.received)
    }
}
