//! The modules of a crate, read from its files.

use crate::uses::{Names, attributes, is_test};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::Item;

/// One module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its path from the crate's root, which is empty.
    pub path: Vec<String>,
    /// The file it stands in.
    pub file: PathBuf,
    pub(crate) names: Names,
}

/// All modules of a crate by their paths.
pub type Tree = BTreeMap<Vec<String>, Module>;

/// Reads a crate from its root file, `lib.rs` or `main.rs`.
///
/// # Errors
/// When a file is missing or is not Rust.
pub fn read(root: &Path) -> Result<Tree> {
    let mut tree = Tree::new();
    let folder = root.parent().unwrap_or(Path::new(""));
    add_file(&mut tree, Vec::new(), root, folder)?;
    Ok(tree)
}

/// `below` is the folder in which the module's own modules are.
fn add_file(tree: &mut Tree, path: Vec<String>, file: &Path, below: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let items = syn::parse_file(&text).with_context(|| format!("parsing {}", file.display()))?.items;
    add(tree, path, file, below, &items)
}

fn add(tree: &mut Tree, path: Vec<String>, file: &Path, below: &Path, items: &[Item]) -> Result<()> {
    let mut names = Names::default();
    for item in items.iter().filter(|item| !is_test(attributes(item))) {
        let Item::Mod(module) = item else {
            names.add(item);
            continue;
        };
        let name = module.ident.to_string();
        let inner: Vec<String> = path.iter().cloned().chain([name.clone()]).collect();
        let folder = below.join(&name);
        match &module.content {
            Some((_, items)) => add(tree, inner, file, &folder, items)?,
            None => {
                let beside = below.join(format!("{name}.rs"));
                let found = if beside.is_file() { beside } else { folder.join("mod.rs") };
                add_file(tree, inner, &found, &folder)?;
            }
        }
    }
    tree.insert(path.clone(), Module { path, file: file.to_owned(), names });
    Ok(())
}
