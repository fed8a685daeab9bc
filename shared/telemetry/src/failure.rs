//! Saying on a span that what it stands for has failed, and why.

use crate::names;
use std::fmt::Display;
use tracing::{Instrument as _, Span};

/// Marks the current span as failed. `kind` comes from a small fixed set, such as `timeout` or an SQLSTATE: it is a label of metrics.
pub fn failed(kind: &str, why: &dyn Display) {
    failed_in(&Span::current(), kind, why);
}

/// As [`failed`], for a span that is not the current one.
pub fn failed_in(span: &Span, kind: &str, why: &dyn Display) {
    span.record(names::ERROR_TYPE, kind);
    span.record("otel.status_code", "ERROR");
    span.record("otel.status_description", why.to_string());
}

/// Makes a call in its span, which says how it failed if it did. For calls whose errors have no kinds worth telling apart.
///
/// # Errors
/// Whatever the call gives.
pub async fn attempt<T, E: Display>(span: Span, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let result = call.instrument(span.clone()).await;
    if let Err(error) = &result {
        failed_in(&span, names::OTHER, error);
    }
    result
}
