//! The record of the progress: what a newer version or a person wrote stays, and a damaged file is never overwritten.

use crate::workshop::{LAMP, Said, Workshop};

#[test]
fn a_damaged_record_is_named_and_left_as_it_is_by_every_command() {
    let workshop = Workshop::new();
    let damaged = "current = \"ch01-lamp\"\n<<<<<<< mine\n[exercise.ch01-lamp]\n";
    workshop.remember(damaged);
    for arguments in [
        &[][..],
        &["list"],
        &["start", "ch01-lamp"],
        &["hint", "1", "ch01-lamp"],
        &["predict", "ch01-lamp", "--p95-ratio", "0.5"],
        &["solution", "ch01-lamp", "--reveal"],
        &["notebook"],
        &["progress"],
        &["progress", "export", "-"],
    ] {
        workshop.lab(arguments).refuses(3, &["state.toml:2 is damaged", "conflict markers", "nothing was overwritten"]);
        assert_eq!(workshop.state(), damaged, "{arguments:?}");
    }
}

#[test]
fn keys_and_exercises_that_are_unknown_stay() {
    let workshop = Workshop::new();
    workshop.remember("theme = \"dark\"\n[exercise.ch99-gone]\nhints = 2\n[exercise.ch01-lamp]\nmood = \"good\"\n");
    workshop.lab(&["start", "ch01-lamp"]).succeeds();
    workshop.lab(&["hint"]).succeeds();
    let state: toml::Table = workshop.state().parse().unwrap();
    assert_eq!(state["theme"].as_str(), Some("dark"));
    assert_eq!(state["exercise"]["ch99-gone"]["hints"].as_integer(), Some(2));
    assert_eq!(state["exercise"]["ch01-lamp"]["mood"].as_str(), Some("good"));
    assert_eq!(state["exercise"]["ch01-lamp"]["hints"].as_integer(), Some(1));
}

#[test]
fn the_record_carries_nothing_of_the_machine() {
    let workshop = Workshop::new();
    workshop.lab(&["start", "ch01-lamp"]).succeeds();
    workshop.lab(&["predict", "--p95-ratio", "0.6"]).succeeds();
    assert!(!workshop.state().contains(&workshop.root().display().to_string()), "{}", workshop.state());
}

#[test]
fn a_record_made_elsewhere_is_added_and_the_one_before_is_kept() {
    let (here, there) = (Workshop::new(), Workshop::new());
    here.lab(&["hint", "2", "ch01-lamp"]).succeeds();
    there.lab(&["hint", "1", "ch02-clock"]).succeeds();
    let exported = there.lab(&["progress", "export", "-"]).succeeds().out;
    here.write("theirs.toml", &exported);
    let said = here.lab(&["progress", "import", "theirs.toml"]).succeeds();
    assert!(said.out.contains("added to: ch02-clock"), "{}", said.out);
    assert!(here.lab(&["progress", "import", "theirs.toml"]).succeeds().out.contains("nothing new"));
    let state: toml::Table = here.state().parse().unwrap();
    assert_eq!(state["exercise"]["ch01-lamp"]["hints"].as_integer(), Some(2));
    assert_eq!(state["exercise"]["ch02-clock"]["hints"].as_integer(), Some(1));
    assert!(state.get("exported").is_none(), "{state}");
    let kept = std::fs::read_dir(here.root().join("state/backups")).unwrap().count();
    assert!(kept >= 1);
}

#[test]
fn a_private_state_folder_whose_path_has_a_space_does_as_well() {
    let workshop = Workshop::new();
    let folder = workshop.root().join("my own/state");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    let lab = |arguments: &[&str]| {
        Said::of(&workshop.command(arguments).env("WORKSHOP_STATE", &folder).output().unwrap()).succeeds()
    };
    lab(&["start", "ch01-lamp"]);
    let said = lab(&["reset"]);
    assert!(said.out.contains("my own/state/backups"), "{}", said.out);
    assert!(lab(&[]).out.contains("ch01-lamp"));
}

#[test]
fn a_record_under_an_old_id_is_there_under_the_new_one_and_exported_so() {
    let workshop = Workshop::new();
    workshop.exercise("ch06-product-pages", &LAMP.replace("ch01-lamp", "ch06-product-pages"));
    workshop.remember(
        "current = \"ch06-stampede\"\n[exercise.ch06-stampede]\nhints = 2\npassed = \"2026-11-23T05:00:00Z\"\n",
    );
    workshop.write("state/notebook.md", "## 2026-11-23T05:00:00Z · ch06-stampede\n");
    workshop.write(
        "state/runs/20261123-050000-ch06-stampede.json",
        "{\"exercise\": \"ch06-stampede\", \"verdict\": \"pass\"}",
    );
    assert!(workshop.lab(&[]).succeeds().out.starts_with("ch06-product-pages"));
    assert!(workshop.text("state/notebook.md").contains("· ch06-product-pages"));
    workshop.lab(&["report"]).succeeds();
    let exported = workshop.lab(&["progress", "export", "-"]).succeeds().out;
    assert!(exported.contains("[exercise.ch06-product-pages]") && !exported.contains("stampede"), "{exported}");

    let there = Workshop::new();
    there.write("old.toml", "learner = \"Ada\"\n[exercise.ch06-stampede]\nhints = 3\n");
    let said = there.lab(&["progress", "import", "old.toml"]).succeeds();
    assert!(said.out.contains("added to: ch06-product-pages"), "{}", said.out);
    workshop.write(
        "class/ada.toml",
        "learner = \"Ada\"\ncurrent = \"ch06-stampede\"\n[exercise.ch06-stampede]\nhints = 3\n",
    );
    let said = workshop.lab(&["--json", "class", "collect", "class"]).succeeds();
    let class: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(class["learners"][0]["exercises"]["ch06-product-pages"]["hints"], 3, "{class}");
}

#[test]
fn what_an_exercise_is_about_is_said_after_passing_and_not_before() {
    let workshop = Workshop::new();
    let lamp = LAMP.replace("reading = ", "topics = [\"incandescence\", \"light\"]\nreading = ");
    workshop.exercise("ch01-lamp", &lamp);
    let said = |arguments: &[&str]| workshop.lab(arguments).succeeds().out;
    let before = said(&["start", "ch01-lamp"]) + &said(&["task"]) + &said(&[]) + &said(&["list"]) + &said(&["--json"]);
    assert!(!before.contains("incandescence"), "{before}");
    workshop.remember("current = \"ch01-lamp\"\n[exercise.ch01-lamp]\npassed = \"2026-11-23T05:00:00Z\"\n");
    assert!(said(&[]).contains("it was about incandescence, light"));
}
