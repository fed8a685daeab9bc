//! The head of the page: what was measured, the verdict, and the targets it rests on.

use super::words::{badge, interval, met, wide};
use crate::exercise::number;
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

/// How many targets are met, and the p95 unless the run is about phases.
fn sentence(run: &Run) -> Markup {
    let targets = run.targets();
    let of = |met: Option<bool>| targets.iter().filter(|one| one.met == met).count();
    let last = run.arms().len().saturating_sub(1);
    let p95 = |place: usize| run.arms().get(place).and_then(|arm| arm.ms("p95"));
    html! {
        @if !targets.is_empty() {
            (of(Some(true))) " of " (targets.len()) " targets met"
            @if of(None) > 0 { ", " (of(None)) " cannot be told" }
            ". "
        }
        @match (p95(0), p95(last)) {
            _ if run.is_about_phases() => {},
            (Some(was), Some(is)) => {
                "p95 " strong { (number(was)) " ms" } " → " strong { (number(is)) " ms" }
                @if let Some(ratio) = run.ratio(last, "p95") { ", ratio " strong { (interval(&ratio)) } }
                "."
            },
            _ => { @if last == 0 { "Nothing was timed." } },
        }
    }
}

fn targets(run: &Run) -> Markup {
    // What the flawed version had, where the target is about a number of one version alone.
    let flawed = |target: &TargetOutcome| {
        let was = run.seam()?.baseline.as_ref()?.counts.get(&target.name)?;
        Some(target.unit().shown(*was))
    };
    let compared = run.targets().iter().any(|target| flawed(target).is_some());
    html! {
        table {
            thead { tr {
                th scope="col" { "result" } th scope="col" { "target" }
                @if compared { th.n scope="col" { "flawed" } }
                th.n scope="col" { "measured" } th.n scope="col" { "wanted" }
            } }
            tbody { @for target in run.targets() {
                tr {
                    td { (met(target.met)) }
                    th scope="row" { (target.sentence()) }
                    @if compared { td.n { (flawed(target).unwrap_or_default()) } }
                    td.n { (target.measured()) }
                    td.n { (target.wanted()) }
                }
            } }
        }
    }
}
