//! The head of the page: what was measured, the verdict, and the targets it rests on.

use super::words::{badge, interval, label, met, percent, wide};
use crate::report::number;
use crate::report::run::Run;
use crate::verdict::TargetOutcome;
use maud::{Markup, html};

pub(super) fn section(run: &Run) -> Markup {
    html! {
        header.title {
            p.kicker { (run.exercise()) @if !run.page.at.is_empty() { " · " time datetime=(run.page.at) { (when(&run.page.at)) } } }
            h1 { (run.title()) }
            @if !run.page.symptom.is_empty() { p.lead { (run.page.symptom) } }
        }
        section aria-labelledby="verdict" {
            h2 #verdict { "Verdict" }
            p.verdict { (badge(run.verdict().word(), run.verdict_words())) " " (sentence(run)) }
            @if let Some(difference) = run.difference() {
                p { "The first answer that differs: " strong { (difference.case) } ", " code { (difference.request) } " at " code { (difference.at) } "." }
                dl.pair { dt { "expected" } dd { code { (difference.baseline) } } dt { "got" } dd { code { (difference.candidate) } } }
            }
            @if !run.targets().is_empty() { (wide("Targets", &targets(run))) }
            @if run.page.behaviour_cases > 0 && run.difference().is_none() {
                p { "Behaviour: " (run.page.behaviour_cases) " requests, all answered alike where clients read." }
            }
            @for remark in run.remarks() { p.remark { (remark) } }
        }
    }
}

/// `2026-07-31T12:00:00Z` as people read it.
fn when(at: &str) -> String {
    at.replace('T', " ").replace('Z', " UTC")
}

fn sentence(run: &Run) -> Markup {
    let last = run.arms().len().saturating_sub(1);
    let (Some(was), Some(is)) =
        (run.arms().first().and_then(|arm| arm.ms("p95")), run.arms().get(last).and_then(|arm| arm.ms("p95")))
    else {
        return html! { @if last == 0 { "Nothing was timed." } };
    };
    html! {
        "p95 " strong { (number(was)) " ms" } " → " strong { (number(is)) " ms" }
        @if let Some(ratio) = run.ratio(last, "p95") { ", ratio " strong { (interval(&ratio)) } }
        "."
    }
}

fn targets(run: &Run) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "result" } th scope="col" { "target" } th.n scope="col" { "measured" } th.n scope="col" { "wanted" } } }
            tbody { @for target in run.targets() {
                tr {
                    td { (met(target.met)) }
                    th scope="row" { (label(&target.name)) }
                    td.n { (measured(target)) }
                    td.n { (wanted(target)) }
                }
            } }
        }
    }
}

fn shown(target: &TargetOutcome, value: f64) -> String {
    if target.name.starts_with("share") { percent(value) } else { number(value) }
}

fn measured(target: &TargetOutcome) -> String {
    match (&target.interval, target.value) {
        (Some(ratio), _) => interval(ratio),
        (None, Some(value)) => shown(target, value),
        (None, None) => "too few samples".to_owned(),
    }
}

fn wanted(target: &TargetOutcome) -> String {
    let limit = shown(target, target.limit);
    match target.tolerance {
        Some(tolerance) => format!("{limit} ± {}", shown(target, tolerance)),
        None if target.name.ends_with("falls") => format!("below {limit}"),
        None if target.name.ends_with("rises") => format!("above {limit}"),
        None if target.at_least => format!("at least {limit}"),
        None => format!("at most {limit}"),
    }
}
