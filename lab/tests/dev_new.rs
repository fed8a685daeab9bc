//! `cargo lab dev new` from outside: what it writes, what it leaves alone, and what `dev check` says of the result.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A workshop of those files only that a new exercise changes. Cleared when dropped.
struct Workshop {
    folder: TempDir,
}

impl Workshop {
    fn new() -> Self {
        let workshop = Self { folder: tempfile::tempdir().unwrap() };
        for file in ["Cargo.toml", "services/search/Cargo.toml", "shared/variant/src/seams.rs", "lab/tests/targets.rs"]
        {
            let to = workshop.path(file);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(repository().join(file), to).unwrap();
        }
        std::fs::create_dir_all(workshop.path("exercises")).unwrap();
        workshop
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn lab(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("WORKSHOP_ROOT");
        command.env("WORKSHOP_STATE", self.path("state")).output().unwrap()
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

const NEW: [&str; 8] = ["dev", "new", "ch99-lamp-shade", "--service", "search", "--trap", "candle", "--json"];

#[test]
fn a_skeleton_is_written_registered_and_found_unfinished() {
    let workshop = Workshop::new();
    let said = workshop.lab(&NEW);
    assert_eq!(said.status.code(), Some(0), "{}", String::from_utf8_lossy(&said.stderr));
    let object: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(object["by_hand"], Value::Array(vec![]), "{object}");

    assert!(workshop.text("Cargo.toml").contains("ch99-lamp-shade = { path = \"exercises/ch99-lamp-shade\" }"));
    assert!(workshop.text("services/search/Cargo.toml").contains("\nch99-lamp-shade.workspace = true\n"));
    let seams = workshop.text("shared/variant/src/seams.rs");
    assert!(seams.contains("    Seam { id: \"ch99-lamp-shade\", traps: &[\"candle\"] },\n];"), "{seams}");
    let tests = workshop.text("lab/tests/targets.rs");
    assert!(
        tests.contains("lamp_shade_with_candle_misses_what_it_should: \"ch99-lamp-shade\", \"trap:candle\";"),
        "{tests}"
    );
    let file = |name: &str| workshop.text(&format!("exercises/ch99-lamp-shade/{name}"));
    assert_eq!(file("src/flawed.rs"), file("src/yours.rs"));
    assert!(file("Cargo.toml").contains("name = \"lamp_shade\""));

    let said = workshop.lab(&["dev", "check", "ch99-lamp-shade", "--json"]);
    assert_eq!(said.status.code(), Some(1), "{}", String::from_utf8_lossy(&said.stderr));
    let object: Value = serde_json::from_slice(&said.stdout).unwrap();
    let proofs = object["exercises"][0]["proofs"].as_array().unwrap();
    let proof = |claim: &str| proofs.iter().find(|proof| proof["claim"].as_str() == Some(claim)).unwrap();
    let left = proof("nothing is left to do");
    assert_eq!(left["holds"], Value::Bool(false));
    assert!(left["found"].as_str().unwrap().contains("README.md:3"), "{left}");
    assert_eq!(proof("yours.rs equals flawed.rs, byte by byte")["holds"], Value::Bool(true));
}

#[test]
fn an_exercise_that_is_there_is_not_touched() {
    let workshop = Workshop::new();
    workshop.lab(&NEW);
    let readme = workshop.path("exercises/ch99-lamp-shade/README.md");
    std::fs::write(&readme, "mine").unwrap();
    let (seams, said) = (workshop.text("shared/variant/src/seams.rs"), workshop.lab(&NEW));
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("is there already"));
    assert_eq!(
        (std::fs::read_to_string(readme).unwrap().as_str(), workshop.text("shared/variant/src/seams.rs")),
        ("mine", seams)
    );
}

#[test]
fn a_list_that_is_not_where_it_should_be_is_left_to_the_author() {
    let workshop = Workshop::new();
    std::fs::write(workshop.path("lab/tests/targets.rs"), "// rewritten\n").unwrap();
    let said = workshop.lab(&NEW);
    let object: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(object["by_hand"][0]["file"], "lab/tests/targets.rs");
    assert_eq!(workshop.text("lab/tests/targets.rs"), "// rewritten\n");
}

/// Compiles the skeleton within a copy of the workspace's own settings; half a minute, so by hand:
/// `cargo test --test dev_new -- --ignored`.
#[test]
#[ignore = "compiles a workspace of its own"]
fn a_skeleton_compiles_and_its_test_passes() {
    let workshop = Workshop::new();
    workshop.lab(&NEW);
    let manifest = workshop.text("Cargo.toml");
    let manifest =
        manifest.replace("\"services/*\", \"shared/*\", ", "\"shared/variant\", ").replace(", \"lab\"]", "]");
    let own = format!("variant = {{ path = {:?} }}", repository().join("shared/variant"));
    let manifest =
        manifest.replace("variant = { path = \"shared/variant\" }", &own).replace("\"shared/variant\", ", "");
    std::fs::write(workshop.path("Cargo.toml"), manifest).unwrap();
    std::fs::remove_dir_all(workshop.path("services")).unwrap();
    std::fs::copy(repository().join("Cargo.lock"), workshop.path("Cargo.lock")).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tested = Command::new(cargo).args(["test", "--offline"]).current_dir(workshop.folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&tested.stderr);
    assert!(tested.status.success() && !said.contains("warning:"), "{said}");
}
