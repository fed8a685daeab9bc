//! What every proof found, kept in `.lab/proofs/ID.ndjson`: one run a line, so that many runs can be made bit by bit.

use super::Verification;
use super::files::below;
use crate::clock;
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::machine::Machine;
use crate::report::commit;
use crate::state::Store;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Lines that are for people: changing them changes nothing that is measured.
const WORDS: [&str; 9] = ["//", "#", "title =", "symptom =", "reading =", "topics =", "minutes =", "why =", "text ="];

/// One run, and what it was a run of.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Kept {
    /// When it ended (RFC 3339).
    pub at: String,
    /// The commit of the working copy; none outside of a clone.
    pub commit: Option<String>,
    /// Of `exercise.toml` and `src`, without their words for people.
    pub version: String,
    /// The machine before the run.
    pub machine: Machine,
    /// The run; the name in files is that of the first version.
    #[serde(rename = "proven")]
    pub verification: Verification,
}

/// Adds a run to those that are kept.
///
/// # Errors
/// Exit 3 when it cannot be written.
pub fn keep(
    store: &Store,
    root: &Path,
    exercise: &Exercise,
    machine: &Machine,
    verification: &Verification,
) -> Result<(), Failure> {
    let (at, commit, version) = (clock::now(), commit(root), version(&exercise.folder));
    let kept = Kept { at, commit, version, machine: machine.clone(), verification: verification.clone() };
    let path = file(store, &exercise.id)?;
    let line = serde_json::to_string(&kept).map_err(|error| Failure::unfit(format!("{}: {error}", path.display())))?;
    let open = std::fs::File::options().create(true).append(true).open(&path);
    open.and_then(|mut file| writeln!(file, "{line}")).map_err(Failure::file("written", &path))
}

/// The runs of the exercise as it is now, oldest first, and how many of another version of it are left out.
///
/// # Errors
/// Exit 3 for a file that cannot be read or has a line that is no run.
pub fn kept(store: &Store, exercise: &Exercise) -> Result<(Vec<Kept>, usize), Failure> {
    let path = file(store, &exercise.id)?;
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        text => text.map_err(Failure::file("read", &path))?,
    };
    let mut runs = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let run: Kept = serde_json::from_str(line).map_err(|error| {
            Failure::unfit(format!("{}:{}: no run of a proof: {error}", path.display(), number + 1))
                .remedy("take the line out, or the file")
        })?;
        runs.push(run);
    }
    let (all, version) = (runs.len(), version(&exercise.folder));
    runs.retain(|run| run.version == version);
    let others = all - runs.len();
    Ok((runs, others))
}

fn file(store: &Store, id: &str) -> Result<PathBuf, Failure> {
    Ok(store.sub("proofs")?.join(format!("{id}.ndjson")))
}

/// Twelve hexadecimal digits of the SHA-256 of all that decides what is measured.
fn version(folder: &Path) -> String {
    let mut hash = Sha256::new();
    for path in std::iter::once(folder.join("exercise.toml")).chain(below(&folder.join("src"))) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for line in text.lines().map(str::trim).filter(|line| !WORDS.iter().any(|word| line.starts_with(word))) {
            hash.update(line);
            hash.update("\n");
        }
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exercise(folder: &Path) -> Exercise {
        let text = "id = \"ch99-lamp\"\ntitle = \"A lamp\"\nchapter = 9\nservice = \"search\"\nneeds = []\nsymptom = \"Dark.\"\n\
                    minutes = 5\nreading = \"9\"\nload = { rate_rps = 20, rounds = 2, slice_ms = 500, requests = [] }\n";
        std::fs::create_dir_all(folder.join("src")).unwrap();
        std::fs::write(folder.join("exercise.toml"), text).unwrap();
        std::fs::write(folder.join("src/flawed.rs"), "//! Slow.\nfn slow() {}\n").unwrap();
        let exercise: Exercise = toml::from_str(text).unwrap();
        Exercise { folder: folder.to_owned(), ..exercise }
    }

    #[test]
    fn runs_of_the_exercise_as_it_is_are_kept_and_others_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("state")).unwrap();
        let exercise = exercise(&folder.path().join("ch99-lamp"));
        let keep = |run: usize| {
            let verification = Verification { run, ..super::super::of_files(&exercise, run) };
            super::keep(&store, folder.path(), &exercise, &Machine::default(), &verification).unwrap();
        };
        let runs = || {
            let (runs, others) = kept(&store, &exercise).unwrap();
            (runs.iter().map(|kept| kept.verification.run).collect::<Vec<_>>(), others)
        };
        assert_eq!(runs(), (vec![], 0));
        keep(1);
        std::fs::write(exercise.folder.join("src/flawed.rs"), "//! Slower.\nfn slow() {}\n").unwrap();
        keep(2);
        assert_eq!(runs(), (vec![1, 2], 0), "a sentence is no other version");
        std::fs::write(exercise.folder.join("src/flawed.rs"), "//! Slower.\nfn slower() {}\n").unwrap();
        keep(3);
        assert_eq!(runs(), (vec![3], 2));
        std::fs::write(folder.path().join("state/proofs/ch99-lamp.ndjson"), "{}\n").unwrap();
        assert!(kept(&store, &exercise).unwrap_err().message.contains("ch99-lamp.ndjson:1"));
    }
}
