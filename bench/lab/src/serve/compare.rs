//! Two runs side by side: what the candidates did in each.

use super::ServeState;
use super::layout;
use super::runs::find;
use super::trouble::Trouble;
use crate::exercise::{number, percent, phrase, rank};
use crate::exit::Failure;
use crate::report::files::RunName;
use crate::report::{ArmReport, Run, assets, badge, chart, interval};
use axum::extract::{Query, State};
use axum::response::Html;
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which two.
#[derive(Deserialize)]
pub(super) struct Two {
    #[serde(default)]
    a: String,
    #[serde(default)]
    b: String,
}

/// One of the two: the last arm of a run.
struct Side {
    name: RunName,
    run: Run,
}

impl Side {
    fn last(&self) -> usize {
        self.run.arms().len().saturating_sub(1)
    }

    fn arm(&self) -> Result<&ArmReport, Failure> {
        self.run
            .arms()
            .last()
            .copied()
            .ok_or_else(|| Failure::usage(format!("nothing was measured in {}", self.name.stem)))
    }

    fn title(&self) -> String {
        format!("{}, {}", self.run.name(self.last()), self.name.at)
    }
}

/// `GET /compare?a=…&b=…`
pub(super) async fn page(
    State(house): State<Arc<ServeState>>,
    Query(two): Query<Two>,
) -> Result<Html<String>, Trouble> {
    let side = |stem: &str| find(&house.store, stem).map(|(name, run)| Side { name, run });
    let sides = [side(&two.a)?, side(&two.b)?];
    let (a, b) = (sides[0].arm()?, sides[1].arm()?);
    let names = [sides[0].title(), sides[1].title()];
    let curves: Vec<_> = sides
        .iter()
        .zip(&names)
        .map(|(side, name)| {
            // A run of an older bench has no curve; the other keeps its own colour all the same.
            let curve = side.run.page.arms.get(side.last()).map_or(&[][..], |arm| &arm.curve);
            json!({"name": name, "points": curve})
        })
        .collect();
    let latency = latency(a, b, &names);
    let data = assets::embedded(&json!({"charts": {"percentiles": {"kind": "percentiles", "series": curves}}}));
    let body = html! {
        h1 { "Two runs" }
        @if sides[0].run.exercise() != sides[1].run.exercise() {
            p.remark { "These are runs of two exercises; they were asked different things." }
        }
        p.dim { "Ratios within a run can be compared with each other; milliseconds of two runs differ with what else the machine did." }
        (overview(&sides))
        h2 { "Latency of the candidates" }
        (chart("percentiles", "Latency by percentile, ms", "Latency by percentile, one line for each run. The numbers are in the table below.", &names, &latency))
        h2 { "What a request costs" }
        (counts(a, b, &names))
        script type="application/json" id="data" { (PreEscaped(data)) }
    };
    Ok(Html(layout::page("Two runs", "/runs", &body, &["/assets/uplot.js", "/assets/charts.js"])))
}

fn overview(sides: &[Side; 2]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Overview, table" { table {
            thead { tr { th scope="col" { "run" } th scope="col" { "exercise" } th scope="col" { "candidate" } th scope="col" { "verdict" } th.n scope="col" { "p95 ratio" } th.n scope="col" { "in the database" } } }
            tbody { @for side in sides {
                tr {
                    th scope="row" { a href={ "/runs/" (side.name.stem) } { (side.name.at) } }
                    td { (side.run.exercise()) }
                    td { (side.run.name(side.last())) }
                    td { (badge(side.run.verdict().word(), side.run.verdict_words())) }
                    td.n { (side.run.ratio(side.last(), "p95").map_or("–".to_owned(), |ratio| interval(&ratio))) }
                    td.n { (database(side)) }
                }
            } }
        } }
    }
}

fn database(side: &Side) -> String {
    let arm = side.run.page.arms.get(side.last());
    arm.and_then(|arm| Some(percent(arm.mean_ms_by_kind.get("db")? / arm.mean_ms.max(1e-9))))
        .unwrap_or_else(|| "–".to_owned())
}

fn latency(a: &ArmReport, b: &ArmReport, names: &[String; 2]) -> Markup {
    let rows = [("p50", "p50"), ("p95", "p95"), ("p99", "p99"), ("mean", "mean"), ("max", "slowest")];
    table("ms", names, rows.iter().map(|(name, words)| ((*words).to_owned(), a.ms(name), b.ms(name))).collect())
}

fn counts(a: &ArmReport, b: &ArmReport, names: &[String; 2]) -> Markup {
    let all: BTreeSet<&String> = a.counts.keys().chain(b.counts.keys()).collect();
    let of = |arm: &ArmReport, name: &str| arm.counts.get(name).copied();
    let mut all: Vec<&String> = all.into_iter().collect();
    all.sort_by_key(|name| rank(name));
    let rows = all.into_iter().map(|name| (phrase(name), of(a, name), of(b, name)));
    let rows =
        rows.filter(|(_, a, b)| a.is_some_and(|value| value > 0.0) || b.is_some_and(|value| value > 0.0)).collect();
    html! { div.wide tabindex="0" role="region" aria-label="What a request costs, table" { (table("count", names, rows)) } }
}

fn table(what: &str, names: &[String; 2], rows: Vec<(String, Option<f64>, Option<f64>)>) -> Markup {
    let text = |value: Option<f64>| value.map_or("–".to_owned(), number);
    html! {
        table {
            thead { tr { th scope="col" { (what) } @for name in names { th.n scope="col" { (name) } } th.n scope="col" { "after / before" } } }
            tbody { @for (name, a, b) in rows {
                tr {
                    th scope="row" { (name) }
                    td.n { (text(a)) } td.n { (text(b)) }
                    td.n { @if let (Some(a), Some(b)) = (a, b) && a > 0.0 { (format!("{:.2}", b / a)) } }
                }
            } }
        }
    }
}
