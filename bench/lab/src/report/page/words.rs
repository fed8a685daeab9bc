//! How the pages write numbers, names and verdicts.

use crate::report::number;
use maud::{Markup, html};
use stats::Interval;

/// `12 %`.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// `0.52 [0.48–0.55]`.
pub fn interval(ratio: &Interval) -> String {
    format!("{:.2} [{:.2}–{:.2}]", ratio.estimate, ratio.low, ratio.high)
}

/// Milliseconds, or why there are none.
pub(super) fn ms(value: Option<f64>) -> String {
    value.map_or("too few samples".to_owned(), number)
}

/// A count's or a target's name as people say it.
pub fn label(name: &str) -> String {
    KNOWN
        .iter()
        .find(|(key, _)| *key == name)
        .map_or_else(|| name.replace("_per_request", " a request").replace('_', " "), |(_, words)| (*words).to_owned())
}

/// Where a count stands in a table: those that most exercises are about come first, then the others by name.
pub fn rank(name: &str) -> usize {
    KNOWN.iter().position(|(key, _)| *key == name).unwrap_or(KNOWN.len())
}

/// Names, and what people call them.
const KNOWN: [(&str, &str); 16] = [
    ("db_queries_per_request", "queries a request"),
    ("rows_returned_per_request", "rows a request"),
    ("distinct_statements_per_request", "different statements a request"),
    ("cache_calls_per_request", "cache calls a request"),
    ("rpc_calls_per_request", "RPC calls a request"),
    ("partner_calls_per_request", "partner calls a request"),
    ("messages_published_per_request", "messages a request"),
    ("response_bytes", "bytes on the wire"),
    ("body_bytes", "bytes of the body, decoded"),
    ("cpu_ms_per_request", "CPU ms a request"),
    ("errors_per_request", "errors a request"),
    ("spans_per_request", "spans a request"),
    ("p95_ratio", "p95, ratio"),
    ("p50_ratio", "p50, ratio"),
    ("p99_ratio", "p99, ratio"),
    ("mean_ratio", "mean, ratio"),
];

/// The verdict with its mark; the mark is not the only difference, nor is the colour.
pub fn badge(verdict: &str, words: &str) -> Markup {
    let (class, mark) = match verdict {
        "pass" => ("good", "✓"),
        "not_yet" | "behaviour_changed" => ("bad", "✗"),
        _ => ("open", "?"),
    };
    html! { span class={ "badge " (class) } { span aria-hidden="true" { (mark) } " " (words) } }
}

/// Met, missed, or not to be told.
pub(super) fn met(met: Option<bool>) -> Markup {
    match met {
        Some(true) => badge("pass", "met"),
        Some(false) => badge("not_yet", "missed"),
        None => badge("", "cannot be told"),
    }
}

/// The class of an arm's colour and dashes.
pub(super) fn arm_class(place: usize) -> String {
    format!("arm{}", place.min(3))
}

/// A table that may be wider than a phone: it scrolls in a region of its own that the keyboard reaches.
pub(super) fn wide(name: &str, table: &Markup) -> Markup {
    html! { div.wide tabindex="0" role="region" aria-label={ (name) ", table" } { (table) } }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_name_nobody_listed_is_still_readable() {
        assert_eq!(label("db_queries_per_request"), "queries a request");
        assert_eq!(label("email_down.partner_calls_per_request"), "email down.partner calls a request");
    }
}
