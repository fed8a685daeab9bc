//! What was kept under an id that an exercise no longer has: it moves to the new id, in the record and in the folder.

use super::merge::add;
use super::{State, write};
use crate::exit::Failure;
use std::io::ErrorKind;
use std::path::Path;

/// The record with today's ids. Where there is something under both ids, the two are made one.
pub fn with_new_ids(mut state: State) -> State {
    for (old, new) in variant::renamed() {
        if let Some(progress) = state.exercise.remove(old) {
            add(state.exercise.entry(new.to_owned()).or_default(), progress);
        }
        if state.current.as_deref() == Some(old) {
            state.current = Some(new.to_owned());
        }
    }
    state
}

/// Moves a learner's kept work, and the notebook's headings, to today's ids. Nothing is moved twice.
///
/// # Errors
/// Exit 3 when something cannot be read or written; what was not moved is where it was.
pub fn move_files(folder: &Path) -> Result<(), Failure> {
    for (old, new) in variant::renamed() {
        // The first version called the folder `attic`.
        for kept in ["attic", "backups"].map(|name| folder.join(name)) {
            let from = kept.join(old);
            if from.is_dir() {
                move_work(&from, &kept.join(new), [old, new])?;
            }
        }
    }
    let notebook = folder.join("notebook.md");
    let Ok(text) = std::fs::read_to_string(&notebook) else { return Ok(()) };
    let pages: String = text.split_inclusive('\n').map(heading).collect();
    if pages == text { Ok(()) } else { write(&notebook, pages.as_bytes()) }
}

/// A line of the notebook; a page begins with `## TIME · ID`.
fn heading(line: &str) -> String {
    let parts = line.strip_prefix("## ").and_then(|rest| rest.trim_end().split_once(" · "));
    match parts.and_then(|(at, id)| Some((at, variant::renamed_to(id)?))) {
        Some((at, new)) => format!("## {at} · {new}\n"),
        None => line.to_owned(),
    }
}

fn move_work(from: &Path, to: &Path, [old, new]: [&str; 2]) -> Result<(), Failure> {
    std::fs::create_dir_all(to).map_err(Failure::file("created", to))?;
    for entry in std::fs::read_dir(from).map_err(Failure::file("read", from))?.flatten() {
        let path = entry.path();
        let mut place = to.join(entry.file_name());
        if place.exists() {
            place = to.join(format!("{old}-{}", entry.file_name().to_string_lossy()));
        }
        if path.extension().is_some_and(|extension| extension == "patch") {
            // Its first two lines name the learner's file, which has moved too.
            let patch = std::fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
            let (was, is) = (format!("/exercises/{old}/"), format!("/exercises/{new}/"));
            write(&place, patch.replacen(&was, &is, 2).as_bytes())?;
            std::fs::remove_file(&path).map_err(Failure::file("removed", &path))?;
        } else {
            match std::fs::rename(&path, &place) {
                // Another command moved it meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                moved => moved.map_err(Failure::file("moved", &path))?,
            }
        }
    }
    // Left where somebody put something else into it.
    let _ = std::fs::remove_dir(from);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Store, keep, parse, text};
    use std::process::Command;

    const OLD: &str = r#"
        current = "ch06-stampede"
        [exercise.ch06-stampede]
        hints = 2
        passed = "2026-01"
        mood = "good"
        [exercise.ch06-stampede.prediction]
        p95_ratio = 0.4
        at = "7"
        [exercise.ch06-product-pages]
        hints = 1
        passed = "2026-02"
        [exercise.ch13-graphql-n1]
        hints = 3
        [exercise.ch99-gone]
        hints = 1
    "#;

    #[test]
    fn a_record_under_old_ids_is_read_under_the_new_ones_and_nothing_is_lost() {
        let state = parse(Path::new("state.toml"), OLD).unwrap();
        assert_eq!(state.current.as_deref(), Some("ch06-product-pages"));
        let ids: Vec<&str> = state.exercise.keys().map(String::as_str).collect();
        assert_eq!(ids, ["ch06-product-pages", "ch13-order-details", "ch99-gone"]);
        let pages = &state.exercise["ch06-product-pages"];
        assert_eq!((pages.hints, pages.passed.as_deref()), (2, Some("2026-01")));
        assert_eq!(pages.prediction.as_ref().map(|one| one.expected.value), Some(0.4));
        assert_eq!(pages.others["mood"].as_str(), Some("good"));
        assert_eq!(parse(Path::new("state.toml"), &text(&state).unwrap()).unwrap(), state);
    }

    #[test]
    fn the_file_has_the_new_ids_after_the_first_change() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state.toml"), OLD).unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.change("ch06-product-pages", |progress| progress.hints = 3).unwrap();
        let written = std::fs::read_to_string(store.path()).unwrap();
        assert!(!written.contains("stampede") && !written.contains("graphql-n1"), "{written}");
        assert_eq!(store.progress("ch06-product-pages").unwrap().hints, 3);
    }

    #[test]
    fn kept_work_moves_and_its_patch_still_brings_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let (old, new) = (root.join("exercises/ch06-stampede/src"), root.join("exercises/ch06-product-pages/src"));
        std::fs::create_dir_all(&old).unwrap();
        std::fs::write(old.join("yours.rs"), "fn mine() {}\n").unwrap();
        let store = Store::open(&root.join("state")).unwrap();
        let kept = keep(&store, "ch06-stampede", &root, &old.join("yours.rs"), b"fn slow() {}\n", "1").unwrap();
        std::fs::create_dir_all(&new).unwrap();
        std::fs::write(new.join("yours.rs"), "fn slow() {}\n").unwrap();

        Store::open(&root.join("state")).unwrap();
        assert!(!root.join("state/backups/ch06-stampede").exists());
        let moved = |path: &Path| root.join("state/backups/ch06-product-pages").join(path.file_name().unwrap());
        assert_eq!(std::fs::read_to_string(moved(&kept.copy)).unwrap(), "fn mine() {}\n");
        if let Some(patch) = kept.patch {
            let git = Command::new("git").arg("-C").arg(&root).arg("apply").arg(moved(&patch)).output().unwrap();
            assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
            assert_eq!(std::fs::read_to_string(new.join("yours.rs")).unwrap(), "fn mine() {}\n");
        }
    }

    #[test]
    fn the_notebook_has_its_pages_under_the_new_ids_and_its_words_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let page = "## 2026 · ch06-stampede\n\nflawed against yours: **pass**\n\n> ch06-stampede · mine\n";
        std::fs::write(folder.path().join("notebook.md"), page).unwrap();
        Store::open(folder.path()).unwrap();
        let found = std::fs::read_to_string(folder.path().join("notebook.md")).unwrap();
        assert_eq!(found, page.replacen("ch06-stampede", "ch06-product-pages", 1));
    }
}
