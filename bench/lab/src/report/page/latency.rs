//! Latency: the table, the percentile curves, the slices over time.

use super::charts;
use super::words::{interval, ms, wide};
use crate::exercise::number;
use crate::report::latency_words::smallest;
use crate::report::run::Run;
use maud::{Markup, html};

/// The percentiles of the table.
const ROWS: [(&str, &str); 6] =
    [("p50", "p50"), ("p95", "p95"), ("p99", "p99"), ("p999", "p99.9"), ("mean", "mean"), ("max", "slowest")];

pub(super) fn section(run: &Run) -> Markup {
    let arms = run.arms();
    if arms.iter().all(|arm| arm.latency_ms.is_none()) {
        return html! {};
    }
    html! {
        section aria-labelledby="latency" {
            h2 #latency { @if run.is_about_phases() { "Latency in a quiet hour" } @else { "Latency" } }
            (wide("Latency in milliseconds", &table(run)))
            p.dim { (how(run)) }
            @if run.page.arms.iter().any(|arm| !arm.curve.is_empty()) { (charts::percentiles(run)) }
            @if !run.page.slices.is_empty() { (charts::over_time(run)) }
        }
    }
}

fn table(run: &Run) -> Markup {
    let arms = run.arms();
    html! {
        table {
            thead { tr {
                th scope="col" { "ms" }
                @for place in 0..arms.len() {
                    th.n scope="col" { (run.name(place)) }
                    @if place > 0 { th.n scope="col" { "ratio" } }
                }
            } }
            tbody {
                @for (name, words) in ROWS.iter().filter(|(name, _)| arms.iter().any(|arm| arm.ms(name).is_some())) {
                    tr {
                        th scope="row" { (words) }
                        @for (place, arm) in arms.iter().enumerate() {
                            td.n { (ms(arm.ms(name))) }
                            @if place > 0 { td.n { @if let Some(ratio) = run.ratio(place, name) { (interval(&ratio)) } } }
                        }
                    }
                }
                @if run.page.chapter.len() == arms.len() && run.is_story() {
                    tr {
                        th scope="row" { "p95 in the chapter" }
                        @for (place, told) in run.page.chapter.iter().enumerate() {
                            td.n { (number(told.p95_ms)) }
                            @if place > 0 { td.n { (format!("{:.2}", told.p95_ms / run.page.chapter[0].p95_ms)) } }
                        }
                    }
                }
            }
        }
    }
}

fn how(run: &Run) -> String {
    let arms = run.arms();
    let requests: Vec<String> = arms.iter().map(|arm| arm.requests.to_string()).collect();
    let errors: u64 = arms.iter().map(|arm| arm.errors).sum();
    let rate = arms.first().map_or(0.0, |arm| arm.rate_rps);
    let rounds =
        run.rounds().map_or(String::new(), |[planned, kept]| format!(" in {kept} of {planned} interleaved rounds"));
    let placebo = run
        .placebo()
        .map_or(String::new(), |one| format!(" The baseline against itself: {}; it should include 1.", interval(&one)));
    let smallest = run
        .seam()
        .and_then(|seam| seam.minimum_detectable_effect)
        .map_or(String::new(), |share| format!(" This run {}.", smallest(share)));
    format!(
        "{} requests{rounds} at {} per second, {errors} errors. Latency counts from the instant a request was due.{placebo}{smallest} \
         A percentile with fewer than ten samples above it is not shown.",
        requests.join(" and "),
        number(rate)
    )
}
