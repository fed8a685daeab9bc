//! What was saved: the exercise's files as they are now against as they were, looked at whenever something stirs.
//!
//! Events only say when to look; what changed is decided by content. So a save by renaming, a save of several files, a lost
//! event and an editor's own files beside ours all come to the same, and a save without a change to nothing.

use super::file_events::FileEvents;
use crate::exit::Failure;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is looked at; everything else in the folder is somebody else's.
const EXTENSIONS: [&str; 3] = ["rs", "toml", "md"];
/// Quiet time after which a save is over, and the longest that further events put it off.
const QUIET: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_millis(400);

/// One save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The files whose content changed, relative to the exercise's folder, sorted.
    pub files: Vec<PathBuf>,
    /// When the first sign of it was seen.
    pub at: Instant,
}

impl Saved {
    /// Something that is built, or read by the bench, is among the files.
    pub fn has_code(&self) -> bool {
        self.files.iter().any(|file| is_code(file))
    }
}

/// Everything but text for people.
pub(super) fn is_code(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension != "md")
}

/// The contents of the files, as numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<PathBuf, u64>);

impl Files {
    /// As they are now. A file that cannot be read is one that is not there.
    pub fn read(folder: &Path) -> Self {
        let mut found = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                } else if path.extension().is_some_and(|is| EXTENSIONS.iter().any(|one| is == *one))
                    && let Ok(content) = std::fs::read(&path)
                    && let Ok(relative) = path.strip_prefix(folder)
                {
                    let mut hasher = DefaultHasher::new();
                    content.hash(&mut hasher);
                    found.insert(relative.to_owned(), hasher.finish());
                }
            }
        }
        Self(found)
    }

    /// Files that are new, gone or different now.
    pub fn changed(&self, now: &Self) -> Vec<PathBuf> {
        let mut all: Vec<&PathBuf> = self.0.keys().chain(now.0.keys()).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().filter(|path| self.0.get(*path) != now.0.get(*path)).cloned().collect()
    }

    /// Some file of `earlier` is missing: an editor may be between writing and renaming.
    fn lacks(&self, earlier: &Self) -> bool {
        earlier.0.keys().any(|path| !self.0.contains_key(path))
    }
}

/// Watches one folder. Dropping it ends the watching.
pub struct Watching {
    folder: PathBuf,
    known: Files,
    events: FileEvents,
    /// A sign that was seen and not yet looked into.
    seen: Option<Instant>,
}

impl Watching {
    /// Starts; by looking every quarter of a second where `poll`. What is there now counts as known.
    ///
    /// # Errors
    /// Exit 3 where the system gives no events; the remedy is to poll.
    pub fn start(folder: &Path, poll: bool) -> Result<Self, Failure> {
        let events = FileEvents::of(folder, poll).map_err(|error| {
            Failure::unfit(format!("{} cannot be watched: {error}", folder.display())).remedy("cargo lab watch --poll")
        })?;
        Ok(Self { folder: folder.to_owned(), known: Files::read(folder), events, seen: None })
    }

    /// No events are to be had, or wanted.
    pub fn polls(&self) -> bool {
        self.events.is_clock()
    }

    /// The next save. Nothing is lost when this is dropped before it is ready.
    pub async fn next(&mut self) -> Saved {
        loop {
            let at = match self.seen {
                Some(at) => at,
                None => self.sign().await,
            };
            self.seen = Some(at);
            let mut now = self.settled(at).await;
            if now.lacks(&self.known) {
                tokio::time::sleep(QUIET).await;
                now = Files::read(&self.folder);
            }
            self.seen = None;
            let files = self.known.changed(&now);
            self.known = now;
            if !files.is_empty() {
                return Saved { files, at };
            }
        }
    }

    /// Something has happened, or (polling) something is different.
    async fn sign(&mut self) -> Instant {
        loop {
            self.events.next().await;
            if !self.events.is_clock() || Files::read(&self.folder) != self.known {
                return Instant::now();
            }
        }
    }

    /// Waits until nothing stirs any more, and looks.
    async fn settled(&mut self, since: Instant) -> Files {
        if self.events.is_clock() {
            tokio::time::sleep(QUIET).await;
        } else {
            while since.elapsed() < PATIENCE && tokio::time::timeout(QUIET, self.events.next()).await.is_ok() {}
        }
        Files::read(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Exercise(tempfile::TempDir);

    impl Exercise {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("src")).unwrap();
            std::fs::write(folder.path().join("src/yours.rs"), "one").unwrap();
            std::fs::write(folder.path().join("exercise.toml"), "a = 1").unwrap();
            Self(folder)
        }

        fn write(&self, file: &str, text: &str) {
            std::fs::write(self.0.path().join(file), text).unwrap();
        }

        async fn saves(&self, poll: bool, change: impl FnOnce(&Self)) -> Option<Vec<String>> {
            let mut watching = Watching::start(self.0.path(), poll).unwrap();
            change(self);
            let saved = tokio::time::timeout(Duration::from_secs(2), watching.next()).await.ok()?;
            Some(saved.files.iter().map(|file| file.display().to_string()).collect())
        }
    }

    const BOTH: [bool; 2] = [false, true];

    #[tokio::test]
    async fn a_plain_write_and_a_write_by_rename_are_the_same_save() {
        for poll in BOTH {
            let exercise = Exercise::new();
            let plain = exercise.saves(poll, |exercise| exercise.write("src/yours.rs", "two")).await;
            assert_eq!(plain.as_deref(), Some(&["src/yours.rs".to_owned()][..]), "poll {poll}");
            let renamed = exercise.saves(poll, |exercise| {
                exercise.write("src/.yours.rs.swp", "three");
                std::fs::rename(exercise.0.path().join("src/.yours.rs.swp"), exercise.0.path().join("src/yours.rs"))
                    .unwrap();
            });
            assert_eq!(renamed.await.as_deref(), Some(&["src/yours.rs".to_owned()][..]), "poll {poll}");
        }
    }

    #[tokio::test]
    async fn a_file_that_is_away_for_a_moment_is_not_gone() {
        let exercise = Exercise::new();
        let path = exercise.0.path().join("src/yours.rs");
        let mut watching = Watching::start(exercise.0.path(), false).unwrap();
        std::fs::remove_file(&path).unwrap();
        let back = async {
            tokio::time::sleep(QUIET + QUIET / 2).await;
            std::fs::write(&path, "two").unwrap();
        };
        let (saved, ()) = tokio::join!(watching.next(), back);
        assert_eq!(saved.files, [PathBuf::from("src/yours.rs")]);
        assert!(Files::read(exercise.0.path()).0.contains_key(Path::new("src/yours.rs")));
    }

    #[tokio::test]
    async fn several_files_at_once_are_one_save() {
        for poll in BOTH {
            let exercise = Exercise::new();
            let saved = exercise.saves(poll, |exercise| {
                exercise.write("exercise.toml", "a = 2");
                exercise.write("src/yours.rs", "two");
                exercise.write("README.md", "new");
            });
            let expected = ["README.md", "exercise.toml", "src/yours.rs"].map(str::to_owned);
            assert_eq!(saved.await.as_deref(), Some(&expected[..]), "poll {poll}");
        }
    }

    #[tokio::test]
    async fn the_same_content_again_and_an_editors_own_files_are_no_save() {
        let exercise = Exercise::new();
        let saved = exercise.saves(false, |exercise| {
            exercise.write("src/yours.rs", "one");
            exercise.write("src/4913", "vim was here");
            exercise.write("src/yours.rs~", "backup");
        });
        assert_eq!(saved.await, None);
    }

    #[tokio::test]
    async fn a_save_that_was_just_noticed_is_not_lost_by_looking_away() {
        let exercise = Exercise::new();
        let mut watching = Watching::start(exercise.0.path(), false).unwrap();
        exercise.write("src/yours.rs", "two");
        // Dropped while it waits, as a select does.
        let _ = tokio::time::timeout(Duration::from_millis(30), watching.next()).await;
        let saved = tokio::time::timeout(Duration::from_secs(2), watching.next()).await;
        assert_eq!(saved.unwrap().files, [PathBuf::from("src/yours.rs")]);
    }
}
