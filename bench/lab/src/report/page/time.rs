//! Where a request's time goes, before and after, and which operations account for the difference.

use super::words::wide;
use crate::exercise::{number, percent};
use crate::report::run::{PageArm, Run};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Operations in the table of differences.
const MOVED: usize = 8;
/// Traced requests below which shares move visibly: at 80 they were 0.30, 0.27 and 0.27 at one setting.
const MANY: usize = 100;

pub(super) fn section(run: &Run) -> Markup {
    let arms = &run.page.arms;
    if arms.iter().all(|arm| arm.mean_ms_by_kind.is_empty()) {
        return html! {};
    }
    let longest = arms.iter().map(|arm| arm.mean_ms).fold(1e-9, f64::max);
    let kinds = kinds(arms);
    html! {
        section aria-labelledby="time" {
            h2 #time { "Where the time goes" }
            p.dim { (rests_on(arms)) }
            div.bars aria-hidden="true" {
                @for (place, arm) in arms.iter().enumerate() {
                    div.bar-name { (run.name(place)) span.dim { " " (number(arm.mean_ms)) " ms" } }
                    div.bar { @for kind in &kinds {
                        @let value = arm.mean_ms_by_kind.get(kind).copied().unwrap_or(0.0);
                        @if value > 0.0 { i class={ "k-" (kind) } style=(format!("width:{:.2}%", value / longest * 100.0)) {} }
                    } }
                }
            }
            (wide("Where the time goes", &table(run, &kinds)))
            @if arms.len() == 2 { (moved(run)) }
        }
    }
}

/// How many requests the figures come from, and how far that carries.
fn rests_on(arms: &[PageArm]) -> String {
    let traced: Vec<String> = arms.iter().map(|arm| arm.traced.to_string()).collect();
    let few = if arms.iter().any(|arm| arm.traced < MANY) {
        " These are few: from run to run the shares move by several percentage points, and no interval is given."
    } else {
        " No interval is given: read them as a map, not as a verdict."
    };
    format!(
        "The critical path of an average request, from {} traced requests that were not timed.{few}",
        traced.join(" and ")
    )
}

/// The kinds that take at least half a percent of any arm, the largest first.
fn kinds(arms: &[PageArm]) -> Vec<String> {
    let mut largest: BTreeMap<&str, f64> = BTreeMap::new();
    for arm in arms {
        for (kind, value) in &arm.mean_ms_by_kind {
            let share = value / arm.mean_ms.max(1e-9);
            let known = largest.entry(kind).or_default();
            *known = known.max(share);
        }
    }
    let mut kinds: Vec<(&str, f64)> = largest.into_iter().filter(|(_, share)| *share >= 0.005).collect();
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1));
    kinds.into_iter().map(|(kind, _)| kind.to_owned()).collect()
}

fn table(run: &Run, kinds: &[String]) -> Markup {
    let arms = &run.page.arms;
    let share =
        |arm: &PageArm, kind: &str| arm.mean_ms_by_kind.get(kind).copied().unwrap_or(0.0) / arm.mean_ms.max(1e-9);
    let told = |place: usize, kind: &str| run.page.chapter.get(place).and_then(|chapter| told(&chapter.shares, kind));
    html! {
        table {
            thead { tr {
                th scope="col" { "kind" }
                @for place in 0..arms.len() { th.n scope="col" { (run.name(place)) ", ms" } th.n scope="col" { "share" } }
            } }
            tbody {
                @for kind in kinds { tr {
                    th scope="row" { span class={ "key k-" (kind) } aria-hidden="true" {} (kind) }
                    @for (place, arm) in arms.iter().enumerate() {
                        td.n { (number(arm.mean_ms_by_kind.get(kind).copied().unwrap_or(0.0))) }
                        td.n { (percent(share(arm, kind))) @if let Some(told) = told(place, kind) { span.dim { " (chapter " (percent(told)) ")" } } }
                    }
                } }
                tr.sum {
                    th scope="row" { "all" }
                    @for arm in arms { td.n { (number(arm.mean_ms)) } td.n { "100 %" } }
                }
            }
        }
    }
}

fn told(shares: &BTreeMap<String, f64>, kind: &str) -> Option<f64> {
    shares.get(kind).copied()
}

/// The operations whose part of the mean differs most; they explain the difference of the means.
fn moved(run: &Run) -> Markup {
    let mut terms: BTreeMap<(&str, &str), [f64; 2]> = BTreeMap::new();
    for (place, arm) in run.page.arms.iter().enumerate() {
        for operation in &arm.operations {
            terms.entry((&operation.name, &operation.kind)).or_default()[place.min(1)] += operation.mean_ms;
        }
    }
    let mut terms: Vec<_> = terms.into_iter().collect();
    terms.sort_by(|(_, a), (_, b)| (b[1] - b[0]).abs().total_cmp(&(a[1] - a[0]).abs()));
    let rest: [f64; 2] = terms.iter().skip(MOVED).fold([0.0; 2], |sum, (_, ms)| [sum[0] + ms[0], sum[1] + ms[1]]);
    let table = html! {
        table {
            thead { tr { th scope="col" { "operation" } th.n scope="col" { (run.name(0)) ", ms" } th.n scope="col" { (run.name(1)) ", ms" } th.n scope="col" { "difference" } } }
            tbody {
                @for ((name, kind), [was, is]) in terms.iter().take(MOVED) { tr {
                    th scope="row" { span class={ "key k-" (kind) } aria-hidden="true" {} (name) }
                    td.n { (number(*was)) } td.n { (number(*is)) } td.n { (signed(is - was)) }
                } }
                @if terms.len() > MOVED { tr {
                    th scope="row" { (terms.len() - MOVED) " others" }
                    td.n { (number(rest[0])) } td.n { (number(rest[1])) } td.n { (signed(rest[1] - rest[0])) }
                } }
            }
        }
    };
    html! { h3 { "What moved" } (wide("What moved", &table)) }
}

fn signed(value: f64) -> String {
    if value.abs() < 0.005 {
        "0".to_owned()
    } else {
        format!("{}{}", if value > 0.0 { "+" } else { "−" }, number(value.abs()))
    }
}
