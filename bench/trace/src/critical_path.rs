//! The critical path of a request: which span was being waited for at each instant.

use super::tree::Tree;

/// A stretch of the request that belongs to one span alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// The node in [`Tree::nodes`].
    pub node: usize,
    /// Nanoseconds, where it begins.
    pub from: u64,
    /// Nanoseconds, where it ends; never equal to `from`.
    pub to: u64,
}

impl Segment {
    /// Its length in nanoseconds.
    pub fn length(&self) -> u64 {
        self.to - self.from
    }
}

/// A span being walked backwards: what lies after `until` is done.
struct Frame {
    node: usize,
    until: u64,
    /// Children in order of their end, the last one first.
    children: Vec<usize>,
    next: usize,
}

/// The critical path, last segment first. The segments tile the root's interval exactly.
///
/// The walk goes backwards from the end of a span to the child that finished last, through that child, then to the
/// child that had finished when that one began. A child that was still running then was not waited for before it (it
/// ran beside it) and is passed over, so parallel work counts once. Children that meet at one timestamp follow each
/// other, hence `<=`; an overlap of a hundredth of the child is the clock's, not the program's.
/// It keeps its own stack: a trace may be deeper than a thread's.
pub fn critical_path(tree: &Tree<'_>) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(tree.nodes.len() * 2);
    let mut emit = |node, from, to| {
        if from < to {
            segments.push(Segment { node, from, to });
        }
    };
    let mut stack = vec![frame(tree, 0, tree.nodes[0].end)];
    while let Some(top) = stack.last_mut() {
        let found = top.children[top.next..].iter().position(|child| {
            let child = &tree.nodes[*child];
            child.end <= top.until.saturating_add(child.duration() / 100) && child.start < top.until
        });
        match found {
            Some(skipped) => {
                let child = top.children[top.next + skipped];
                top.next += skipped + 1;
                let end = tree.nodes[child].end.min(top.until);
                emit(top.node, end, top.until);
                top.until = tree.nodes[child].start;
                stack.push(frame(tree, child, end));
            }
            None => {
                emit(top.node, tree.nodes[top.node].start, top.until);
                stack.pop();
            }
        }
    }
    segments
}

fn frame(tree: &Tree<'_>, node: usize, until: u64) -> Frame {
    let mut children: Vec<usize> =
        tree.nodes[node].children.clone().filter(|child| !tree.nodes[*child].detached).collect();
    // Of two that end together the longer one was waited for.
    children.sort_by(|a, b| {
        let (a, b) = (&tree.nodes[*a], &tree.nodes[*b]);
        b.end.cmp(&a.end).then(a.start.cmp(&b.start))
    });
    Frame { node, until, children, next: 0 }
}
