//! The prediction beside what was measured.

use super::words::interval;
use crate::report::number;
use crate::report::run::Run;
use maud::{Markup, html};

pub(super) fn section(run: &Run) -> Markup {
    let Some(seam) = run.seam() else { return html! {} };
    html! {
        section aria-labelledby="prediction" {
            h2 #prediction { "Prediction" }
            @match &seam.prediction {
                None => p { "No prediction was written down before this measurement. Next time: " code { "cargo lab predict --p95-ratio 0.6 --because \"…\"" } },
                Some(prediction) => {
                    @let measured = run.ratio(1, "p95");
                    dl.pair {
                        dt { "predicted p95 ratio" } dd { strong { (format!("{:.2}", prediction.p95_ratio)) } @if !prediction.because.is_empty() { ", because " (prediction.because) } }
                        @if let Some(measured) = measured { dt { "measured" } dd { strong { (interval(&measured)) } } }
                        @if let Some(points) = prediction.error_points {
                            dt { "score" }
                            dd {
                                "off by " strong { (number(points)) " points" }
                                @if let Some(measured) = measured {
                                    @if measured.excludes(prediction.p95_ratio) { ", outside of the measured interval" } @else { ", inside of the measured interval" }
                                }
                            }
                        }
                    }
                    @if let Some(measured) = measured {
                        @let top = measured.high.max(prediction.p95_ratio).max(1.0) * 1.05;
                        @let at = |ratio: f64| format!("{:.2}%", (ratio / top * 100.0).clamp(0.0, 100.0));
                        div.scale aria-hidden="true" {
                            i.span style=(format!("left:{};width:{}", at(measured.low), at(measured.high - measured.low))) {}
                            i.measured style=(format!("left:{}", at(measured.estimate))) {}
                            i.predicted style=(format!("left:{}", at(prediction.p95_ratio))) {}
                            i.one style=(format!("left:{}", at(1.0))) {}
                            span.end style=(format!("left:{}", at(1.0))) { "1: unchanged" }
                            span.start { "0" }
                        }
                        p.keys aria-hidden="true" { span.key.predicted {} "predicted" span.key.measured {} "measured, with its interval" }
                    }
                }
            }
        }
    }
}
