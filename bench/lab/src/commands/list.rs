//! `cargo lab list`: the exercises with progress, by chapter, in one aligned list.

mod page;

use crate::cli::List;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::state::State;
use crate::syllabus::{Entry, Filter, by_chapter, entries, name};
use crate::terminal::paragraph;
use page::Page;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub use crate::syllabus::words as status;

/// Prints the list.
///
/// # Errors
/// Exit 2 for an unknown chapter, service, status or topic; 3 when the state cannot be read.
pub fn run(context: &Context, options: &List) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let filter = Filter::read(&options.wanted, &context.course)?;
    let all = entries(&context.course, &state);
    let shown: Vec<Entry<'_>> = all.iter().filter(|entry| filter.keeps(entry)).cloned().collect();
    let [passed, of] = passed(context, &state);
    let summary = match shown.len() {
        0 => "no exercise fits; cargo lab list shows them all".to_owned(),
        _ if filter.is_empty() => format!("{passed} of {of} passed; cargo lab start ID makes one current"),
        count => {
            format!("{count} of {of} exercises; cargo lab list shows them all, cargo lab start ID makes one current")
        }
    };
    let mut text = String::new();
    if !shown.is_empty() {
        let page = Page { terminal: context.terminal, width: context.terminal.width(), topics: options.topics };
        text = page.list(&shown, &chapters(&all)) + "\n";
    }
    text.push_str(&paragraph(&summary, context.terminal.width(), ""));
    text.push('\n');
    let objects: Vec<Value> = shown.iter().map(|entry| object(entry, options.topics)).collect();
    context.answer(&text, &json!({"exercises": objects, "passed": passed}));
    Ok(Exit::Pass)
}

/// How many exercises of this course are passed, and how many there are.
pub fn passed(context: &Context, state: &State) -> [usize; 2] {
    let all = entries(&context.course, state);
    [all.iter().filter(|entry| entry.is_passed()).count(), all.len()]
}

/// Passed, and how many there are, of each chapter; whatever the filter leaves of it.
fn chapters(all: &[Entry<'_>]) -> BTreeMap<u32, [usize; 2]> {
    by_chapter(all)
        .map(|(chapter, group)| (chapter, [group.iter().filter(|entry| entry.is_passed()).count(), group.len()]))
        .collect()
}

fn object(entry: &Entry<'_>, topics: bool) -> Value {
    let (one, progress) = (entry.exercise, &entry.progress);
    let mut object = json!({"id": one.id, "title": one.title, "chapter": one.chapter, "chapter_name": name(one.chapter),
        "service": one.service, "story": one.story.is_some(), "minutes": one.minutes, "status": status(progress),
        "passed": progress.passed, "revealed": progress.revealed, "best_p95_ratio": progress.best_p95_ratio,
        "hints": progress.hints, "hints_of": one.hint.len(), "current": entry.current});
    if topics {
        object["topics"] = json!(one.topics);
    }
    object
}
