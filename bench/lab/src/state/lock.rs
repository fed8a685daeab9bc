//! One bench at a time: two would measure each other.

use crate::exit::Failure;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

/// Held while the bench runs. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct BenchLock {
    _file: File,
}

impl BenchLock {
    /// Takes the lock in the state folder.
    ///
    /// # Errors
    /// Exit 3 when another bench holds it (named with its process id and command), or the file cannot be written.
    pub fn take(folder: &Path, command: &str) -> Result<Self, Failure> {
        let path = folder.join("bench.lock");
        // Not truncated when opened: until the lock is ours, the content is the other's.
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(Failure::file("opened", &path))?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut who = String::new();
            let _ = file.read_to_string(&mut who);
            return Err(Failure::unfit(format!("another bench is running: {}", who.trim()))
                .remedy("wait for it or stop it (two at once would measure each other), then the same command again"));
        }
        let text = format!("process {}, {command}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(Failure::file("written", &path))?;
        Ok(Self { _file: file })
    }

    /// Who holds it, if anybody does: process and command.
    pub fn holder(folder: &Path) -> Option<String> {
        let mut file = File::open(folder.join("bench.lock")).ok()?;
        if flock(&file, FlockOperation::NonBlockingLockShared).is_ok() {
            return None;
        }
        let mut who = String::new();
        file.read_to_string(&mut who).ok()?;
        Some(who.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::BenchLock;

    #[test]
    fn the_second_bench_is_told_who_runs_and_may_start_when_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = BenchLock::take(folder.path(), "measure ch01").unwrap();
        let refused = BenchLock::take(folder.path(), "check ch01").unwrap_err();
        assert!(refused.message.contains("measure ch01"), "{refused}");
        assert!(refused.message.contains(&std::process::id().to_string()), "{refused}");
        assert!(BenchLock::holder(folder.path()).is_some_and(|who| who.contains("measure ch01")));
        drop(first);
        assert_eq!(BenchLock::holder(folder.path()), None);
        assert!(BenchLock::take(folder.path(), "check ch01").is_ok());
    }
}
