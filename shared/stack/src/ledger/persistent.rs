//! What was started to stay: `cargo lab up`, until `cargo lab down`.

use std::collections::BTreeMap;
use std::path::Path;

use super::page::Page;
use super::sweep::clear;
use super::{Swept, pages};
use crate::{StackError, Surroundings};

/// Something that runs on after its starter ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persistent {
    /// The URLs it was recorded with, by name: `DATABASE_URL` and so on for the servers, others as their starter named
    /// them.
    pub urls: BTreeMap<String, String>,
    /// What runs: name and pid of each process.
    pub processes: Vec<(String, u32)>,
}

/// What is up on this machine, if anything, by the state folder of [`Surroundings::here`].
pub fn persistent() -> Result<Option<Persistent>, StackError> {
    persistent_in(Surroundings::here().state())
}

/// The same in another state folder.
pub fn persistent_in(state: &Path) -> Result<Option<Persistent>, StackError> {
    for entry in std::fs::read_dir(pages(state)).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        // A page can vanish between listing and reading: its run has just ended.
        let Ok(page) = Page::read(&path) else { continue };
        if page.persistent && page.lives() {
            let processes = page.processes.into_iter().map(|entry| (entry.what, entry.pid)).collect();
            return Ok(Some(Persistent { urls: page.urls, processes }));
        }
    }
    Ok(None)
}

/// Ends everything persistent. Services should have been recorded after the servers they use: the last comes first.
pub async fn stop_persistent() -> Result<Swept, StackError> {
    stop_persistent_in(Surroundings::here().state()).await
}

/// The same in another state folder.
pub async fn stop_persistent_in(state: &Path) -> Result<Swept, StackError> {
    clear(state, |page| page.persistent).await
}
