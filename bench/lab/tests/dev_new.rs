//! `cargo lab dev new` from outside: what it writes, what it leaves alone, and what `dev check` says of the result.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

#[path = "workshop/mod.rs"]
mod workshop;

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use workshop::{Said, Workshop};

/// A workshop of those files only that a new exercise changes.
fn workshop() -> Workshop {
    let workshop = Workshop::bare();
    for file in
        ["Cargo.toml", "services/search/Cargo.toml", "shared/variant/src/seams.rs", "bench/lab/tests/targets.rs"]
    {
        workshop.write(file, &std::fs::read_to_string(repository().join(file)).unwrap());
    }
    std::fs::create_dir_all(workshop.root().join("exercises")).unwrap();
    workshop
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

const NEW: [&str; 8] = ["dev", "new", "ch99-lamp-shade", "--service", "search", "--trap", "candle", "--json"];

#[test]
fn a_skeleton_is_written_registered_and_found_unfinished() {
    let workshop = workshop();
    let said = workshop.lab(&NEW).succeeds();
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["by_hand"], Value::Array(vec![]), "{object}");

    assert!(workshop.text("Cargo.toml").contains("ch99-lamp-shade = { path = \"exercises/ch99-lamp-shade\" }"));
    assert!(workshop.text("services/search/Cargo.toml").contains("\nch99-lamp-shade.workspace = true\n"));
    let added = |file: &str| {
        let before = std::fs::read_to_string(repository().join(file)).unwrap();
        workshop.text(file).lines().count() - before.lines().count()
    };
    assert_eq!((added("Cargo.toml"), added("services/search/Cargo.toml")), (1, 1), "nothing else lists an exercise");
    let component = object["component"].as_str().unwrap();
    assert!(component.contains("seams.rs") && component.contains("LampShade::try_from"), "{component}");
    let file = |name: &str| workshop.text(&format!("exercises/ch99-lamp-shade/{name}"));
    assert_eq!(file("src/flawed.rs"), file("src/yours.rs"));
    assert!(file("Cargo.toml").contains("name = \"lamp_shade\""));
    assert!(file("src/broken/forty_answers.rs").contains("TO DO"));

    let said = workshop.lab(&["dev", "check", "ch99-lamp-shade", "--json"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let object: Value = serde_json::from_str(&said.out).unwrap();
    let proofs = object["exercises"][0]["proofs"].as_array().unwrap();
    let proof = |claim: &str| proofs.iter().find(|proof| proof["claim"].as_str() == Some(claim)).unwrap();
    let left = proof("nothing is left to do");
    assert_eq!(left["holds"], Value::Bool(false));
    assert!(left["found"].as_str().unwrap().contains("README.md:3"), "{left}");
    assert_eq!(proof("yours.rs equals flawed.rs, byte by byte")["holds"], Value::Bool(true));
    let broken = proof("two implementations or more are broken, for --broken");
    assert_eq!((&broken["holds"], &broken["found"]), (&Value::Bool(false), &Value::from("1")));
}

#[test]
fn an_exercise_that_is_there_is_not_touched() {
    let workshop = workshop();
    workshop.lab(&NEW);
    let readme = "exercises/ch99-lamp-shade/README.md";
    workshop.write(readme, "mine");
    let (manifest, said) = (workshop.text("Cargo.toml"), workshop.lab(&NEW));
    said.refuses(2, &["is there already"]);
    assert_eq!((workshop.text(readme).as_str(), workshop.text("Cargo.toml")), ("mine", manifest));
}

#[test]
fn a_list_that_is_not_where_it_should_be_is_left_to_the_author() {
    let workshop = workshop();
    workshop.write("services/search/Cargo.toml", "# rewritten\n");
    let said = workshop.lab(&NEW);
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["by_hand"][0]["file"], "services/search/Cargo.toml");
    assert_eq!(workshop.text("services/search/Cargo.toml"), "# rewritten\n");
}

/// Compiles the skeleton within a copy of the workspace's own settings; half a minute, so by hand:
/// `cargo test --test dev_new -- --ignored`.
#[test]
#[ignore = "compiles a workspace of its own"]
fn a_skeleton_compiles_and_its_test_passes() {
    let workshop = workshop();
    workshop.lab(&NEW);
    let manifest = workshop.text("Cargo.toml");
    let manifest = manifest.replace("[\"services/*\", \"shared/*\", \"bench/*\"]", "[\"exercises/*\"]");
    let own = format!("variant = {{ path = {:?} }}", repository().join("shared/variant"));
    let manifest = manifest.replace("variant = { path = \"shared/variant\" }", &own);
    workshop.write("Cargo.toml", &manifest);
    std::fs::remove_dir_all(workshop.root().join("services")).unwrap();
    workshop.write("Cargo.lock", &std::fs::read_to_string(repository().join("Cargo.lock")).unwrap());
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut test = Command::new(cargo);
    // Warnings of the compiler, not of cargo: the profiles name packages that this workspace does not have.
    test.args(["test", "--offline"]).current_dir(workshop.root()).env("RUSTFLAGS", "-D warnings");
    Said::of(&test.output().unwrap()).succeeds();
}
