//! The live view: a page, and the events of the run that is on as a stream.

use super::ServeState;
use super::layout;
use super::tail::{Said, Tail};
use crate::state::Store;
use axum::extract::State;
use axum::response::Html;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use maud::{Markup, html};
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

/// Where the bench writes what happens, one JSON object a line.
fn feed(store: &Store) -> PathBuf {
    store.folder().join("live").join("events.ndjson")
}

/// The last run that was begun.
pub(super) struct Now {
    /// `measure`, ...
    pub(super) command: String,
    /// Of which exercise.
    pub(super) exercise: String,
    /// It has not ended, and its process is there.
    pub(super) running: bool,
}

/// What the feed says now; nothing where there is none.
pub(super) async fn now(store: &Store) -> Option<Now> {
    let tail = &mut Tail::new(feed(store));
    tail.look().await;
    let start = tail.start()?;
    let field = |name: &str| start[name].as_str().unwrap_or_default().to_owned();
    Some(Now { command: field("command"), exercise: field("exercise"), running: tail.is_running() })
}

/// `GET /live/events`: everything from the run's beginning, then what is added, until either side goes.
pub(super) async fn events(State(house): State<Arc<ServeState>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let begin = (Tail::new(feed(&house.store)), house.stopping.clone());
    let events = stream::unfold(begin, async |(mut tail, stopping)| {
        let said = tokio::select! {
            said = tail.next() => said,
            () = stopping.cancelled() => return None,
        };
        // An event without data is not dispatched by browsers.
        let event = match said {
            Said::Reset => Event::default().event("reset").data("run"),
            Said::Gone => Event::default().event("gone").data("run"),
            Said::Line(line) => Event::default().data(line),
        };
        Some((Ok(event), (tail, stopping)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// `GET /live`
pub(super) async fn page() -> Html<String> {
    let plot = |name: &str, caption: &str, class: &str| {
        html! {
            figure class={ "chart " (class) } {
                figcaption { (caption) }
                ul.legend aria-label="Versions" {}
                div.plot data-chart=(name) role="img" aria-label={ (caption) "; the numbers are in the table of slices" } {}
                p.readout aria-hidden="true" {}
            }
        }
    };
    let body = html! {
        p.kicker { "Live" }
        div role="status" { h1 #state { "Waiting for a run" } p #note.lead { "This page follows the bench; it needs scripts." } p #connection.bad {} }
        p { a #to-report hidden href="/runs" { "The exercise with its runs and reports" } }
        div.live {
            (plot("latency", "Latency of each slice, ms: median; dotted: p95", "full"))
            (plot("rate", "Requests offered a second", ""))
            (plot("errors", "Errors in each slice", ""))
            (plot("busy", "Cores busy", "full"))
        }
        div #targets-part hidden {
            h2 { "Targets" }
            (table("Targets", &["target", "measured", "wanted", "result"], "targets", ""))
        }
        div #counts-part hidden {
            h2 { "What a request costs" }
            (table("What a request costs", &[], "counts", "counts-head"))
        }
        h2 { "Steps" }
        ol.steps #steps tabindex="0" aria-label="Steps" {}
        h2 { "Slices" }
        details { summary { "The newest forty as a table" }
            (table("Slices", &["seconds", "version", "phase", "p50, ms", "p95, ms", "slowest, ms", "per second", "requests", "errors", "cores busy", "saturation", "counts"], "slices", ""))
        }
    };
    Html(layout::page("Live", "/live", &body, &["/assets/uplot.js", "/assets/charts.js", "/assets/live.js"]))
}

/// Columns of words, which stand to the left; numbers stand under each other.
const WORDS: [&str; 7] = ["seconds", "target", "result", "version", "phase", "saturation", "counts"];

fn table(name: &str, columns: &[&str], id: &str, head: &str) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label={ (name) ", table" } { table {
            thead { tr id=[(!head.is_empty()).then_some(head)] { @for column in columns { th.n[!WORDS.contains(column)] scope="col" { (column) } } } }
            tbody id=(id) {}
        } }
    }
}
