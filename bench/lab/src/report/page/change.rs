//! What was changed: the learner's file against the one it started as.

use crate::report::run::Run;
use maud::{Markup, html};

pub(super) fn section(run: &Run) -> Markup {
    if run.seam().is_none_or(|seam| seam.candidate.is_none()) {
        return html! {};
    }
    html! {
        section aria-labelledby="change" {
            h2 #change { "The change" }
            @match run.page.diff.as_deref() {
                Some(diff) if !diff.trim().is_empty() => (lines(diff)),
                Some(_) => p { "None: the file is the flawed one." },
                None if run.name(1) == "yours" => p { "This run's file does not say what was changed." },
                None => p { "Not the learner's file was measured, but " code { (run.name(1)) } ". The reference fix: "
                    code { "cargo lab solution --diff " (run.exercise()) } },
            }
        }
    }
}

/// Additions and deletions keep their signs, so that colour is not all there is.
fn lines(diff: &str) -> Markup {
    let (added, removed) = diff.lines().skip(2).fold((0, 0), |(added, removed), line| match line.as_bytes().first() {
        Some(b'+') => (added + 1, removed),
        Some(b'-') => (added, removed + 1),
        _ => (added, removed),
    });
    html! {
        p.dim { (added) " lines added, " (removed) " removed" }
        pre.diff { code { @for line in diff.lines() { span class=[class(line)] { (line) "\n" } } } }
    }
}

fn class(line: &str) -> Option<&'static str> {
    match line.as_bytes().first() {
        _ if line.starts_with("+++") || line.starts_with("---") => Some("file"),
        Some(b'+') => Some("add"),
        Some(b'-') => Some("del"),
        Some(b'@') => Some("hunk"),
        _ => None,
    }
}
