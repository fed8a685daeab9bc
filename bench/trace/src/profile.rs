//! One request taken apart: what each span counts as, which calls it made, and what the critical path spends where.

use super::critical_path::critical_path;
use super::fingerprint::{Fingerprints, Id};
use super::kinds::{Kind, SpanClass, classes};
use super::model::{Span, SpanKind};
use super::tree::Tree;
use std::hash::{DefaultHasher, Hash, Hasher};

/// One call the service made, as far as the analysis of calls needs it.
#[derive(Debug, Clone)]
pub struct OutgoingCall {
    /// The node in the tree.
    pub node: usize,
    /// What is called.
    pub call: Id,
    /// A number for its parameters; `None` where they cannot be seen.
    pub parameters: Option<u64>,
    /// A number for the names from the root down to the call's parent: calls in one loop share it.
    pub path: u64,
    /// Nanoseconds of the critical path spent in the call, local waits inside it left out.
    pub critical_ns: u64,
}

/// One request, taken apart.
#[derive(Debug)]
pub struct RequestProfile<'a> {
    /// The spans.
    pub tree: Tree<'a>,
    /// What each node's time counts as.
    pub classes: Vec<SpanClass>,
    /// Nanoseconds of the critical path that belong to each node alone.
    pub critical_ns: Vec<u64>,
    /// The calls, by start.
    pub calls: Vec<OutgoingCall>,
}

impl RequestProfile<'_> {
    /// Nanoseconds of the critical path by kind, in the order of [`Kind::ALL`].
    pub fn by_kind(&self) -> [u64; 8] {
        let mut sums = [0; 8];
        for (class, ns) in self.classes.iter().zip(&self.critical_ns) {
            sums[class.kind as usize] += ns;
        }
        sums
    }
}

/// Takes a request apart.
pub fn profile<'a>(tree: Tree<'a>, fingerprints: &mut Fingerprints<'a>) -> RequestProfile<'a> {
    let classes = classes(&tree);
    let mut critical_ns = vec![0; tree.nodes.len()];
    for segment in critical_path(&tree) {
        critical_ns[segment.node] += segment.length();
    }
    let mut signatures: Vec<u64> = Vec::with_capacity(tree.nodes.len());
    let mut by_call = vec![0; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        let mut hasher = DefaultHasher::new();
        node.parent.map(|parent| signatures[parent]).hash(&mut hasher);
        node.span.name.hash(&mut hasher);
        signatures.push(hasher.finish());
        if let Some(call) = classes[at].call.filter(|_| classes[at].kind != Kind::Wait) {
            by_call[call] += critical_ns[at];
        }
    }
    let mut calls: Vec<OutgoingCall> = (1..tree.nodes.len())
        .filter(|at| classes[*at].call == Some(*at) && is_call(tree.nodes[*at].span))
        .map(|node| {
            let (call, parameters) = fingerprints.of(tree.nodes[node].span);
            let path = tree.nodes[node].parent.map_or(0, |parent| signatures[parent]);
            OutgoingCall { node, call, parameters, path, critical_ns: by_call[node] }
        })
        .collect();
    calls.sort_by_key(|call| (tree.nodes[call.node].start, call.node));
    RequestProfile { tree, classes, critical_ns, calls }
}

fn is_call(span: &Span) -> bool {
    matches!(span.kind, SpanKind::Client | SpanKind::Producer)
}
