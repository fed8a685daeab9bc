//! One request as rows, for the terminal and for the page.

use super::critical_path::critical_path;
use super::fingerprint::Fingerprints;
use super::kinds::Kind;
use super::model::{Key, SpanKind};
use super::profile::RequestProfile;
use serde::Serialize;

/// Rows kept of one request; a flood of spans must not become a flood of text.
const MAX_ROWS: usize = 300;

const LABEL_CHARACTERS: usize = 90;

/// The spans of one request, parents before children, siblings by start.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waterfall {
    /// The trace id in hexadecimal.
    pub trace_id: String,
    /// The request's duration in milliseconds.
    pub total_ms: f64,
    /// The rows, depth first.
    pub rows: Vec<Row>,
    /// Spans that found no room in `rows`.
    pub omitted: usize,
}

/// One span.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Milliseconds from the request's start, never outside of it.
    pub offset_ms: f64,
    /// Milliseconds, cut to the parent's interval.
    pub duration_ms: f64,
    /// Distance from the root.
    pub depth: usize,
    /// What its own time counts as.
    pub kind: Kind,
    /// What to call it: the statement, the method, the route, else the span's name.
    pub label: String,
    /// The process it ran in.
    pub service: String,
    /// Whether the request waited for it at some time.
    pub critical: bool,
    /// Milliseconds of the critical path that belong to it alone.
    pub critical_ms: f64,
    /// When that is: `[from, to]` in milliseconds from the request's start, in order. Those of all rows tile the request.
    pub critical_path: Vec<[f64; 2]>,
    /// Whether it ended in an error.
    pub error: bool,
    /// `file:line`, where the span says so.
    pub at: Option<String>,
}

/// The waterfall of one request.
pub fn waterfall(request: &RequestProfile<'_>, fingerprints: &Fingerprints<'_>) -> Waterfall {
    let nodes = &request.tree.nodes;
    let begin = nodes[0].start;
    let mut waited: Vec<Vec<[f64; 2]>> = vec![Vec::new(); nodes.len()];
    for segment in critical_path(&request.tree).into_iter().rev() {
        waited[segment.node].push([ms(segment.from - begin), ms(segment.to - begin)]);
    }
    let mut rows = Vec::with_capacity(nodes.len().min(MAX_ROWS));
    let mut stack = vec![0];
    while let Some(at) = stack.pop() {
        let node = &nodes[at];
        stack.extend(node.children.clone().rev());
        if rows.len() == MAX_ROWS {
            break;
        }
        rows.push(Row {
            offset_ms: ms(node.start - begin),
            duration_ms: ms(node.duration()),
            depth: node.depth,
            kind: request.classes[at].kind,
            label: label(request, fingerprints, at),
            service: node.span.service.to_string(),
            critical: request.critical_ns[at] > 0,
            critical_ms: ms(request.critical_ns[at]),
            critical_path: std::mem::take(&mut waited[at]),
            error: node.span.error,
            // A server span is made by a layer; its place says nothing about the request.
            at: node.span.code().filter(|_| node.span.kind != SpanKind::Server),
        });
    }
    let trace_id = nodes[0].span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
    Waterfall { trace_id, total_ms: ms(request.tree.duration()), omitted: nodes.len() - rows.len(), rows }
}

fn label(request: &RequestProfile<'_>, fingerprints: &Fingerprints<'_>, at: usize) -> String {
    let span = request.tree.nodes[at].span;
    let attributes = &span.attributes;
    let called = request.calls.iter().find(|call| call.node == at).map(|call| fingerprints.call(call.call));
    let long = match (called, attributes.text(Key::HttpRoute)) {
        (Some(call), _) => call.name.clone(),
        (None, Some(route)) if span.kind == SpanKind::Server => {
            format!("{} {route}", attributes.text(Key::HttpMethod).unwrap_or_default()).trim_start().to_owned()
        }
        _ => span.name.to_string(),
    };
    match long.char_indices().nth(LABEL_CHARACTERS) {
        Some((end, _)) => format!("{}…", &long[..end]),
        None => long,
    }
}

fn ms(ns: u64) -> f64 {
    ns as f64 / 1e6
}
