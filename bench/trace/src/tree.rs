//! From loose spans to request trees: what is complete is kept, what lacks a span is counted and left out.

use super::model::{Key, Span, SpanId, SpanKind};
use std::ops::Range;

/// One span in a request, with its place in the tree.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// The span.
    pub span: &'a Span,
    /// The node it hangs on; `None` for the root.
    pub parent: Option<usize>,
    /// Its children in [`Tree::nodes`], by start.
    pub children: Range<usize>,
    /// Distance from the root.
    pub depth: usize,
    /// Start in nanoseconds, cut to the parent's interval.
    pub start: u64,
    /// End in nanoseconds, cut to the parent's interval.
    pub end: u64,
    /// Not waited for: a message's consumer, declared background work, or a span that lies outside its parent. Never on
    /// the critical path.
    pub detached: bool,
}

impl Node<'_> {
    /// Nanoseconds within the parent.
    pub fn duration(&self) -> u64 {
        self.end - self.start
    }
}

/// One request: its root first, every parent before its children, siblings side by side.
#[derive(Debug, Clone)]
pub struct Tree<'a> {
    /// The nodes, breadth first.
    pub nodes: Vec<Node<'a>>,
    /// The span that handed over the message which this request works on, where it is in the trace.
    pub sender: Option<&'a Span>,
}

impl Tree<'_> {
    /// Nanoseconds the request took by its own server span.
    pub fn duration(&self) -> u64 {
        self.nodes[0].duration()
    }
}

/// What the spans came to.
#[derive(Debug, Default)]
pub struct Forest<'a> {
    /// The complete requests of the measured service.
    pub requests: Vec<Tree<'a>>,
    /// Traces left out because a parent, the root or a sane clock was missing.
    pub incomplete: usize,
    /// Complete traces without a request of the measured service, and health probes.
    pub unrelated: usize,
    /// Spans that came twice (an exporter tried again); kept once.
    pub duplicates: usize,
}

/// Builds the requests of `service`.
///
/// A request begins at a server span (or a consumer span, for a worker) of the service with none of its spans above it.
/// The bench sends a `traceparent` whose span is never exported, so such a span may hang on an unknown parent;
/// no other may.
pub fn build<'a>(spans: &'a [Span], service: &str) -> Forest<'a> {
    let mut sorted: Vec<&Span> = spans.iter().collect();
    sorted.sort_unstable_by_key(|span| (span.trace_id, span.id));
    let before = sorted.len();
    sorted.dedup_by_key(|span| (span.trace_id, span.id));
    let mut forest = Forest { duplicates: before - sorted.len(), ..Forest::default() };
    for trace in sorted.chunk_by(|a, b| a.trace_id == b.trace_id) {
        match requests(trace, service) {
            None => forest.incomplete += 1,
            Some(trees) if trees.is_empty() => forest.unrelated += 1,
            Some(trees) => forest.requests.extend(trees),
        }
    }
    forest
}

/// Who hangs on whom in one trace; positions are those of `spans`, which are sorted by id.
struct Links {
    tops: Vec<usize>,
    /// (parent, start, child), sorted: the children of one parent lie together, by start.
    edges: Vec<(usize, u64, usize)>,
}

impl Links {
    fn children(&self, parent: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let from = self.edges.partition_point(|edge| edge.0 < parent);
        let to = from + self.edges[from..].partition_point(|edge| edge.0 == parent);
        self.edges[from..to].iter().map(|edge| edge.2)
    }
}

/// The requests of one trace; `None` where something is missing.
fn requests<'a>(spans: &[&'a Span], service: &str) -> Option<Vec<Tree<'a>>> {
    let links = link(spans, service)?;
    let mut reached = 0;
    let mut entries = Vec::new();
    let mut stack: Vec<(usize, bool)> = links.tops.iter().map(|top| (*top, false)).collect();
    while let Some((at, below_entry)) = stack.pop() {
        reached += 1;
        let entry = !below_entry && is_entry(spans[at], service);
        if entry {
            entries.push(at);
        }
        let below = below_entry || &*spans[at].service == service;
        stack.extend(links.children(at).map(|child| (child, below)));
    }
    // What hangs on itself in a circle is reached from nowhere.
    if reached != spans.len() {
        return None;
    }
    entries.retain(|at| !is_health_probe(spans[*at]));
    entries.sort_unstable_by_key(|at| spans[*at].start_ns);
    Some(entries.into_iter().map(|at| plant(spans, &links, at)).collect())
}

fn link(spans: &[&Span], service: &str) -> Option<Links> {
    let mut links = Links { tops: Vec::new(), edges: Vec::with_capacity(spans.len()) };
    let mut unknown: Option<SpanId> = None;
    for (at, span) in spans.iter().enumerate() {
        if span.end_ns < span.start_ns {
            return None;
        }
        let Some(parent) = span.parent else {
            links.tops.push(at);
            continue;
        };
        match spans.binary_search_by_key(&parent, |other| other.id) {
            Ok(parent) => links.edges.push((parent, span.start_ns, at)),
            // Two unknown parents in one trace: at most one of them is the bench, so the other was lost.
            Err(_) if is_entry(span, service) && *unknown.get_or_insert(parent) == parent => links.tops.push(at),
            Err(_) => return None,
        }
    }
    links.edges.sort_unstable();
    Some(links)
}

fn is_entry(span: &Span, service: &str) -> bool {
    matches!(span.kind, SpanKind::Server | SpanKind::Consumer) && &*span.service == service
}

fn is_health_probe(span: &Span) -> bool {
    span.attributes
        .text(Key::HttpRoute)
        .or_else(|| span.attributes.text(Key::UrlPath))
        .is_some_and(|route| matches!(route, "/healthz" | "/readyz"))
}

fn plant<'a>(spans: &[&'a Span], links: &Links, root: usize) -> Tree<'a> {
    let node = |at: usize, parent, depth, start, end, detached| Node {
        span: spans[at],
        parent,
        children: 0..0,
        depth,
        start,
        end,
        detached,
    };
    let mut positions = vec![root];
    let mut nodes = vec![node(root, None, 0, spans[root].start_ns, spans[root].end_ns, false)];
    let mut next = 0;
    while next < nodes.len() {
        let (low, high, depth) = (nodes[next].start, nodes[next].end, nodes[next].depth);
        let parent_detached = nodes[next].detached;
        let first = nodes.len();
        for child in links.children(positions[next]) {
            let span = spans[child];
            let outside = span.start_ns >= high && span.end_ns > high || span.end_ns <= low && span.start_ns < low;
            let background = span.attributes.text(Key::WorkshopKind) == Some("background");
            let detached = parent_detached || outside || background || span.kind == SpanKind::Consumer;
            let (start, end) = (span.start_ns.clamp(low, high), span.end_ns.clamp(low, high));
            positions.push(child);
            nodes.push(node(child, Some(next), depth + 1, start, end, detached));
        }
        nodes[next].children = first..nodes.len();
        next += 1;
    }
    let above = spans[root].parent.and_then(|parent| spans.binary_search_by_key(&parent, |other| other.id).ok());
    let sender = above.map(|at| spans[at]).filter(|span| span.kind == SpanKind::Producer);
    Tree { nodes, sender }
}
