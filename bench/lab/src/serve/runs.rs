//! Past runs: the list, and the report of each.

use super::ServeState;
use super::layout;
use super::trouble::Trouble;
use crate::exercise::P95_RATIO;
use crate::exit::Failure;
use crate::report::files::{self, RunName};
use crate::report::{Run, badge, html as report_of, interval};
use crate::state::Store;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use std::sync::Arc;

/// Runs on one page: each file is read, and one is 20 to 100 kB.
const SHOWN: usize = 100;

/// `GET /runs`
pub(super) async fn page(State(house): State<Arc<ServeState>>) -> Result<Html<String>, Trouble> {
    let all = files::list(&house.store, None)?;
    let shown = &all[..all.len().min(SHOWN)];
    let body = html! {
        h1 { "Runs" }
        @if all.is_empty() {
            p { "None yet. " code { "cargo lab measure" } " makes one. While it runs, you can " a href="/live" { "watch it live" } "." }
        } @else {
            p { (all.len()) @if all.len() == 1 { " measurement" } @else { " measurements" } @if all.len() > shown.len() { ". The newest " (shown.len()) " are shown; all are in " code { ".lab/runs" } } "." }
            @if shown.len() > 1 { (picker(shown)) }
            (table(&house.store, shown))
        }
    };
    Ok(Html(layout::page("Runs", "/runs", &body, &[])))
}

fn picker(shown: &[RunName]) -> Markup {
    let choice = |name: &str, label: &str, chosen: usize| {
        html! {
            label { (label) select name=(name) { @for (place, run) in shown.iter().enumerate() {
                option value=(run.stem) selected[place == chosen] { (run.at) " " (run.exercise) }
            } } }
        }
    };
    html! {
        form.compare action="/compare" method="get" {
            (choice("a", "before", 1))
            (choice("b", "after", 0))
            button type="submit" { "Compare" }
        }
    }
}

/// The runs as a table; one that cannot be read says so in its row.
pub(super) fn table(store: &Store, names: &[RunName]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Runs, table" { table {
            thead { tr { th scope="col" { "when, UTC" } th scope="col" { "exercise" } th scope="col" { "candidate" } th scope="col" { "verdict" } th.n scope="col" { "p95 ratio" } th.n scope="col" { "prediction off by" } } }
            tbody { @for name in names {
                tr {
                    th scope="row" { a href={ "/runs/" (name.stem) } { (name.at) } }
                    td { (name.exercise) }
                    @match files::read(&files::path(store, name)) {
                        Ok(run) => (cells(&run)),
                        Err(_) => td colspan="4" { span.dim { "cannot be read" } },
                    }
                }
            } }
        } }
    }
}

fn cells(run: &Run) -> Markup {
    let last = run.arms().len().saturating_sub(1);
    let candidate = if run.is_story() { "story".to_owned() } else { run.name(last) };
    let prediction = run.seam().and_then(|seam| seam.prediction.as_ref());
    // The number that is predicted, where it is another than the p95 ratio: the run is about that one.
    let subject = prediction.filter(|one| one.expected.of != P95_RATIO && one.measured.is_some());
    html! {
        td { (candidate) }
        td { (badge(run.verdict().word(), run.verdict_words())) }
        td.n { (run.ratio(last, "p95").map_or("–".to_owned(), |ratio| interval(&ratio))) }
        td.n {
            @match (subject, prediction.and_then(|one| one.error_points)) {
                (Some(one), _) => { (one.verdict().unwrap_or_default()) br; span.dim { (one.sentence()) } },
                (None, Some(points)) => { (format!("{points:.0} percentage points")) },
                (None, None) => "–",
            }
        }
    }
}

/// The run of this name, found among those there are: a name never becomes a path.
pub(super) fn find(store: &Store, stem: &str) -> Result<(RunName, Run), Failure> {
    let name = files::list(store, None)?.into_iter().find(|name| name.stem == stem);
    let name = name.ok_or_else(|| Failure::usage("there is no such run").remedy("the runs page lists them all"))?;
    let run = files::read(&files::path(store, &name))?;
    Ok((name, run))
}

/// `GET /runs/{stem}`: the report, rendered from the run's file.
pub(super) async fn report(
    State(house): State<Arc<ServeState>>,
    Path(stem): Path<String>,
) -> Result<Response, Trouble> {
    let (_, run) = find(&house.store, &stem)?;
    let page = report_of(&run, Some(&layout::navigation("/runs")));
    // The page's own policy names its scripts by hash; this one adds what a page cannot say of itself.
    Ok(([(CONTENT_SECURITY_POLICY, "frame-ancestors 'none'")], Html(page)).into_response())
}
