//! Clears away what runs left that did not end in order.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::time::{Instant, sleep};

use super::page::Page;
use super::{StopBy, gone, pages};
use crate::{StackError, Surroundings, engine};

/// How long a process may take to end when asked, before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// What was cleared away. Its text is one line, empty if there was nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// What the ended processes were.
    pub processes: Vec<String>,
    /// Names of the removed containers.
    pub containers: Vec<String>,
    /// The removed folders.
    pub folders: Vec<PathBuf>,
}

impl Swept {
    /// Was there nothing to do?
    pub fn is_empty(&self) -> bool {
        *self == Swept::default()
    }
}

impl fmt::Display for Swept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folders: Vec<_> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
        let parts = [("ended", &self.processes), ("removed container", &self.containers), ("removed", &folders)];
        let told: Vec<_> = parts
            .iter()
            .filter(|(_, things)| !things.is_empty())
            .map(|(verb, things)| format!("{verb} {}", things.join(", ")))
            .collect();
        f.write_str(&told.join("; "))
    }
}

/// Clears away what dead owners left, in the state folder of [`Surroundings::here`]. Every run begins with it.
pub async fn sweep() -> Result<Swept, StackError> {
    sweep_in(Surroundings::here().state()).await
}

/// The same in another state folder.
pub fn sweep_in(state: &Path) -> Pin<Box<dyn Future<Output = Result<Swept, StackError>> + Send + '_>> {
    // A persistent page goes when nothing of it runs any more: the machine was restarted.
    Box::pin(clear(state, |page| page.owner_is_gone() && !(page.persistent && page.lives())))
}

/// Clears every page that `is_due`. A page whose containers could not be removed is kept for the next time.
pub(super) async fn clear(state: &Path, is_due: impl Fn(&Page) -> bool) -> Result<Swept, StackError> {
    let mut swept = Swept::default();
    let folder = pages(state);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(swept) };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    if paths.is_empty() {
        return Ok(swept);
    }
    let _lock = lock(&folder).await?;
    for path in paths {
        // Another sweep may have been here while we waited for the lock.
        if !path.exists() {
            continue;
        }
        let mut page = Page::read(&path)?;
        if is_due(&page) {
            clear_page(&mut page, state, &mut swept).await;
            page.urls.clear();
            page.write(&path)?;
        }
    }
    Ok(swept)
}

async fn clear_page(page: &mut Page, state: &Path, swept: &mut Swept) {
    // The last started is the first to go: a service before the database it uses.
    for entry in page.processes.iter().rev() {
        if !gone(entry.pid, &entry.started) {
            end_process(entry.pid, &entry.started, entry.stop_by).await;
            swept.processes.push(format!("{} ({})", entry.what, entry.pid));
        }
    }
    page.processes.retain(|entry| !gone(entry.pid, &entry.started));
    let mut left = Vec::new();
    for name in std::mem::take(&mut page.containers) {
        match engine::remove(&name).await {
            Ok(true) => swept.containers.push(name),
            Ok(false) => {}
            Err(_) => left.push(name),
        }
    }
    page.containers = left;
    page.folders.retain(|folder| {
        let removed = may_be_removed(folder, state) && std::fs::remove_dir_all(folder).is_ok();
        if removed {
            swept.folders.push(folder.clone());
        }
        !removed && may_be_removed(folder, state) && folder.exists()
    });
}

/// A damaged page must not cost anybody their home folder: nothing that holds the state folder, nothing near the root.
fn may_be_removed(folder: &Path, state: &Path) -> bool {
    folder.is_absolute() && folder.components().count() > 2 && !state.starts_with(folder)
}

/// Asks a process (and its group) to end, and kills it if it does not.
async fn end_process(pid: u32, started: &str, stop_by: StopBy) {
    for (asked, timeout) in [(stop_by.signal(), STOP_TIMEOUT), (Signal::KILL, Duration::from_secs(2))] {
        signal(pid, asked);
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            if gone(pid, started) {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }
}

impl StopBy {
    pub(crate) fn signal(self) -> Signal {
        match self {
            StopBy::Term => Signal::TERM,
            StopBy::Quit => Signal::QUIT,
        }
    }
}

/// Sends a signal to the group that `pid` leads, or to the process alone if it leads none.
pub(crate) fn signal(pid: u32, signal: Signal) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
    if kill_process_group(pid, signal).is_err() {
        // An error here means that it is gone, which is what was wanted.
        let _ = kill_process(pid, signal);
    }
}

/// One sweep at a time. Polled, because two sweeps of one process would otherwise block each other for good.
async fn lock(folder: &Path) -> Result<File, StackError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(StackError::folder(&path))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(20)).await,
            Err(TryLockError::Error(error)) => return Err(StackError::folder(&path)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::may_be_removed;

    #[test]
    fn a_folder_that_holds_the_state_is_never_removed() {
        let state = Path::new("/home/ada/shop/.lab");
        assert!(may_be_removed(Path::new("/home/ada/shop/.lab/run/1"), state));
        assert!(may_be_removed(Path::new("/tmp/run-1"), state));
        assert!(!may_be_removed(Path::new("/home/ada/shop"), state));
        assert!(!may_be_removed(Path::new("/tmp"), state));
        assert!(!may_be_removed(Path::new("run"), state));
    }
}
