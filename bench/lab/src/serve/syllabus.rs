//! The syllabus with the learner's progress.

use super::ServeState;
use super::layout;
use super::live::{self, Now};
use super::trouble::Trouble;
use crate::exercise::Exercise;
use crate::report::badge;
use crate::state::State as Learned;
use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The page.
pub(super) async fn page(State(house): State<Arc<ServeState>>) -> Result<Html<String>, Trouble> {
    let course = house.course()?;
    let learned = house.store.load()?;
    let mut chapters: BTreeMap<u32, Vec<&Exercise>> = BTreeMap::new();
    for one in &course.exercises {
        chapters.entry(one.chapter).or_default().push(one);
    }
    // A story is not passed: it is told.
    let seams: Vec<&Exercise> = course.exercises.iter().filter(|one| one.story.is_none()).collect();
    let passed = seams.iter().filter(|one| is_passed(&learned, &one.id)).count();
    let now = live::now(&house.store).await;
    let body = html! {
        (banner(now.as_ref()))
        h1 { "Syllabus" }
        p { (passed) " of " (seams.len()) " exercises passed" }
        progress max=(seams.len().max(1)) value=(passed) aria-label="Exercises passed" { (passed) " of " (seams.len()) }
        (next(&course.exercises, &learned))
        @for (chapter, exercises) in &chapters {
            h2 { "Chapter " (chapter) }
            table.chapter {
                thead { tr { th scope="col" { "status" } th scope="col" { "exercise" } th scope="col" { "service" } th.n scope="col" { "minutes" } th.n scope="col" { "best p95 ratio" } } }
                tbody { @for one in exercises { (line(one, &learned)) } }
            }
        }
    };
    Ok(Html(layout::page("Syllabus", "/", &body, &[])))
}

fn is_passed(learned: &Learned, id: &str) -> bool {
    learned.exercise.get(id).is_some_and(|progress| progress.passed.is_some())
}

fn banner(now: Option<&Now>) -> Markup {
    html! {
        @if let Some(now) = now.filter(|now| now.running) {
            p.banner { "A run is on: " strong { (now.command) " " (now.exercise) } ". " a href="/live" { "Watch it live" } }
        }
    }
}

/// What to do now.
fn next(exercises: &[Exercise], learned: &Learned) -> Markup {
    let current = learned.current.as_deref().and_then(|id| exercises.iter().find(|one| one.id == id));
    let open = exercises.iter().find(|one| one.story.is_none() && !is_passed(learned, &one.id));
    html! {
        @match (current, open) {
            (Some(one), _) if !is_passed(learned, &one.id) => p.next { "You are at " a href={ "/exercises/" (one.id) } { (one.title) } ". In a terminal: " code { "cargo lab" } },
            (_, Some(one)) => p.next { "Next: " a href={ "/exercises/" (one.id) } { (one.title) } ". In a terminal: " code { "cargo lab start " (one.id) } },
            (_, None) => p.next { "All exercises are passed." },
        }
    }
}

fn line(one: &Exercise, learned: &Learned) -> Markup {
    let progress = learned.exercise.get(&one.id).cloned().unwrap_or_default();
    html! {
        tr {
            td {
                @if progress.passed.is_some() { (badge("pass", "passed")) }
                @else if learned.current.as_deref() == Some(&one.id) { strong { "→ current" } }
                @else if one.story.is_some() { span.dim { "story" } }
                @else { span.dim { "open" } }
            }
            td { a href={ "/exercises/" (one.id) } { (one.title) } p { (one.symptom) } }
            td { (one.service) }
            td.n { (one.minutes) " min" }
            td.n { @if let Some(ratio) = progress.best_p95_ratio { (format!("{ratio:.2}")) } }
        }
    }
}
