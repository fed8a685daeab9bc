//! What follows from attributes that are there: the server's address, the type of an error, whole numbers as numbers.
//!
//! One place for spans and metrics, so that both say the same, and so that a call site need not know where its dependency is.

use crate::{
    names,
    peers::{Peer, peer},
};
use opentelemetry::{KeyValue, Value};

/// Attributes of a span or labels of a metric.
pub(crate) struct Attributes<'a> {
    /// All of them.
    pub(crate) list: &'a mut Vec<KeyValue>,
    /// Labels of a metric, which have no whole address: it would be a series of its own for every path.
    pub(crate) metric: bool,
    /// Whether the span's status is an error.
    pub(crate) failed: bool,
}

/// What the conventions want as a whole number. `tracing` has unsigned numbers and OpenTelemetry has none: the layer between them
/// makes texts of those, which no query `>= 500` finds.
const NUMBERS: [&str; 4] =
    [names::HTTP_STATUS, names::DB_RETURNED_ROWS, names::DB_OPERATION_BATCH, names::LONGEST_POLL];

/// From this status on, the answer to a call of ours is an error (to a request of a client, from 500 on: the server says so itself).
const CLIENT_ERROR: i64 = 400;

impl Attributes<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.list.iter().find(|attribute| attribute.key.as_str() == key).map(|attribute| &attribute.value)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.get(key).map(|value| value.as_str().into_owned())
    }

    fn add(&mut self, key: &'static str, value: impl Into<Value>) {
        if self.get(key).is_none() {
            self.list.push(KeyValue::new(key, value));
        }
    }
}

/// Completes the attributes of a call to a dependency. Returns the type of the error, if it was one.
///
/// An HTTP call that ended without a status and without an error was dropped by whoever made it.
pub(crate) fn complete(attributes: &mut Attributes<'_>, peer_name: Option<&str>) -> Option<String> {
    if let Some(peer) = called(attributes, peer_name) {
        attributes.add(names::SERVER_ADDRESS, peer.address.clone());
        attributes.add(names::SERVER_PORT, peer.port);
        if let Some(namespace) = &peer.namespace {
            attributes.add(names::DB_NAMESPACE, namespace.clone());
        }
        if !attributes.metric
            && let Some(template) = attributes.text(names::URL_TEMPLATE)
        {
            // No partner's address has anything filled in.
            attributes.add(names::URL_FULL, format!("http://{}:{}{template}", peer.address, peer.port));
        }
    }
    let status = match attributes.get(names::HTTP_STATUS) {
        Some(Value::I64(status)) => Some(*status),
        _ => None,
    };
    let is_http = attributes.get(names::HTTP_METHOD).is_some();
    let error = match (attributes.text(names::ERROR_TYPE), status) {
        (Some(known), _) => Some(known),
        (None, Some(status)) if status >= CLIENT_ERROR => Some(status.to_string()),
        (None, None) if is_http && !attributes.failed => Some(names::CANCELLED.to_owned()),
        _ => attributes.failed.then(|| names::OTHER.to_owned()),
    };
    if let Some(error) = &error {
        attributes.add(names::ERROR_TYPE, error.clone());
    }
    error
}

/// The server that was called, by what the call is.
fn called(attributes: &Attributes<'_>, peer_name: Option<&str>) -> Option<&'static Peer> {
    let is = |key| attributes.get(key).is_some();
    match peer_name {
        Some(name) => peer(name),
        None if is(names::RPC_SYSTEM) => peer("recommendations"),
        None if is(names::MESSAGING_SYSTEM) => peer("rabbitmq"),
        None => peer(&attributes.text(names::DB_SYSTEM)?),
    }
}

/// Makes numbers of the texts that should be some, and keeps the last of two values of the same name.
pub(crate) fn retype(list: &mut Vec<KeyValue>) {
    for attribute in &mut *list {
        if NUMBERS.contains(&attribute.key.as_str())
            && let Value::String(text) = &attribute.value
            && let Ok(number) = text.as_str().parse()
        {
            attribute.value = Value::I64(number);
        }
    }
    let mut at = 0;
    while at < list.len() {
        let repeated = list[at + 1..].iter().any(|later| later.key == list[at].key);
        if repeated { drop(list.remove(at)) } else { at += 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(list: &[(&'static str, Value)], failed: bool) -> (Vec<KeyValue>, Option<String>) {
        let mut list: Vec<KeyValue> = list.iter().map(|(key, value)| KeyValue::new(*key, value.clone())).collect();
        retype(&mut list);
        let error = complete(&mut Attributes { list: &mut list, metric: false, failed }, None);
        (list, error)
    }

    #[test]
    fn a_number_sent_as_a_text_becomes_one_and_the_last_value_counts() {
        let (list, _) =
            completed(&[(names::DB_RETURNED_ROWS, "3".into()), (names::DB_RETURNED_ROWS, "20".into())], false);
        assert_eq!(list, [KeyValue::new(names::DB_RETURNED_ROWS, 20)]);
    }

    #[test]
    fn an_error_has_a_type_whatever_the_call_site_said() {
        let http = |status: Option<&'static str>, failed| {
            let method = (names::HTTP_METHOD, "POST".into());
            let status = status.map(|status| (names::HTTP_STATUS, status.into()));
            completed(&[method].into_iter().chain(status).collect::<Vec<_>>(), failed).1
        };
        assert_eq!(http(Some("200"), false), None);
        assert_eq!(http(Some("402"), false).as_deref(), Some("402"));
        assert_eq!(http(Some("503"), true).as_deref(), Some("503"));
        assert_eq!(http(None, false).as_deref(), Some("cancelled"));
        assert_eq!(http(None, true).as_deref(), Some("_OTHER"));
        let query = [(names::DB_SYSTEM, "postgresql".into())];
        assert_eq!(completed(&query, false).1, None);
        assert_eq!(completed(&query, true).1.as_deref(), Some("_OTHER"));
        let known = [(names::DB_SYSTEM, "postgresql".into()), (names::ERROR_TYPE, "23505".into())];
        assert_eq!(completed(&known, true).1.as_deref(), Some("23505"));
    }
}
