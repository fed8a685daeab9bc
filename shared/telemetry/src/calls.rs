//! From spans of calls to metrics: a layer that records the duration of every call to a dependency when its span ends.
//!
//! A call site makes one span and gets both. All calls are counted, whether or not their trace is sampled, and also when whoever
//! made the call has dropped it.

use crate::{
    attributes::{self, Attributes},
    instruments::{self, Seconds},
    metrics::pool_label,
    names,
};
use opentelemetry::{KeyValue, Value};
use std::{fmt, time::Instant};
use tracing::{
    Id, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// What of a span's fields is also a label of its metric. Texts of statements, ids and addresses of single things are not.
const LABELS: [&str; 14] = [
    names::DB_SYSTEM,
    names::DB_QUERY_SUMMARY,
    names::DB_OPERATION,
    names::ERROR_TYPE,
    names::HTTP_METHOD,
    names::HTTP_STATUS,
    names::URL_TEMPLATE,
    names::RPC_SYSTEM,
    names::RPC_METHOD,
    names::RPC_STATUS,
    names::MESSAGING_SYSTEM,
    names::MESSAGING_OPERATION_NAME,
    names::MESSAGING_OPERATION,
    names::MESSAGING_DESTINATION,
];

/// The layer.
pub(crate) struct Calls;

/// A call whose span has not ended.
struct Call {
    seconds: &'static Seconds,
    started: Instant,
    seen: Seen,
}

/// What its span says.
#[derive(Default)]
struct Seen {
    labels: Vec<KeyValue>,
    failed: bool,
    /// `otel.name`: of a wait, what is waited for.
    name: String,
    /// `otel.kind`.
    client: bool,
    /// `service.peer.name`, which is no label: the address is.
    peer: Option<String>,
}

/// The metric of a span, by the name that the macros give it.
fn seconds(name: &str) -> Option<&'static Seconds> {
    Some(match name {
        "db.query" | "cache" => &instruments::DB_CLIENT,
        "partner" | "origin" => &instruments::HTTP_CLIENT,
        "rpc" => &instruments::RPC_CLIENT,
        "publish" => &instruments::PUBLISH,
        "consume" => &instruments::PROCESS,
        "wait" => &instruments::WAIT,
        _ => return None,
    })
}

/// Whether a wait is one for the pool's connections.
fn is_pool(name: &str) -> bool {
    name.starts_with("database ")
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Calls {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let (Some(seconds), Some(span)) = (seconds(attributes.metadata().name()), context.span(id)) else { return };
        let mut seen = Seen::default();
        attributes.record(&mut seen);
        if std::ptr::eq(seconds, &instruments::WAIT) && is_pool(&seen.name) {
            pending(1);
        }
        span.extensions_mut().insert(Call { seconds, started: Instant::now(), seen });
    }

    fn on_record(&self, id: &Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(call) = span.extensions_mut().get_mut::<Call>()
        {
            values.record(&mut call.seen);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(Call { seconds, started, seen }) = span.extensions_mut().remove::<Call>() else { return };
        let took = started.elapsed().as_secs_f64();
        if std::ptr::eq(seconds, &instruments::WAIT) {
            return waited(took, seen.name);
        }
        // The spans of calls that are answered have the same name; their metric is recorded where they are answered.
        if std::ptr::eq(seconds, &instruments::RPC_CLIENT) && !seen.client {
            return;
        }
        let Seen { mut labels, failed, peer, .. } = seen;
        if std::ptr::eq(seconds, &instruments::PROCESS) {
            // There is only one type of operation in this metric, so the convention has no label for it.
            labels.retain(|label| label.key.as_str() != names::MESSAGING_OPERATION);
        }
        attributes::complete(&mut Attributes { list: &mut labels, metric: true, failed }, peer.as_deref());
        seconds.histogram().record(took, &labels);
    }
}

fn pending(change: i64) {
    if let Some(pool) = pool_label() {
        instruments::pending_requests().add(change, &[pool]);
    }
}

fn waited(took: f64, name: String) {
    match pool_label().filter(|_| is_pool(&name)) {
        Some(pool) => {
            pending(-1);
            instruments::POOL_WAIT.histogram().record(took, &[pool]);
        }
        None => instruments::WAIT.histogram().record(took, &[KeyValue::new(names::WORKSHOP_WAIT, name)]),
    }
}

impl Seen {
    fn text(&mut self, field: &Field, text: &str) {
        match field.name() {
            "otel.name" => text.clone_into(&mut self.name),
            "otel.kind" => self.client = text == "client",
            "otel.status_code" => self.failed = text == "ERROR",
            names::PEER_SERVICE => self.peer = Some(text.to_owned()),
            _ => self.label(field, || text.to_owned().into()),
        }
    }

    /// The value is only made where it is a label: most fields are not, and some are long, as the text of a statement.
    fn label(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        if let Some(name) = LABELS.into_iter().find(|name| *name == field.name()) {
            self.labels.retain(|label| label.key.as_str() != name);
            self.labels.push(KeyValue::new(name, value()));
        }
    }
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.label(field, || value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.label(field, || i64::try_from(value).unwrap_or(i64::MAX).into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let name = field.name();
        if name.starts_with("otel.") || name == names::PEER_SERVICE || LABELS.contains(&name) {
            self.text(field, &format!("{value:?}"));
        }
    }
}
