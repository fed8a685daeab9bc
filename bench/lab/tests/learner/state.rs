//! The record of the progress: what a newer version or a person wrote stays, and a damaged file is never overwritten.

use crate::workshop::{Said, Workshop};

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
