//! The prediction beside what was measured.

use crate::exercise::{P95_RATIO, Unit};
use crate::report::run::{Run, Scored};
use maud::{Markup, html};
use stats::Interval;

pub(super) fn section(run: &Run) -> Markup {
    let Some(seam) = run.seam() else { return html! {} };
    html! {
        section aria-labelledby="prediction" {
            h2 #prediction { "Prediction" }
            @match &seam.prediction {
                None => p { "No prediction was written down before this measurement. Next time: " code { "cargo lab predict" } "; " code { "cargo lab" } " says what of." },
                Some(prediction) => {
                    // Files of an older bench do not have what was measured beside the prediction; it was always the p95 ratio.
                    @let measured = prediction.measured.or_else(|| run.ratio(1, "p95").filter(|_| prediction.expected.of == P95_RATIO));
                    @let now = Scored { measured, ..prediction.clone() };
                    dl.pair {
                        dt { "number" } dd { (prediction.sentence()) }
                        dt { "predicted" } dd { strong { (prediction.expected.shown()) } @if !prediction.because.is_empty() { ", because " (prediction.because) } }
                        @if let Some(measured) = measured { dt { "measured" } dd { strong { (prediction.expected.unit().shown_with(measured.estimate, Some(&measured))) } } }
                        @if let Some(verdict) = now.verdict() { dt { "score" } dd { (verdict) } }
                    }
                    @if let Some(measured) = measured { (scale(prediction, measured)) }
                }
            }
        }
    }
}

/// Prediction and result on one line that begins at nothing.
fn scale(prediction: &Scored, measured: Interval) -> Markup {
    let (unit, predicted) = (prediction.expected.unit(), prediction.expected.value);
    // A ratio has a mark where nothing would have changed; of a share that is the whole.
    let mark = if unit.in_points() { 1.0 } else { measured.high.max(predicted) };
    let top = measured.high.max(predicted).max(mark) * 1.05;
    if top <= 0.0 {
        return html! {};
    }
    let words = match unit {
        Unit::Ratio => "1: unchanged".to_owned(),
        _ => unit.shown(mark),
    };
    let at = |value: f64| format!("{:.2}%", (value / top * 100.0).clamp(0.0, 100.0));
    html! {
        div.scale aria-hidden="true" {
            i.span style=(format!("left:{};width:{}", at(measured.low), at(measured.high - measured.low))) {}
            i.measured style=(format!("left:{}", at(measured.estimate))) {}
            i.predicted style=(format!("left:{}", at(predicted))) {}
            i.one style=(format!("left:{}", at(mark))) {}
            span.end style=(format!("left:{}", at(mark))) { (words) }
            span.start { "0" }
        }
        p.keys aria-hidden="true" {
            span.key.predicted {} "predicted" span.key.measured {}
            @if measured.low < measured.high { "measured, with its interval" } @else { "measured" }
        }
    }
}
