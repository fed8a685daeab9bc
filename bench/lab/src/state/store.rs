//! The folder `.lab/` and its `state.toml`: read strictly, changed under a lock, written in one piece.

use super::renamed::{move_files, with_new_ids};
use super::{Progress, State, write};
use crate::exit::Failure;
use rustix::fs::{FlockOperation, flock};
use std::path::{Path, PathBuf};

/// The first lines of the file.
const HEAD: &str = "\
# The record of your progress in the workshop, keyed by exercise id. It may be read, merged and copied by hand:
# whatever is unknown here is kept (comments are not). `cargo lab progress` sums it up.

";

/// The folder and its state file.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in `folder`, created where it is missing. Work kept under an old id moves to the new one.
    ///
    /// # Errors
    /// Exit 3 when the folder cannot be created, or something in it not be moved.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder).map_err(Failure::file("created", folder))?;
        move_files(folder)?;
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
        match std::fs::read_to_string(&path) {
            Ok(text) => parse(&path, &text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(State::default()),
            Err(error) => Err(Failure::file("read", &path)(error)),
        }
    }

    /// What is remembered of one exercise.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn progress(&self, id: &str) -> Result<Progress, Failure> {
        Ok(self.load()?.exercise.remove(id).unwrap_or_default())
    }

    /// Reads, changes and writes the state. Another command that does the same waits meanwhile; a crash in between leaves
    /// the old file, and a file that cannot be read is left as it is.
    ///
    /// # Errors
    /// Exit 3 when the file is damaged, the disk is full or the folder may not be written.
    pub fn update<T>(&self, change: impl FnOnce(&mut State) -> Result<T, Failure>) -> Result<T, Failure> {
        let path = self.folder.join("state.lock");
        let lock = std::fs::File::create(&path).map_err(Failure::file("written", &path))?;
        flock(&lock, FlockOperation::LockExclusive).map_err(|error| Failure::file("locked", &path)(error.into()))?;
        let before = self.load()?;
        let mut state = before.clone();
        let result = change(&mut state)?;
        if state != before || !self.path().exists() {
            write(&self.path(), text(&state)?.as_bytes())?;
        }
        Ok(result)
    }

    /// Changes what is remembered of one exercise.
    ///
    /// # Errors
    /// As [`Store::update`].
    pub fn change(&self, id: &str, change: impl FnOnce(&mut Progress)) -> Result<(), Failure> {
        self.update(|state| {
            change(state.exercise.entry(id.to_owned()).or_default());
            Ok(())
        })
    }

    /// The state file.
    pub fn path(&self) -> PathBuf {
        self.folder.join("state.toml")
    }
}

/// The file's text.
///
/// # Errors
/// Exit 3 for what TOML cannot say.
pub fn text(state: &State) -> Result<String, Failure> {
    let body = toml::to_string_pretty(state).map_err(|error| Failure::unfit(error.to_string()))?;
    Ok(format!("{HEAD}{body}"))
}

/// Reads a state, under the exercises' ids of today; `path` is for the message.
///
/// # Errors
/// Exit 3 with file, line and remedy when the text is none.
pub fn parse(path: &Path, text: &str) -> Result<State, Failure> {
    toml::from_str(text).map(with_new_ids).map_err(|error| {
        let line = error.span().map_or(String::new(), |span| {
            let before = text.get(..span.start).unwrap_or_default();
            format!(":{}", before.matches('\n').count() + 1)
        });
        let conflict = text.lines().any(|line| line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>"));
        let what = if conflict {
            "it has conflict markers: keep the lines of both sides, remove the markers"
        } else {
            "correct that line"
        };
        let path = path.display();
        Failure::unfit(format!("{path}{line} is damaged: {}", error.message()))
            .remedy(format!("nothing was overwritten. {what}, or begin anew: mv {path} {path}.old"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        (folder, store)
    }

    #[test]
    fn what_is_saved_is_read_again_and_unknown_exercises_stay() {
        let (_folder, store) = store();
        store.change("ch99-gone", |progress| progress.hints = 2).unwrap();
        store.change("ch01-related-products", |progress| progress.best_p95_ratio = Some(0.5)).unwrap();
        let state = store.load().unwrap();
        assert_eq!(state.exercise["ch99-gone"].hints, 2);
        assert_eq!(state.exercise.len(), 2);
    }

    #[test]
    fn unknown_keys_stay_at_every_depth() {
        let (folder, store) = store();
        let text = r#"
            theme = "dark"
            since = 2026-11-23T05:00:00Z
            [exercise.ch01-lamp]
            hints = 1
            mood = [1, 2]
            [exercise.ch01-lamp.prediction]
            p95_ratio = 1
            at = "2026-11-23T05:00:00Z"
            confidence = 0.9
            [[exercise.ch01-lamp.scored]]
            p95_ratio = 0.5
            at = "1"
            measured = 0.5
            low = 0.4
            high = 0.6
            measured_at = "2"
            reviewer = { name = "Ada", when = 2026-11-23 }
            [teacher]
            name = "Ada"
        "#;
        std::fs::write(folder.path().join("state.toml"), text).unwrap();
        store.change("ch01-lamp", |progress| progress.hints = 3).unwrap();
        // What this version writes besides: its own keys with their defaults, and ratios as floats.
        let own = [
            ("revealed = false\n", ""),
            ("because = \"\"\n", ""),
            ("version = \"\"\n", ""),
            ("p95_ratio = 1.0\n", "p95_ratio = 1\n"),
        ];
        let mut written = std::fs::read_to_string(folder.path().join("state.toml")).unwrap();
        for (extra, plain) in own {
            written = written.replace(extra, plain);
        }
        let found: toml::Table = toml::from_str(&written).unwrap();
        let expected: toml::Table = toml::from_str(&text.replace("hints = 1", "hints = 3")).unwrap();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_damaged_file_is_named_with_its_line_and_left_as_it_is() {
        let (folder, store) = store();
        let path = folder.path().join("state.toml");
        std::fs::write(&path, "\ncurrent = [").unwrap();
        let failure = store.load().unwrap_err();
        assert_eq!(failure.exit, crate::exit::Exit::Unfit);
        assert!(failure.to_string().contains("state.toml:2 is damaged"), "{failure}");
        store.change("ch01-lamp", |progress| progress.hints = 1).unwrap_err();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\ncurrent = [");
    }

    #[test]
    fn a_merge_left_undone_is_recognised() {
        let failure = parse(Path::new("state.toml"), "<<<<<<< ours\ncurrent = \"a\"\n=======\n").unwrap_err();
        assert!(failure.remedy.contains("conflict markers"), "{failure}");
    }

    #[test]
    fn two_commands_that_change_the_state_at_once_lose_nothing() {
        let (_folder, store) = store();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                std::thread::spawn(move || {
                    (0..20).for_each(|_| store.change("ch01-lamp", |progress| progress.hints += 1).unwrap());
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(store.progress("ch01-lamp").unwrap().hints, 160);
    }
}
