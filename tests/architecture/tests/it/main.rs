//! The workspace as it is: no circle among the modules of any crate, and no dependency that points the wrong way.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use architecture::{circles, crates, read, wrong_directions};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn no_modules_form_a_circle() {
    let mut found = Vec::new();
    let mut modules = 0;
    for one in crates(&root()).unwrap() {
        for file in one.roots() {
            let tree = read(&file).unwrap();
            modules += tree.len();
            found.extend(circles(&tree).iter().map(|circle| format!("{}: {circle}", one.name)));
        }
    }
    assert!(modules > 300, "only {modules} modules were read");
    let text = found.join("\n").replace(&format!("{}/", root().display()), "");
    assert!(found.is_empty(), "{} circles:\n{text}\nmove what both need into a module of its own", found.len());
}

#[test]
fn dependencies_point_from_services_to_exercises_to_shared_and_from_the_bench_to_shared() {
    let crates = crates(&root()).unwrap();
    assert!(crates.len() > 20, "only {} crates were read", crates.len());
    assert_eq!(wrong_directions(&crates), Vec::<String>::new());
}

/// Cargo reads all members before it builds any, so an image cannot be built where one is left out.
#[test]
fn docker_is_given_every_member_of_the_workspace() {
    let ignore = std::fs::read_to_string(root().join(".dockerignore")).unwrap();
    let given: Vec<&str> = ignore.lines().filter_map(|line| line.strip_prefix('!')).collect();
    for one in crates(&root()).unwrap() {
        let folder = one.folder.strip_prefix(root()).unwrap().to_owned();
        assert!(given.iter().any(|path| folder.starts_with(path)), ".dockerignore leaves out {}", folder.display());
    }
}
