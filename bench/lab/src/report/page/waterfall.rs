//! A typical and a slow request of each arm, span by span.

use super::words::wide;
use crate::exercise::number;
use crate::report::run::{Row, Run, Waterfall};
use maud::{Markup, html};

/// Rows shown of a waterfall; the page says how many are left out.
const ROWS: usize = 40;

pub(super) fn section(run: &Run) -> Markup {
    let arms = &run.page.arms;
    if arms.iter().all(|arm| arm.typical.is_none()) {
        return html! {};
    }
    html! {
        section aria-labelledby="waterfalls" {
            h2 #waterfalls { "A typical and a slow request" }
            p.dim { "One request each: the median and the 95th percentile of the traced ones. Bars of what the request did not wait for are pale." }
            @for (place, arm) in arms.iter().enumerate() {
                @for (word, fall, open) in [("typical", &arm.typical, true), ("slow", &arm.slow, false)] {
                    @if let Some(fall) = fall {
                        details.fall open[open] {
                            summary { (run.name(place)) ", " (word) ": " (number(fall.total_ms)) " ms" }
                            (wide(&format!("Spans of a {word} request of {}", run.name(place)), &table(fall)))
                        }
                    }
                }
            }
        }
    }
}

fn table(fall: &Waterfall) -> Markup {
    let left_out = fall.rows.len().saturating_sub(ROWS) + fall.omitted;
    let total = fall.total_ms.max(1e-6);
    html! {
        table.waterfall {
            thead { tr { th scope="col" { "span" } th.n scope="col" { "from, ms" } th.n scope="col" { "ms" } th scope="col" { span.unseen { "bar" } } } }
            tbody { @for row in fall.rows.iter().take(ROWS) { (line(row, total)) } }
        }
        @if left_out > 0 { p.dim { "and " (left_out) " further spans" } }
    }
}

fn line(row: &Row, total: f64) -> Markup {
    let (left, width) = (row.offset_ms / total * 100.0, row.duration_ms / total * 100.0);
    let class = format!("k-{}{}", row.kind, if row.critical { "" } else { " pale" });
    html! {
        tr {
            th scope="row" style=(format!("padding-left:{:.1}rem", row.depth.min(8) as f64 * 0.7)) title=[row.at.as_deref()] {
                (row.label) @if row.error { " " span.bad-word { "error" } }
                span.unseen { " (" (row.kind) ", " (row.service) ")" }
            }
            td.n { (format!("{:.1}", row.offset_ms)) }
            td.n { (number(row.duration_ms)) }
            td.track { i class=(class) style=(format!("left:{left:.2}%;width:{width:.2}%")) {} }
        }
    }
}
