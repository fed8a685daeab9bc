//! What the worker writes into the headers of a message that it could not work on.

use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable},
};

/// How many retries a message has used up.
pub(crate) const RETRIES: &str = "x-shop-retries";
/// Why it is a dead letter.
pub(crate) const REASON: &str = "x-shop-reason";
/// Since when, RFC 3339.
pub(crate) const DEAD_SINCE: &str = "x-shop-dead-since";

/// The message's own id; empty where it has none.
pub(crate) fn message_id(properties: &BasicProperties) -> String {
    properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default()
}

/// How many retries it has used up; 0 for a message that was never tried again.
pub(crate) fn retries(properties: &BasicProperties) -> u32 {
    match value(properties, RETRIES) {
        Some(AMQPValue::LongUInt(count)) => *count,
        // Some brokers and bridges widen integers.
        Some(AMQPValue::LongLongInt(count)) => u32::try_from(*count).unwrap_or(u32::MAX),
        _ => 0,
    }
}

/// A header that is text.
pub(crate) fn text(properties: &BasicProperties, name: &str) -> Option<String> {
    match value(properties, name)? {
        AMQPValue::LongString(text) => Some(text.to_string()),
        _ => None,
    }
}

/// What the broker itself adds when a message leaves a queue for another.
const OF_THE_BROKER: [&str; 2] = ["x-first-death-", "x-last-death-"];

/// All headers that are text, the W3C context among them, except for the broker's own.
pub(crate) fn texts(properties: &BasicProperties) -> impl Iterator<Item = (String, String)> {
    let headers = properties.headers().as_ref().map(|headers| headers.inner().iter());
    headers.into_iter().flatten().filter_map(|(name, value)| match value {
        AMQPValue::LongString(_) if OF_THE_BROKER.iter().any(|prefix| name.as_str().starts_with(prefix)) => None,
        AMQPValue::LongString(text) => Some((name.to_string(), text.to_string())),
        _ => None,
    })
}

/// A table with all [`texts`] except for some: what a message keeps when it goes into another queue.
pub(crate) fn kept(properties: &BasicProperties, except: &[&str]) -> FieldTable {
    let mut kept = FieldTable::default();
    for (name, text) in texts(properties).filter(|(name, _)| !except.contains(&name.as_str())) {
        insert(&mut kept, &name, text);
    }
    kept
}

/// Adds a header of text.
pub(crate) fn insert(headers: &mut FieldTable, name: &str, text: String) {
    headers.insert(name.into(), AMQPValue::LongString(text.into()));
}

fn value<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}
