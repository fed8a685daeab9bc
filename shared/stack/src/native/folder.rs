//! The throw-away folder of one start: data, logs, settings of all its servers.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::user;
use crate::{Ledger, StackError};

/// A folder that goes when its handle does.
pub(super) struct RunFolder {
    path: PathBuf,
    ledger: Ledger,
    released: bool,
}

impl RunFolder {
    /// Creates `<state>/run/<pid>-<random>`, or one in the temporary directory where other users cannot reach the state
    /// folder: started by root, Postgres runs as another user.
    pub(super) fn create(state: &Path, ledger: &Ledger) -> Result<Self, StackError> {
        let state = std::path::absolute(state).map_err(StackError::folder(state))?;
        std::fs::create_dir_all(&state).map_err(StackError::folder(&state))?;
        let parent = if !user::is_root() || others_reach(&state) {
            state.join("run")
        } else {
            std::env::temp_dir().join("workshop-run")
        };
        let id = uuid::Uuid::new_v4().simple().to_string();
        let path = parent.join(format!("{}-{}", std::process::id(), &id[..8]));
        ledger.folder(&path)?;
        let folder = RunFolder { path, ledger: ledger.clone(), released: false };
        folder.sub("")?;
        std::fs::set_permissions(&parent, std::fs::Permissions::from_mode(0o755))
            .map_err(StackError::folder(&parent))?;
        std::fs::set_permissions(&folder.path, std::fs::Permissions::from_mode(0o755))
            .map_err(StackError::folder(&folder.path))?;
        Ok(folder)
    }

    /// A folder inside it, created.
    pub(super) fn sub(&self, name: &str) -> Result<PathBuf, StackError> {
        let path = self.path.join(name);
        std::fs::create_dir_all(&path).map_err(StackError::folder(&path))?;
        Ok(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn remove(mut self) -> Result<(), StackError> {
        self.released = true;
        std::fs::remove_dir_all(&self.path).map_err(StackError::folder(&self.path))?;
        self.ledger.forget_folder(&self.path)
    }

    /// Leaves it there.
    pub(super) fn release(mut self) {
        self.released = true;
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // On failure the page keeps the folder, and the next sweep tries again.
        if !self.released && std::fs::remove_dir_all(&self.path).is_ok() {
            let _ = self.ledger.forget_folder(&self.path);
        }
    }
}

/// May every user walk to this folder?
fn others_reach(folder: &Path) -> bool {
    folder.ancestors().all(|part| std::fs::metadata(part).is_ok_and(|data| data.permissions().mode() & 0o001 != 0))
}
