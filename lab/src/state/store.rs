//! `.lab/state.toml`: the current exercise, predictions and what has been passed. Keyed by exercise id; ids that are no
//! longer in the course are kept.

use crate::exit::Failure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The exercise that commands without an id mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// Progress by exercise id.
    #[serde(default)]
    pub exercise: BTreeMap<String, Progress>,
}

/// Where the learner is with one exercise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// When it was first passed (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<String>,
    /// The best p95 ratio measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_p95_ratio: Option<f64>,
    /// The deepest hint seen.
    #[serde(default)]
    pub hints: usize,
    /// The solution was looked at before it was passed.
    #[serde(default)]
    pub revealed: bool,
    /// The hypothesis that the next measurement is set beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Prediction>,
}

/// A hypothesis, written down before the measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// Expected p95 of the candidate over that of the baseline.
    pub p95_ratio: f64,
    /// Why.
    #[serde(default)]
    pub because: String,
    /// When it was written (RFC 3339).
    pub at: String,
}

/// The folder and its state file.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in `folder`, created where it is missing.
    ///
    /// # Errors
    /// Exit 3 when the folder cannot be created.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder).map_err(Failure::file("created", folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder below, created.
    ///
    /// # Errors
    /// Exit 3 when it cannot be created.
    pub fn sub(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder).map_err(Failure::file("created", &folder))?;
        Ok(folder)
    }

    /// What is remembered; nothing yet is an empty state.
    ///
    /// # Errors
    /// Exit 3 when the file is there and cannot be read.
    pub fn load(&self) -> Result<State, Failure> {
        let path = self.path();
        if !path.exists() {
            return Ok(State::default());
        }
        let text = std::fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
        toml::from_str(&text).map_err(|error| {
            Failure::unfit(format!("{} is damaged: {}", path.display(), error.message()))
                .remedy("correct it, or remove it: only the record of your progress is in it")
        })
    }

    /// Writes the state; a crash in between leaves the old one.
    ///
    /// # Errors
    /// Exit 3 on a full disk or a folder that may not be written.
    pub fn save(&self, state: &State) -> Result<(), Failure> {
        let path = self.path();
        let text = toml::to_string_pretty(state).map_err(|error| Failure::unfit(error.to_string()))?;
        write(&path, text.as_bytes())
    }

    /// Reads, changes and writes.
    ///
    /// # Errors
    /// As [`Store::load`] and [`Store::save`].
    pub fn change(&self, id: &str, change: impl FnOnce(&mut Progress)) -> Result<(), Failure> {
        let mut state = self.load()?;
        change(state.exercise.entry(id.to_owned()).or_default());
        self.save(&state)
    }

    fn path(&self) -> PathBuf {
        self.folder.join("state.toml")
    }
}

/// Writes a file by way of a temporary one beside it, so that a full disk or a crash never leaves half a file.
///
/// # Errors
/// Exit 3 on a full disk or a folder that may not be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let part = path.with_extension(format!("part-{}", std::process::id()));
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // Nothing to add to the error that is reported.
        let _ = std::fs::remove_file(&part);
    }
    written.map_err(Failure::file("written", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_read_again_and_unknown_exercises_stay() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.change("ch99-gone", |progress| progress.hints = 2).unwrap();
        store.change("ch01-related-products", |progress| progress.best_p95_ratio = Some(0.5)).unwrap();
        let state = store.load().unwrap();
        assert_eq!(state.exercise["ch99-gone"].hints, 2);
        assert_eq!(state.exercise.len(), 2);
    }

    #[test]
    fn a_damaged_file_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state.toml"), "current = [").unwrap();
        let failure = Store::open(folder.path()).unwrap().load().unwrap_err();
        assert_eq!(failure.exit, crate::exit::Exit::Unfit);
        assert!(failure.to_string().contains("state.toml is damaged"), "{failure}");
    }
}
