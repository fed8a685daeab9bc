//! An exercise: its text, its targets, its hints one by one, its runs.

use super::ServeState;
use super::layout;
use super::markdown;
use super::runs;
use super::trouble::Trouble;
use crate::exercise::{Exercise, Unit};
use crate::exit::Failure;
use crate::report::{badge, files};
use crate::state::Progress;
use crate::syllabus::name;
use axum::extract::{Path, RawForm, State};
use axum::http::StatusCode;
use axum::response::{Html, Redirect};
use maud::{Markup, html};
use std::sync::Arc;

/// Runs listed on an exercise's page.
const RUNS: usize = 10;

/// `GET /exercises/{id}`
pub(super) async fn page(
    State(house): State<Arc<ServeState>>,
    Path(id): Path<String>,
) -> Result<Html<String>, Trouble> {
    let course = house.course()?;
    let one = course.get(&id)?;
    let learned = house.store.load()?;
    let progress = learned.exercise.get(&one.id).cloned().unwrap_or_default();
    let readme = one.folder.join("README.md");
    let text = std::fs::read_to_string(&readme).map_err(Failure::file("read", &readme))?;
    let past = files::list(&house.store, Some(&one.id))?;
    let body = html! {
        p.kicker { a href={ "/?chapter=" (one.chapter) } { "Chapter " (one.chapter) @if let Some(name) = name(one.chapter) { ": " (name) } } " · " (one.service) " · about " (one.minutes) " minutes" }
        h1 { (one.title) }
        p.lead { (one.symptom) }
        p {
            @if progress.passed.is_some() { (badge("pass", "passed")) }
            @else if learned.current.as_deref() == Some(&one.id) { strong { "This is the current exercise." } }
            @else { "To begin, run " code { "cargo lab start " (one.id) } " in a terminal." }
        }
        // Topics give the cause away: only who has passed is told.
        @if progress.passed.is_some() && !one.topics.is_empty() { p.dim { "What it teaches: " (one.topics.join(", ")) } }
        div.text { (markdown::body(&text)) }
        p.dim { "In the book: " (one.reading) }
        @if !one.target.is_empty() { (targets(one, progress.passed.is_some())) }
        (hints(one, &progress, &house.token))
        @if let Some(prediction) = &progress.prediction {
            h2 { "Your prediction" }
            p { (one.says(&prediction.expected.of)) ": " strong { (prediction.expected.shown()) } @if !prediction.because.is_empty() { ", because " (prediction.because) } }
        }
        h2 { "Runs" }
        @if past.is_empty() { p { "None yet. " code { "cargo lab measure " (one.id) } " makes one." } }
        @else { (runs::table(&house.store, &past[..past.len().min(RUNS)])) }
    };
    Ok(Html(layout::page(&one.title, "/", &body, &[])))
}

/// The limits; the reasons for them too where it is passed, because they tell what the fix does.
fn targets(one: &Exercise, passed: bool) -> Markup {
    html! {
        h2 { "Targets" }
        div.wide tabindex="0" role="region" aria-label="Targets, table" { table {
            thead { tr { th scope="col" { "target" } th.n scope="col" { "wanted" } @if passed { th scope="col" { "why" } } } }
            tbody { @for target in &one.target {
                tr {
                    th scope="row" { (target.sentence()) }
                    td.n {
                        @let unit = Unit::of(&target.name);
                        @if let Some(max) = target.max { (unit.limit(max, false)) }
                        @if let Some(min) = target.min { " " (unit.limit(min, true)) }
                    }
                    @if passed { td { (target.why) } }
                }
            } }
        } }
    }
}

/// Those that were looked at, and a form for the next: looking is recorded, as in the terminal.
fn hints(one: &Exercise, progress: &Progress, token: &str) -> Markup {
    let all = one.hint.len();
    if all == 0 {
        return html! {};
    }
    let seen = progress.hints.min(all);
    html! {
        h2 #hints { "Hints" }
        @for (place, hint) in one.hint.iter().take(seen).enumerate() {
            details open[place + 1 == seen] id={ "hint-" (place + 1) } {
                summary { "Hint " (place + 1) " of " (all) }
                p { (hint.text.trim()) }
            }
        }
        @if seen < all {
            form method="post" action={ "/exercises/" (one.id) "/hints/" (seen + 1) } {
                input type="hidden" name="token" value=(token);
                button type="submit" { "Show hint " (seen + 1) " of " (all) }
            }
            p.dim { "Each hint gives more of the answer. The bench records how many you have seen, as " code { "cargo lab hint" } " does." }
        }
    }
}

/// `POST /exercises/{id}/hints/{number}`: shows the next hint and remembers it.
pub(super) async fn hint(
    State(house): State<Arc<ServeState>>,
    Path((id, number)): Path<(String, usize)>,
    RawForm(form): RawForm,
) -> Result<Redirect, Trouble> {
    let sent: Vec<(String, String)> = serde_urlencoded::from_bytes(&form).unwrap_or_default();
    if !sent.iter().any(|(name, value)| name == "token" && *value == house.token) {
        return Err(Trouble::plain(
            StatusCode::FORBIDDEN,
            "this form did not come from this server; load the page again\n",
        ));
    }
    let course = house.course()?;
    let one = course.get(&id)?;
    let seen = house.store.load()?.exercise.get(&one.id).map_or(0, |progress| progress.hints);
    if number == 0 || number > one.hint.len() || number > seen + 1 {
        return Err(Failure::usage(format!("{} has no hint {number} to show yet", one.id)).into());
    }
    if number > seen {
        house.store.change(&one.id, |progress| progress.hints = number)?;
    }
    Ok(Redirect::to(&format!("/exercises/{}#hint-{number}", one.id)))
}
