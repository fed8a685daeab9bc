//! Names that come from outside, made safe as labels: a client may send any method it likes.

use crate::names;
use http::Method;

/// The methods that the semantic conventions list: those of RFC 9110, PATCH (RFC 5789) and QUERY.
const KNOWN: [&str; 10] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

/// The method as a label: [`names::OTHER`] for one that is not known, and then what it was.
#[must_use]
pub fn known_method(method: &Method) -> (&'static str, Option<&str>) {
    match KNOWN.into_iter().find(|known| *known == method.as_str()) {
        Some(known) => (known, None),
        None => (names::OTHER, Some(method.as_str())),
    }
}

/// RabbitMQ's destination: exchange, routing key and queue joined by colons. Empty ones are left out, and so is a queue that is named
/// as its routing key; nothing at all is the default exchange.
#[must_use]
pub fn destination(parts: &[&str]) -> String {
    let mut named: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    named.dedup();
    if named.is_empty() { "amq.default".to_owned() } else { named.join(":") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_method_makes_no_series() {
        assert_eq!(known_method(&Method::GET), ("GET", None));
        let invented: Method = "EVIL1".parse().unwrap();
        assert_eq!(known_method(&invented), ("_OTHER", Some("EVIL1")));
        // Methods are case-sensitive (RFC 9110, section 9.1).
        assert_eq!(known_method(&"get".parse().unwrap()).0, "_OTHER");
    }

    #[test]
    fn a_destination_is_named_as_the_conventions_ask() {
        assert_eq!(destination(&["events", "order.placed", "worker"]), "events:order.placed:worker");
        assert_eq!(destination(&["", "worker", "worker"]), "worker");
        assert_eq!(destination(&["events", ""]), "events");
        assert_eq!(destination(&["", ""]), "amq.default");
    }
}
