//! From names to the modules that define what they name.

use crate::modules::{Module, Tree};
use crate::uses::Use;
use std::path::PathBuf;

/// Re-exports of re-exports followed before a name is given up.
const DEPTH: usize = 16;

/// A module uses another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Who uses.
    pub from: Vec<String>,
    /// Who defines what is used.
    pub to: Vec<String>,
    /// The file of the use.
    pub file: PathBuf,
    /// The use itself.
    pub what: Use,
}

/// All uses among the modules of a crate.
pub fn edges(tree: &Tree) -> Vec<Edge> {
    let mut edges = Vec::new();
    for module in tree.values() {
        let names = &module.names;
        let imports = names.imports.iter().map(|import| &import.target);
        for what in imports.chain(&names.globs).chain(&names.paths) {
            let Some(to) = defining(tree, module, &what.path, 0) else { continue };
            if to.path != module.path {
                let (from, to) = (module.path.clone(), to.path.clone());
                edges.push(Edge { from, to, file: module.file.clone(), what: what.clone() });
            }
        }
    }
    edges
}

/// The module that defines what `path` names when it is read in `from`; `None` for what is not of this crate.
fn defining<'a>(tree: &'a Tree, from: &'a Module, path: &[String], depth: usize) -> Option<&'a Module> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => below(tree, tree.get(&Vec::new())?, rest, depth),
        "self" => below(tree, from, rest, depth),
        "super" => below(tree, parent(tree, from)?, rest, depth),
        _ => named(tree, from, path, depth),
    }
}

/// What `path` names inside of `at`: in a module of its own, in whatever it re-exports, or else in itself.
fn below<'a>(tree: &'a Tree, at: &'a Module, path: &[String], depth: usize) -> Option<&'a Module> {
    match path.first().map(String::as_str) {
        None | Some("self") => Some(at),
        Some("super") => below(tree, parent(tree, at)?, &path[1..], depth),
        Some(_) => named(tree, at, path, depth).or(Some(at)),
    }
}

/// What the first of these names is in `at`, where it is one of its modules or imports.
fn named<'a>(tree: &'a Tree, at: &'a Module, path: &[String], depth: usize) -> Option<&'a Module> {
    let (first, rest) = path.split_first()?;
    let child: Vec<String> = at.path.iter().chain([first]).cloned().collect();
    if let Some(child) = tree.get(&child) {
        return below(tree, child, rest, depth);
    }
    if depth == DEPTH {
        return None;
    }
    let import = at.names.imports.iter().find(|import| import.name == *first);
    if let Some(import) = import {
        // `use serde::Serialize` names nothing of ours, and `use name` would find itself again.
        let whole: Vec<String> = import.target.path.iter().chain(rest).cloned().collect();
        return if whole == path { None } else { defining(tree, at, &whole, depth + 1) };
    }
    None
}

fn parent<'a>(tree: &'a Tree, of: &Module) -> Option<&'a Module> {
    let (_, path) = of.path.split_last()?;
    tree.get(path)
}
