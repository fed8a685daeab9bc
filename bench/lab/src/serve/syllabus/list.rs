//! The list: one table with one head, a line for each chapter, a row for each exercise.

use super::form::titled;
use crate::report::badge;
use crate::syllabus::{Entry, by_chapter, words};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// With more rows than these the list leaves the symptoms out: 52 of them fill five screens, without them two.
const DETAILED: usize = 16;

/// Passed, and how many there are. A story is not passed: it is told.
pub(super) fn passed(entries: &[Entry<'_>]) -> [usize; 2] {
    let seams = || entries.iter().filter(|entry| entry.exercise.story.is_none());
    [seams().filter(|entry| entry.is_passed()).count(), seams().count()]
}

/// The exercises that are shown, by chapter; what is passed of a chapter is said of all its exercises.
pub(super) fn table(shown: &[Entry<'_>], all: &[Entry<'_>], topics: bool) -> Markup {
    let progress: BTreeMap<u32, [usize; 2]> =
        by_chapter(all).map(|(chapter, group)| (chapter, passed(group))).collect();
    let detailed = shown.len() <= DETAILED;
    html! {
        @if !shown.is_empty() {
            table.syllabus {
                caption.unseen { "Exercises by chapter" }
                thead { tr { th scope="col" { "exercise" } th scope="col" { "status" } th scope="col" { "service" } th.n scope="col" { "minutes" } th.n scope="col" { "best p95 ratio" } } }
                @for (chapter, group) in by_chapter(shown) {
                    tbody {
                        tr.chapter { th scope="rowgroup" colspan="5" {
                            (titled(chapter)) " "
                            @if let Some([passed, of]) = progress.get(&chapter).filter(|[_, of]| *of > 0) { span.dim { (passed) " of " (of) " passed" } }
                        } }
                        @for entry in group { (row(entry, detailed, topics)) }
                    }
                }
            }
        }
    }
}

fn row(entry: &Entry<'_>, detailed: bool, topics: bool) -> Markup {
    let one = entry.exercise;
    html! {
        tr {
            td {
                a href={ "/exercises/" (one.id) } { (one.title) }
                @if topics && !one.topics.is_empty() { p.topics { (one.topics.join(", ")) } }
                @if detailed { p { (one.symptom) } }
            }
            td { (standing(entry)) }
            td { (one.service) }
            td.n { (one.minutes) " min" }
            td.n { @if let Some(ratio) = entry.progress.best_p95_ratio { (format!("{ratio:.2}")) } }
        }
    }
}

fn standing(entry: &Entry<'_>) -> Markup {
    html! {
        @if entry.is_passed() { (badge("pass", words(&entry.progress))) }
        @else if entry.current { strong { "→ current" } }
        @else {
            span.dim { @match words(&entry.progress) {
                "" if entry.exercise.story.is_some() => "story",
                "" => "new",
                words => (words),
            } }
        }
    }
}
