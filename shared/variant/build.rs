//! Writes the list of seams and stories that `VARIANTS` may name.
//!
//! A seam is a folder under `exercises/` that the root's `[workspace.dependencies]` name; a folder that nobody depends on is not
//! looked at, so a copy, an empty one or a broken one stops nobody else. Its traps are the files of `src/traps`. A story is a
//! folder whose `exercise.toml` has a `[story]`.
//!
//! Everything that is built depends on this crate, so a change here compiles all services again. Cargo looks at the age of files,
//! not at what they say. So none of them is an `exercise.toml`, in which authors try one number after another: the list is made
//! again for the root's manifest and for a list of modules (`traps/mod.rs`). `cargo lab dev check` says when an `exercise.toml` has
//! other traps or seams than are listed here.

use std::path::{Path, PathBuf};
use std::{env, fs, io};
use toml::Table;

fn main() -> io::Result<()> {
    let root = root();
    let manifest = root.join("Cargo.toml");
    println!("cargo::rerun-if-changed={}", manifest.display());
    println!("cargo::rerun-if-changed=build.rs");
    let manifest: Table = fs::read_to_string(&manifest)?.parse().map_err(io::Error::other)?;
    let mut text = String::from("/// Every seam there is.\npub const SEAMS: &[Seam] = &[\n");
    for (id, folder) in seams(&manifest, &root) {
        let (traps, broken) = (modules(&folder.join("src/traps")), modules(&folder.join("src/broken")));
        text.push_str(&format!("    Seam {{ id: {id:?}, traps: &{traps:?}, broken: &{broken:?} }},\n"));
    }
    text.push_str("];\n\n/// Every story there is.\npub const STORIES: &[Story] = &[\n");
    for (id, seams) in stories(&root.join("exercises")) {
        text.push_str(&format!("    Story {{ id: {id:?}, seams: &{seams:?} }},\n"));
    }
    text.push_str("];\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("seams.rs"), text)
}

fn root() -> PathBuf {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    here.ancestors().nth(2).map_or_else(|| here.clone(), Path::to_owned)
}

/// The dependencies of the workspace that lie under `exercises/`, by name.
fn seams(manifest: &Table, root: &Path) -> Vec<(String, PathBuf)> {
    let dependencies = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies")?.as_table());
    let path = |value: &toml::Value| value.get("path")?.as_str().map(str::to_owned);
    let paths = dependencies.into_iter().flatten().filter_map(|(id, value)| Some((id.clone(), path(value)?)));
    let under = paths.filter(|(_, path)| path.starts_with("exercises/"));
    let mut seams: Vec<(String, PathBuf)> = under.map(|(id, path)| (id, root.join(path))).collect();
    seams.sort();
    seams
}

/// The names of the modules in a folder, as `VARIANTS` spells them.
fn modules(folder: &Path) -> Vec<String> {
    let list = folder.join("mod.rs");
    if !list.is_file() {
        return Vec::new();
    }
    println!("cargo::rerun-if-changed={}", list.display());
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let names = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.replace('_', "-")));
    let mut names: Vec<String> = names.filter(|name| name != "mod").collect();
    names.sort();
    names
}

/// The stories with their seams. An `exercise.toml` that cannot be read is none: `cargo lab` says what is wrong with it.
fn stories(exercises: &Path) -> Vec<(String, Vec<String>)> {
    let mut stories = Vec::new();
    for folder in fs::read_dir(exercises).into_iter().flatten().flatten() {
        let path = folder.path().join("exercise.toml");
        let Some(exercise) = fs::read_to_string(&path).ok().and_then(|text| text.parse::<Table>().ok()) else {
            continue;
        };
        let Some(seams) = exercise.get("story").and_then(|story| story.get("seams")?.as_array()) else { continue };
        let id = folder.file_name().to_string_lossy().into_owned();
        if exercise.get("id").and_then(|id| id.as_str()) == Some(&id) {
            stories.push((id, seams.iter().filter_map(|seam| Some(seam.as_str()?.to_owned())).collect()));
        }
    }
    stories.sort();
    stories
}
