//! How the pages write numbers, names and verdicts.

use crate::exercise::number;
use maud::{Markup, html};
use stats::Interval;

/// `0.52 [0.48–0.55]`.
pub fn interval(ratio: &Interval) -> String {
    format!("{:.2} [{:.2}–{:.2}]", ratio.estimate, ratio.low, ratio.high)
}

/// Milliseconds, or why there are none.
pub(super) fn ms(value: Option<f64>) -> String {
    value.map_or("too few samples".to_owned(), number)
}

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
