//! What can be seen of an exercise without running anything.

use super::Proof;
use crate::exercise::{Exercise, tests_target};
use std::path::{Path, PathBuf};

/// What an author has yet to write is marked with this, in whatever file.
pub const TO_DO: &str = "TO DO";

/// Every claim about the exercise's files.
pub fn files(exercise: &Exercise) -> Vec<Proof> {
    let mut proofs = Vec::new();
    let mut claim = |about: &str, claim: &str, holds: bool, found: String| {
        proofs.push(Proof { about: about.to_owned(), claim: claim.to_owned(), holds: Some(holds), found });
    };
    claim("files", "there is a README.md", exercise.folder.join("README.md").is_file(), String::new());
    claim("files", "it names its topics", !exercise.topics.is_empty(), String::new());
    if let Some(story) = &exercise.story {
        let known = variant::STORIES.iter().any(|one| one.id == exercise.id && one.seams == story.seams);
        let remedy = "after a change of a story's seams: touch shared/variant/build.rs".to_owned();
        let found = if known { String::new() } else { remedy };
        claim("files", "the story is in variant::STORIES with its seams", known, found);
        return proofs;
    }
    let left = to_do(&exercise.folder);
    claim("files", "nothing is left to do", left.is_empty(), left.join("; "));
    claim("files", "there are three hints", exercise.hint.len() == 3, format!("{}", exercise.hint.len()));
    claim("yours", "yours.rs equals flawed.rs, byte by byte", exercise.is_untouched(), String::new());
    let contract = exercise.folder.join("tests").join(tests_target(&exercise.id)).join("contract.rs");
    claim("files", "the tests of its contract are in contract.rs", contract.is_file(), String::new());
    let seam = variant::SEAMS.iter().find(|seam| seam.id == exercise.id);
    claim("files", "the seam is in variant::SEAMS", seam.is_some(), String::new());
    let traps = exercise.trap.iter().map(|trap| trap.name.as_str());
    let (same, found) = alike(traps.collect(), seam.map_or(&[], |seam| seam.traps));
    claim("files", "its traps are those of variant::SEAMS", same && !exercise.trap.is_empty(), found);
    let broken = exercise.broken.iter().map(|broken| broken.name.as_str());
    let (same, found) = alike(broken.collect(), seam.map_or(&[], |seam| seam.broken));
    claim("files", "what is broken is in variant::SEAMS", same, found);
    let broken = exercise.broken.len();
    claim("files", "two implementations or more are broken, for --broken", broken >= 2, broken.to_string());
    claim("files", "there is a service level", exercise.slo.is_some(), String::new());
    proofs
}

/// Whether `exercise.toml` and the files of `src/` name the same, in whatever order.
fn alike(mut declared: Vec<&str>, known: &[&str]) -> (bool, String) {
    let mut known = known.to_vec();
    declared.sort_unstable();
    known.sort_unstable();
    let found = format!("exercise.toml: {}; variant::SEAMS: {}", declared.join(", "), known.join(", "));
    (declared == known, found)
}

/// Whether the author has marked something as unfinished: measuring it would prove nothing.
pub fn is_unfinished(exercise: &Exercise) -> bool {
    !to_do(&exercise.folder).is_empty()
}

/// `FILE:LINE` of every mark, at most five of them.
fn to_do(folder: &Path) -> Vec<String> {
    let mut left = Vec::new();
    for path in below(folder) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let within = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let lines = text.lines().enumerate().filter(|(_, line)| line.contains(TO_DO));
        left.extend(lines.map(|(number, _)| format!("{within}:{}", number + 1)));
    }
    if left.len() > 5 {
        let more = left.len() - 5;
        left.truncate(5);
        left.push(format!("and {more} more"));
    }
    left
}

/// Every file below, in order.
pub(super) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files.extend(below(&path)) } else { files.push(path) }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::{TO_DO, to_do};

    #[test]
    fn what_is_left_to_do_is_named_with_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("README.md"), "# A lamp\n").unwrap();
        std::fs::write(folder.path().join("src/lib.rs"), format!("//! A lamp.\n//! {TO_DO}: a socket\n")).unwrap();
        assert_eq!(to_do(folder.path()), ["src/lib.rs:2"]);
    }
}
