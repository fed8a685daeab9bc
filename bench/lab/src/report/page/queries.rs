//! The database statements of each arm, the repeated ones marked.

use super::words::wide;
use crate::exercise::{number, percent};
use crate::report::run::{PageArm, Run};
use maud::{Markup, html};

/// Statements shown of an arm.
const SHOWN: usize = 8;
/// Executions a request from which a statement is called repeated.
const REPEATED: f64 = 2.0;

pub(super) fn section(run: &Run) -> Markup {
    if run.page.arms.iter().all(|arm| arm.queries.is_empty()) && run.suspects().is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="queries" {
            h2 #queries { "Queries" }
            @for (place, arm) in run.page.arms.iter().enumerate().filter(|(_, arm)| !arm.queries.is_empty()) {
                h3 { (run.name(place)) }
                (wide(&format!("Queries of {}", run.name(place)), &table(arm)))
            }
            @if !run.suspects().is_empty() {
                h3 { "Worth a look" @if !run.is_story() { ", in " (run.name(1)) } }
                ul { @for suspect in run.suspects().iter().take(5) {
                    li { (suspect.kind.replace('_', " ")) ": " (suspect.evidence) br; code { (suspect.statement) }
                        @if let Some(at) = &suspect.at { " " span.dim { (at) } } }
                } }
            }
        }
    }
}

fn table(arm: &PageArm) -> Markup {
    html! {
        table.statements {
            thead { tr {
                th scope="col" { "statement" } th.n scope="col" { "a request" } th.n scope="col" { "rows each" }
                th.n scope="col" { "ms each" } th.n scope="col" { "of the time" }
            } }
            tbody { @for query in arm.queries.iter().take(SHOWN) {
                tr {
                    th scope="row" { code { (query.statement) } @if let Some(at) = &query.at { br; span.dim { (at) } } }
                    td.n { @if query.per_request >= REPEATED { strong { (number(query.per_request)) " ×" } } @else { (number(query.per_request)) " ×" } }
                    td.n { (number(query.rows)) }
                    td.n { (number(query.mean_ms)) }
                    td.n { (percent(query.share)) }
                }
            } }
        }
        @if arm.queries.len() > SHOWN { p.dim { "and " (arm.queries.len() - SHOWN) " others" } }
    }
}
