//! The record of what a run started, so that the next run can clear away what a killed one left behind.
//!
//! Each process that starts something keeps one page, `<state>/ledger/<pid>-<start>.toml`, written before (folders,
//! containers) or right after (processes) each start. An orderly end removes the page. [`sweep()`] looks at every page
//! whose owner is dead: it ends the processes, and removes the containers and folders listed there. A page marked
//! persistent (`cargo lab up`) outlives its owner until [`stop_persistent`].

mod identity;
mod page;
mod persistent;
mod sweep;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

pub(crate) use identity::gone;
use page::{Entry, Page};
pub use persistent::{Persistent, persistent, persistent_in, stop_persistent, stop_persistent_in};
pub(crate) use sweep::signal;
pub use sweep::{Swept, sweep, sweep_in};

use crate::{StackError, Surroundings};

/// How a process is asked to end, before it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StopBy {
    /// SIGTERM, which nearly everything understands.
    Term,
    /// SIGQUIT: Postgres drops its clients and ends at once, taking its own children along.
    Quit,
}

/// This process's page. Clones write to the same one.
#[derive(Clone, Debug)]
pub struct Ledger {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    page: Mutex<Page>,
}

/// The pages this process holds open, one for each state folder: a second `open` joins the first.
static OPEN: Mutex<Vec<(PathBuf, Weak<Inner>)>> = Mutex::new(Vec::new());

impl Ledger {
    /// The page of this process in the state folder of [`Surroundings::here`].
    pub fn open() -> Result<Self, StackError> {
        Self::open_in(Surroundings::here().state())
    }

    /// The page of this process in another state folder.
    pub fn open_in(state: &Path) -> Result<Self, StackError> {
        let folder = pages(state);
        std::fs::create_dir_all(&folder).map_err(StackError::folder(&folder))?;
        let mut open = locked(&OPEN);
        open.retain(|(_, inner)| inner.strong_count() > 0);
        if let Some(inner) = open.iter().find(|(of, _)| *of == folder).and_then(|(_, inner)| inner.upgrade()) {
            return Ok(Ledger { inner });
        }
        let pid = std::process::id();
        let started = identity::started(pid).unwrap_or_default();
        let path = folder.join(format!("{pid}-{started}.toml"));
        // A process that detached its servers may open its page again: then it goes on where it was.
        let page = Page::read(&path).unwrap_or_else(|_| Page::of(pid, started));
        let inner = Arc::new(Inner { path, page: Mutex::new(page) });
        open.push((folder, Arc::downgrade(&inner)));
        Ok(Ledger { inner })
    }

    /// Records a process that was just started; its whole process group, if it leads one, is ended with it.
    pub fn process(&self, pid: u32, what: &str) -> Result<(), StackError> {
        self.process_stopped_by(pid, what, StopBy::Term)
    }

    /// Records a process that wants another signal than SIGTERM.
    pub fn process_stopped_by(&self, pid: u32, what: &str, stop_by: StopBy) -> Result<(), StackError> {
        // One that is gone already needs no record.
        let Some(started) = identity::started(pid) else { return Ok(()) };
        self.change(|page| page.processes.push(Entry { pid, started, what: what.to_owned(), stop_by }))
    }

    /// Records a folder that is about to be created, and is to go with everything in it.
    pub fn folder(&self, path: &Path) -> Result<(), StackError> {
        let path = std::path::absolute(path).map_err(StackError::folder(path))?;
        self.change(|page| page.folders.push(path))
    }

    /// Records a container that is about to be created, by its name (or its id).
    pub fn container(&self, name: &str) -> Result<(), StackError> {
        self.change(|page| page.containers.push(name.to_owned()))
    }

    /// This process has ended in order.
    pub fn forget_process(&self, pid: u32) -> Result<(), StackError> {
        self.change(|page| page.processes.retain(|entry| entry.pid != pid))
    }

    /// This folder is gone.
    pub fn forget_folder(&self, path: &Path) -> Result<(), StackError> {
        self.change(|page| page.folders.retain(|folder| folder != path))
    }

    /// This container is gone.
    pub fn forget_container(&self, name: &str) -> Result<(), StackError> {
        self.change(|page| page.containers.retain(|container| container != name))
    }

    /// Lets everything on this page outlive its owner, until [`stop_persistent`]. `urls` (name and URL) are kept beside
    /// it, for whoever wants to join.
    pub fn persist(&self, urls: &[(&str, &str)]) -> Result<(), StackError> {
        self.change(|page| {
            page.persistent = true;
            page.urls.extend(urls.iter().map(|(name, url)| ((*name).to_owned(), (*url).to_owned())));
        })
    }

    /// Everything has ended in order: removes the page, unless it is persistent. An empty page removes itself, so this
    /// is for those who do not take their entries back one by one.
    pub fn finish(self) -> Result<(), StackError> {
        self.change(|page| {
            if !page.persistent {
                page.clear();
            }
        })
    }

    fn change(&self, change: impl FnOnce(&mut Page)) -> Result<(), StackError> {
        let mut page = locked(&self.inner.page);
        change(&mut page);
        page.write(&self.inner.path)
    }
}

/// The folder of the pages.
fn pages(state: &Path) -> PathBuf {
    state.join("ledger")
}

/// A lock that a panicking test cannot poison for those who clean up.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
