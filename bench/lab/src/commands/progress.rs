//! `cargo lab progress`: what is done; `export` and `import` carry it to another machine or to a teacher.

use super::list;
use crate::clock;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::state::{State, backups, merge, parse, prediction_score, text, write};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// Sums up.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let [passed, all] = list::passed(context, &state);
    let mut chapters: BTreeMap<u32, [usize; 2]> = BTreeMap::new();
    for one in &context.course.exercises {
        let [done, of] = chapters.entry(one.chapter).or_default();
        *of += 1;
        *done += usize::from(state.exercise.get(&one.id).is_some_and(|progress| progress.passed.is_some()));
    }
    let mine = || context.course.exercises.iter().filter_map(|one| state.exercise.get(&one.id));
    let hints: usize = mine().map(|progress| progress.hints).sum();
    let revealed = mine().filter(|progress| progress.revealed).count();
    let known = |id: &str| context.course.exercises.iter().any(|one| one.id == id);
    let elsewhere: Vec<&String> = state.exercise.keys().filter(|id| !known(id)).collect();
    let figures = prediction_score(&state);
    let mut text = format!("{passed} of {all} exercises passed, {hints} hints seen, {revealed} solutions revealed\n");
    for (chapter, [done, of]) in &chapters {
        let bar = format!("{}{}", "█".repeat(*done), "░".repeat(of - done));
        text.push_str(&format!("  chapter {chapter:<2}  {bar}  {done} of {of}\n"));
    }
    for line in figures.iter().flat_map(|figures| figures.sentences()) {
        text.push_str(&format!("{line}\n"));
    }
    if !elsewhere.is_empty() {
        let names: Vec<&str> = elsewhere.iter().map(|id| id.as_str()).collect();
        text.push_str(&format!("kept, and not in this course: {}\n", names.join(", ")));
    }
    text.push_str(&context.terminal.next(&[
        ("cargo lab".to_owned(), "go on".to_owned()),
        ("cargo lab progress export FILE".to_owned(), "take it to another machine or a teacher".to_owned()),
    ]));
    context.answer(
        &text,
        &json!({"passed": passed, "exercises": all, "hints": hints, "revealed": revealed, "elsewhere": elsewhere,
            "chapters": chapters.iter().map(|(chapter, [done, of])| json!({"chapter": chapter, "passed": done, "exercises": of}))
                .collect::<Vec<_>>(),
            "calibration": figures, "file": context.store.path()}),
    );
    Ok(Exit::Pass)
}

/// Writes the state to `file`, or to standard output for `-`.
///
/// # Errors
/// Exit 3 when it cannot be written.
pub fn export(context: &Context, file: &Path, name: Option<&str>) -> Result<Exit, Failure> {
    let mut state = context.store.load()?;
    if let Some(name) = name {
        state.others.insert("learner".to_owned(), toml::Value::String(name.to_owned()));
    }
    state.others.insert("exported".to_owned(), toml::Value::String(clock::now()));
    let exported = text(&state)?;
    if file == Path::new("-") {
        context.answer(&exported, &json!({"file": null, "text": exported}));
        return Ok(Exit::Pass);
    }
    write(file, exported.as_bytes()).map_err(|failure| Failure {
        remedy: "choose another place: cargo lab progress export FILE (`-` is standard output)".to_owned(),
        ..failure
    })?;
    let advice = [
        (format!("cargo lab progress import {}", file.display()), "on the other machine".to_owned()),
        ("cargo lab class collect DIR".to_owned(), "for whoever collects them in a folder".to_owned()),
    ];
    let answer = format!("written: {}\n{}", file.display(), context.terminal.next(&advice));
    context.answer(&answer, &json!({"file": file, "exercises": state.exercise.len()}));
    Ok(Exit::Pass)
}

/// Adds an exported state to this one; the state as it was before goes to the backups.
///
/// # Errors
/// Exit 3 when a file cannot be read or written.
pub fn import(context: &Context, file: &Path) -> Result<Exit, Failure> {
    let read = read(file)?;
    let kept = keep_state(context)?;
    let changed = context.store.update(|state| Ok(merge(state, read)))?;
    let before = kept.as_ref().map_or(String::new(), |kept| format!("the state before: {}\n", kept.display()));
    let what = match changed.as_slice() {
        [] => "nothing new in it\n".to_owned(),
        ids => format!("added to: {}\n", ids.join(", ")),
    };
    let advice = [("cargo lab progress".to_owned(), "both together".to_owned())];
    context.answer(
        &format!("{what}{before}{}", context.terminal.next(&advice)),
        &json!({"changed": changed, "before": kept}),
    );
    Ok(Exit::Pass)
}

/// Reads an exported state; `learner` and `exported` are not part of the state itself.
fn read(file: &Path) -> Result<State, Failure> {
    let content = if file == Path::new("-") {
        let mut content = String::new();
        std::io::stdin().read_to_string(&mut content).map(|_| content)
    } else {
        std::fs::read_to_string(file)
    };
    let unread = |error| {
        Failure::unfit(format!("{} cannot be read: {error}", file.display()))
            .remedy("cargo lab progress import FILE, as `cargo lab progress export FILE` wrote it")
    };
    let mut state = parse(file, &content.map_err(unread)?)?;
    state.others.remove("learner");
    state.others.remove("exported");
    Ok(state)
}

fn keep_state(context: &Context) -> Result<Option<std::path::PathBuf>, Failure> {
    let path = context.store.path();
    if !path.exists() {
        return Ok(None);
    }
    let kept = backups(&context.store)?.join(format!("{}-state.toml", clock::stamp()));
    let bytes = std::fs::read(&path).map_err(Failure::file("read", &path))?;
    write(&kept, &bytes)?;
    Ok(Some(kept))
}
