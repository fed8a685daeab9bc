//! A copy of the repository, compiled as far as the repository is, so that nobody's `yours.rs` has to be changed.
//!
//! Cargo's fingerprints know a workspace's files by their path within it and by their age. So in a copy that keeps both, only what
//! is changed afterwards is compiled again: the seam and its service, seconds instead of minutes.

use crate::workshop::Said;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Folders that are not copied, wherever they are.
const LEFT_OUT: [&str; 4] = [".git", ".lab", "target", "node_modules"];
/// Compiled files below this size are copied. Cargo writes its fingerprints in place, and through a link those of the repository
/// would change too; executables and libraries are always replaced by new files.
const SMALL: u64 = 64 * 1024;

/// The copy, with a target folder and a state folder of its own. Removed when dropped.
pub struct RepositoryCopy {
    folder: TempDir,
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

impl RepositoryCopy {
    /// Compiles what the repository lacks, then copies sources and links what is compiled.
    pub fn new() -> Self {
        let built = cargo().args(["build", "--profile", "perf", "--workspace", "--bins"]).current_dir(root()).status();
        assert!(built.unwrap().success(), "the repository does not build");
        // On the same file system as what is linked.
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = tempfile::Builder::new().prefix("learner-passes").tempdir_in(temporary).unwrap();
        replicate(root(), folder.path(), &|_, _| false);
        let compiled = temporary.parent().unwrap().join("perf");
        replicate(&compiled, &folder.path().join("target/perf"), &links);
        Self { folder }
    }

    /// What the bench says in the copy.
    pub fn lab(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(self.path("target/perf/lab"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["WORKSHOP_ROOT", "WORKSHOP_STATE", "VARIANTS", "CARGO_TARGET_DIR"] {
            command.env_remove(name);
        }
        Said::of(&command.output().unwrap())
    }

    /// A file of the copy.
    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap()
    }

    /// Saves what `from` holds as `path`, as an editor would.
    pub fn replace(&self, path: &str, from: &str) {
        fs::write(self.path(path), self.read(from)).unwrap();
    }

    /// Saves this text as `path`.
    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Whether a compiled file is linked into the copy: rustc and the linker replace what they write, but for the lists of files (`.d`).
fn links(path: &Path, size: u64) -> bool {
    path.extension() != Some(OsStr::new("d"))
        && (size >= SMALL || path.components().any(|part| part.as_os_str() == "incremental"))
}

/// Copies a folder with the age of its files, or links them where `linked` says so.
fn replicate(from: &Path, to: &Path, linked: &dyn Fn(&Path, u64) -> bool) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, place, kind) = (entry.path(), to.join(entry.file_name()), entry.file_type().unwrap());
        if kind.is_dir() && !LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            replicate(&source, &place, linked);
        } else if kind.is_file() {
            let about = entry.metadata().unwrap();
            if linked(&source, about.len()) {
                fs::hard_link(&source, &place).unwrap();
            } else {
                fs::copy(&source, &place).unwrap();
                File::options().write(true).open(&place).and_then(|file| file.set_modified(about.modified()?)).unwrap();
            }
        }
    }
}
