//! What a span's time is spent on, from the measured service's point of view.

use super::model::{Key, Span, SpanKind};
use super::tree::Tree;
use serde::{Serialize, Serializer};

/// What a stretch of a request goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A database.
    Db,
    /// A cache.
    Cache,
    /// Turning values into bytes or back.
    Serialization,
    /// A call to another service of the shop.
    Rpc,
    /// Handing a message to the broker.
    Broker,
    /// A call to a partner.
    Partner,
    /// Waiting for a pooled connection or a permit.
    Wait,
    /// Everything else: the service's own code.
    Own,
}

impl Kind {
    /// All kinds, in the order tables show them.
    pub const ALL: [Self; 8] =
        [Self::Db, Self::Cache, Self::Serialization, Self::Rpc, Self::Broker, Self::Partner, Self::Wait, Self::Own];

    /// The name in JSON and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Db => "db",
            Self::Cache => "cache",
            Self::Serialization => "serialization",
            Self::Rpc => "rpc",
            Self::Broker => "broker",
            Self::Partner => "partner",
            Self::Wait => "wait",
            Self::Own => "own",
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What the span's own attributes say, without its surroundings.
pub fn of_span(span: &Span) -> Kind {
    let attributes = &span.attributes;
    match attributes.text(Key::WorkshopKind) {
        Some("serialization" | "serialisation") => return Kind::Serialization,
        Some("wait" | "flight") => return Kind::Wait,
        _ => {}
    }
    if matches!(span.kind, SpanKind::Server | SpanKind::Consumer) {
        return Kind::Own;
    }
    match attributes.text(Key::DbSystem) {
        Some("redis" | "valkey" | "memcached") => return Kind::Cache,
        Some(_) => return Kind::Db,
        None => {}
    }
    match span.kind {
        SpanKind::Producer => Kind::Broker,
        SpanKind::Client if attributes.text(Key::MessagingSystem).is_some() => Kind::Broker,
        SpanKind::Client if attributes.text(Key::PeerService) == Some("partners") => Kind::Partner,
        SpanKind::Client => Kind::Rpc,
        _ => Kind::Own,
    }
}

/// A node's kind, and the outgoing call it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanClass {
    /// What its own time counts as.
    pub kind: Kind,
    /// The measured service's outgoing call (client or producer span) at or above it; `None` outside of any.
    pub call: Option<usize>,
    /// Whether it happened in a callee, beyond the measured service.
    remote: bool,
}

/// The class of every node of a request.
///
/// In a callee everything counts as the call that led there, whatever the callee did: its queries are not ours.
/// Within the measured service a span that says what it does keeps its own kind, below a call too (a wait for a
/// connection inside a query's span, the encoding of an RPC's message); only an RPC or HTTP span inside another one
/// is the same call seen from a lower layer.
pub fn classes(tree: &Tree<'_>) -> Vec<SpanClass> {
    let service = &tree.nodes[0].span.service;
    let mut classes: Vec<SpanClass> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let own = of_span(node.span);
        let entry = matches!(node.span.kind, SpanKind::Server | SpanKind::Consumer);
        let class = match node.parent.map(|parent| classes[parent]) {
            None => SpanClass { kind: own, call: None, remote: false },
            Some(above) if above.remote || entry || node.span.service != *service => {
                SpanClass { remote: true, ..above }
            }
            Some(above) if own == Kind::Own => above,
            Some(above) => {
                let outgoing = matches!(node.span.kind, SpanKind::Client | SpanKind::Producer);
                let lower_layer = own == Kind::Rpc && matches!(above.kind, Kind::Rpc | Kind::Partner);
                let call = if outgoing && !lower_layer { Some(classes.len()) } else { above.call };
                SpanClass { kind: if lower_layer { above.kind } else { own }, call, remote: false }
            }
        };
        classes.push(class);
    }
    classes
}
