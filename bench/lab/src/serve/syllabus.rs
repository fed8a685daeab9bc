//! The syllabus with the learner's progress: what comes next, the filters, and one list of all exercises by chapter.

mod form;
mod list;

use super::ServeState;
use super::layout;
use super::live::{self, Now};
use super::trouble::Trouble;
use crate::exercise::Exercise;
use crate::syllabus::{Entry, Filter, Wanted, entries};
use axum::extract::{Query, State};
use axum::response::Html;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// Whether topics are asked for. They give causes away: a page has none of them otherwise.
#[derive(Deserialize)]
pub(super) struct Spoilers {
    topics: Option<String>,
}

/// `GET /?chapter=…&service=…&status=…&topic=…&topics=shown`; each may be missing or empty.
pub(super) async fn page(
    State(house): State<Arc<ServeState>>,
    Query(wanted): Query<Wanted>,
    Query(spoilers): Query<Spoilers>,
) -> Result<Html<String>, Trouble> {
    let course = house.course()?;
    let learned = house.store.load()?;
    let filter = Filter::read(&wanted, &course)?;
    let topics = filter.topic.is_some() || spoilers.topics.is_some_and(|word| !word.is_empty());
    let all = entries(&course, &learned);
    let shown: Vec<Entry<'_>> = all.iter().filter(|entry| filter.keeps(entry)).cloned().collect();
    let [passed, of] = list::passed(&all);
    let now = live::now(&house.store).await;
    let body = html! {
        (banner(now.as_ref()))
        h1 { "Syllabus" }
        p { (passed) " of " (of) " exercises passed" }
        progress max=(of.max(1)) value=(passed) aria-label="Exercises passed" { (passed) " of " (of) }
        (next(&all))
        (form::filters(&course, &filter, topics))
        (form::count(shown.len(), all.len(), &filter, topics))
        (list::table(&shown, &all, topics))
    };
    Ok(Html(layout::page("Syllabus", "/", &body, &[])))
}

fn banner(now: Option<&Now>) -> Markup {
    html! {
        @if let Some(now) = now.filter(|now| now.running) {
            p.banner { "A run is in progress: " strong { (now.command) " " (now.exercise) } ". " a href="/live" { "Watch it live" } }
        }
    }
}

/// What to do now.
fn next(all: &[Entry<'_>]) -> Markup {
    let link = |one: &Exercise| html! { a href={ "/exercises/" (one.id) } { (one.title) } };
    let current = all.iter().find(|entry| entry.current);
    let open = all.iter().find(|entry| entry.exercise.story.is_none() && !entry.is_passed());
    html! {
        @match (current, open) {
            (Some(entry), _) if !entry.is_passed() => p.next { "You are working on " (link(entry.exercise)) ". To continue, run " code { "cargo lab" } " in a terminal." },
            (_, Some(entry)) => p.next { "Next: " (link(entry.exercise)) ". To begin, run " code { "cargo lab start " (entry.exercise.id) } " in a terminal." },
            (_, None) => p.next { "You have passed every exercise." },
        }
    }
}
