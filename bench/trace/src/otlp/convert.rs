//! From the protocol's spans to ours; texts that repeat are kept once.

use crate::{Key, Span, SpanKind, Value};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{Span as Incoming, span::SpanKind as IncomingKind, status::StatusCode};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Bytes kept of one text. The longest statements of the shop are well below.
const MAX_TEXT: usize = 4096;

/// The process that sends spans.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    service: Arc<str>,
    variants: Arc<str>,
}

/// One allocation per distinct text.
#[derive(Debug, Default)]
pub(super) struct Interner(HashSet<Arc<str>>);

impl Interner {
    /// The shared text, and the bytes it took to keep it: 0 when it was known.
    fn share(&mut self, text: &str) -> (Arc<str>, usize) {
        let text = cut(text);
        match self.0.get(text) {
            Some(known) => (Arc::clone(known), 0),
            None => {
                let shared: Arc<str> = text.into();
                self.0.insert(Arc::clone(&shared));
                (shared, text.len() + size_of::<Arc<str>>() * 2)
            }
        }
    }

    pub(super) fn resource(&mut self, resource: Option<&Resource>) -> Sender {
        let attributes = resource.map(|resource| resource.attributes.as_slice()).unwrap_or_default();
        let find = |key| text_of(attributes, key).unwrap_or_default();
        Sender { service: self.share(find("service.name")).0, variants: self.share(find("workshop.variants")).0 }
    }
}

/// The text under `key`.
pub(super) fn text_of<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    match attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text),
        _ => None,
    }
}

/// Our span and an estimate of its size; `None` where an id is not what the protocol demands.
pub(super) fn span(incoming: &Incoming, sender: &Sender, interner: &mut Interner) -> Option<(Span, usize)> {
    let trace_id: [u8; 16] = incoming.trace_id.as_slice().try_into().ok().filter(|id| id != &[0; 16])?;
    let id: [u8; 8] = incoming.span_id.as_slice().try_into().ok().filter(|id| id != &[0; 8])?;
    let parent = match incoming.parent_span_id.as_slice() {
        [] => None,
        parent => Some(parent.try_into().ok()?).filter(|id| id != &[0; 8]),
    };
    let kind = match incoming.kind() {
        IncomingKind::Server => SpanKind::Server,
        IncomingKind::Client => SpanKind::Client,
        IncomingKind::Producer => SpanKind::Producer,
        IncomingKind::Consumer => SpanKind::Consumer,
        IncomingKind::Internal | IncomingKind::Unspecified => SpanKind::Internal,
    };
    let (name, mut size) = interner.share(&incoming.name);
    let mut kept: Vec<(Key, Value)> = Vec::with_capacity(incoming.attributes.len().min(16));
    let mut parameters: Option<DefaultHasher> = None;
    for attribute in &incoming.attributes {
        if attribute.key.starts_with("db.query.parameter.") {
            let hasher = parameters.get_or_insert_default();
            attribute.key.hash(hasher);
            format!("{:?}", attribute.value).hash(hasher);
        }
        let Some(key) = Key::parse(&attribute.key) else { continue };
        let Some((value, bytes)) = attribute.value.as_ref().and_then(|value| value_of(value, interner)) else {
            continue;
        };
        // The current spelling and an older one may both be there; the first wins.
        if kept.iter().all(|(known, _)| *known != key) {
            size += bytes;
            kept.push((key, value));
        }
    }
    kept.extend(parameters.map(|hasher| (Key::DbParameters, Value::Int(hasher.finish() as i64))));
    size += size_of::<Span>() + kept.len() * size_of::<(Key, Value)>();
    let span = Span {
        trace_id,
        id,
        parent,
        kind,
        name,
        service: Arc::clone(&sender.service),
        variants: Arc::clone(&sender.variants),
        start_ns: incoming.start_time_unix_nano,
        end_ns: incoming.end_time_unix_nano,
        attributes: kept.into_iter().collect(),
        error: incoming.status.as_ref().is_some_and(|status| status.code == StatusCode::Error as i32),
    };
    Some((span, size))
}

fn value_of(value: &AnyValue, interner: &mut Interner) -> Option<(Value, usize)> {
    Some(match value.value.as_ref()? {
        any_value::Value::StringValue(text) => {
            let (text, bytes) = interner.share(text);
            (Value::Text(text), bytes)
        }
        any_value::Value::IntValue(number) => (Value::Int(*number), 0),
        any_value::Value::BoolValue(flag) => (Value::Int(i64::from(*flag)), 0),
        any_value::Value::DoubleValue(number) => (Value::Int(number.round() as i64), 0),
        _ => return None,
    })
}

/// At most [`MAX_TEXT`] bytes, whole characters.
pub(super) fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}
