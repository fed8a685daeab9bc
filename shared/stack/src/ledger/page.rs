//! One page of the ledger: a TOML file that a person can read too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{StopBy, identity};
use crate::StackError;

/// A process that was started.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) pid: u32,
    pub(super) started: String,
    pub(super) what: String,
    pub(super) stop_by: StopBy,
}

/// Everything one process started and has not stopped yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub(super) owner: u32,
    pub(super) owner_started: String,
    #[serde(default)]
    pub(super) persistent: bool,
    #[serde(default)]
    pub(super) folders: Vec<PathBuf>,
    #[serde(default)]
    pub(super) containers: Vec<String>,
    #[serde(default)]
    pub(super) urls: BTreeMap<String, String>,
    #[serde(default, rename = "process")]
    pub(super) processes: Vec<Entry>,
}

impl Page {
    pub(super) fn of(owner: u32, owner_started: String) -> Self {
        Page {
            owner,
            owner_started,
            persistent: false,
            folders: Vec::new(),
            containers: Vec::new(),
            urls: BTreeMap::new(),
            processes: Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Page::of(self.owner, std::mem::take(&mut self.owner_started));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.processes.is_empty() && self.containers.is_empty() && self.folders.is_empty()
    }

    pub(super) fn owner_is_gone(&self) -> bool {
        identity::gone(self.owner, &self.owner_started)
    }

    /// Is anything on the page still running? Containers are taken at their word: asking Docker is the sweep's job.
    pub(super) fn lives(&self) -> bool {
        !self.containers.is_empty() || self.processes.iter().any(|entry| !identity::gone(entry.pid, &entry.started))
    }

    pub(super) fn read(path: &Path) -> Result<Self, StackError> {
        let text = std::fs::read_to_string(path).map_err(StackError::folder(path))?;
        toml::from_str(&text)
            .map_err(|error| StackError::Ledger { path: path.to_owned(), why: error.message().to_owned() })
    }

    /// Writes the page whole or not at all (a new file takes the place of the old one); an empty page is removed.
    pub(super) fn write(&self, path: &Path) -> Result<(), StackError> {
        if self.is_empty() {
            return match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StackError::folder(path)(error)),
                _ => Ok(()),
            };
        }
        let text = toml::to_string(self)
            .map_err(|error| StackError::Ledger { path: path.to_owned(), why: error.to_string() })?;
        let fresh = path.with_extension("new");
        std::fs::write(&fresh, text).map_err(StackError::folder(&fresh))?;
        std::fs::rename(&fresh, path).map_err(StackError::folder(path))
    }
}
