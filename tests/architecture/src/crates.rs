//! The crates of the workspace, and who may depend on whom.

use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use toml::Table;

/// The areas in which crates are looked for, and on which areas each may depend: services → exercises → shared, bench → shared,
/// tests → shared.
const MAY: [(&str, &[&str]); 5] = [
    ("services", &["exercises", "shared"]),
    ("exercises", &["shared"]),
    ("bench", &["bench", "shared"]),
    ("shared", &["shared"]),
    ("tests", &["shared"]),
];

/// One crate of ours.
#[derive(Clone, Debug)]
pub struct Crate {
    /// The package's name.
    pub name: String,
    /// Where it stands: `services`, `exercises`, `bench`, `shared` or `tests`.
    pub area: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What it is made from; its tests' needs are left out.
    pub dependencies: Vec<String>,
    /// What its tests need beyond that.
    pub for_tests: Vec<String>,
}

impl Crate {
    /// The files that begin a crate of their own: library and program.
    pub fn roots(&self) -> Vec<PathBuf> {
        let roots = ["src/lib.rs", "src/main.rs"].map(|root| self.folder.join(root));
        roots.into_iter().filter(|root| root.is_file()).collect()
    }
}

/// Every crate of the workspace at `root`.
///
/// # Errors
/// When a folder or a `Cargo.toml` cannot be read.
pub fn crates(root: &Path) -> Result<Vec<Crate>> {
    let mut crates = Vec::new();
    for (area, _) in MAY {
        let folder = root.join(area);
        let entries = std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        for folder in folders {
            let manifest = folder.join("Cargo.toml");
            if manifest.is_file() {
                let text = std::fs::read_to_string(&manifest)?;
                crates.push(of(area, folder, &text).with_context(|| format!("reading {}", manifest.display()))?);
            }
        }
    }
    Ok(crates)
}

fn of(area: &str, folder: PathBuf, manifest: &str) -> Result<Crate> {
    let manifest: Table = toml::from_str(manifest)?;
    let keys = |table: &str| -> Vec<String> {
        manifest.get(table).and_then(|one| one.as_table()).map_or_else(Vec::new, |one| one.keys().cloned().collect())
    };
    let name = manifest["package"]["name"].as_str().context("a package has a name")?.to_owned();
    let dependencies = [keys("dependencies"), keys("build-dependencies")].concat();
    Ok(Crate { name, area: area.to_owned(), folder, dependencies, for_tests: keys("dev-dependencies") })
}

/// What points the wrong way, one sentence each. A service's tests may start another service in their process.
pub fn wrong_directions(crates: &[Crate]) -> Vec<String> {
    let mut wrong = Vec::new();
    for one in crates {
        let may = MAY.iter().find(|(area, _)| *area == one.area).map_or(&[][..], |(_, may)| may);
        for (name, tests) in
            one.dependencies.iter().map(|name| (name, false)).chain(one.for_tests.iter().map(|name| (name, true)))
        {
            let Some(other) = crates.iter().find(|other| other.name == *name) else { continue };
            let allowed =
                may.contains(&other.area.as_str()) || (tests && one.area == "services" && other.area == "services");
            if !allowed {
                let manifest = one.folder.join("Cargo.toml");
                wrong.push(format!("{}: {} must not depend on {}", manifest.display(), one.name, other.name));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{of, wrong_directions};

    #[test]
    fn a_dependency_that_points_the_wrong_way_is_named() {
        let one = |area: &str, name: &str, lines: &str| {
            of(area, format!("{area}/{name}").into(), &format!("[package]\nname = \"{name}\"\n{lines}")).unwrap()
        };
        let shop = one("services", "shop", "[dependencies]\nlamp = {}\n[dev-dependencies]\ncafe = {}\n");
        let cafe = one("services", "cafe", "[dependencies]\nlamp = {}\nserde = \"1\"\n");
        let lamp = one("exercises", "lamp", "[dependencies]\nwire = {}\n");
        let wire = one("shared", "wire", "");
        let all = [shop, cafe, lamp, wire];
        assert!(wrong_directions(&all).is_empty());
        let mut wrong = all;
        wrong[2].dependencies.push("shop".to_owned());
        wrong[3].for_tests.push("lamp".to_owned());
        let expected = [
            "exercises/lamp/Cargo.toml: lamp must not depend on shop",
            "shared/wire/Cargo.toml: wire must not depend on lamp",
        ];
        assert_eq!(wrong_directions(&wrong), expected);
    }
}
