//! `--json`: one object on standard output, whatever the command and however it ends.

use crate::workshop::{Said, Workshop};
use serde_json::Value;

#[test]
fn every_command_prints_one_object() {
    let workshop = Workshop::new();
    // Whatever builds ends here, with a failure that is an object too.
    let cargo = workshop.root().join("cargo");
    std::fs::write(&cargo, "#!/bin/sh\necho 'error: not today' >&2\nexit 101\n").unwrap();
    std::fs::set_permissions(&cargo, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    workshop.write("changed/exercises", "");
    std::fs::create_dir(workshop.root().join("exports")).unwrap();
    let commands: &[(&[&str], &[i32])] = &[
        (&[], &[0]),
        (&["list"], &[0]),
        (&["start", "ch01-lamp"], &[0]),
        (&["start", "next"], &[0]),
        (&["task", "ch01-lamp"], &[0]),
        (&["task", "--raw"], &[0]),
        (&["hint"], &[0]),
        (&["predict", "--p95-ratio", "0.6"], &[0]),
        (&["solution"], &[1]),
        (&["solution", "--reveal"], &[0]),
        (&["solution", "--apply"], &[0]),
        (&["reset"], &[0]),
        (&["reset"], &[0]),
        (&["notebook"], &[0]),
        (&["progress"], &[0]),
        (&["progress", "export"], &[0]),
        (&["progress", "export", "exports/ada.toml", "--name", "Ada"], &[0]),
        (&["progress", "import", "exports/ada.toml"], &[0]),
        (&["class", "collect", "exports"], &[0]),
        (&["class", "collect", "exports", "--csv"], &[0]),
        (&["report"], &[1]),
        (&["doctor"], &[0, 3]),
        (&["down"], &[0]),
        (&["observe"], &[3]),
        (&["check"], &[3]),
        (&["measure"], &[1]),
        (&["up", "--port", "0"], &[3]),
        (&["dev", "check", "ch01-lamp"], &[3]),
        (&["fetch"], &[3]),
        (&["task", "nothing"], &[2]),
        (&["nothing"], &[2]),
        (&["hint", "--depth"], &[2]),
    ];
    for (arguments, codes) in commands {
        let mut command = workshop.command(arguments);
        let said = Said::of(&command.arg("--json").env("CARGO", &cargo).output().unwrap());
        let object: Value = serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}{}", said.out, said.err));
        assert!(object.is_object(), "{arguments:?}: {object}");
        assert!(said.code.is_some_and(|code| codes.contains(&code)), "{arguments:?}: {:?} {}", said.code, said.err);
        if said.code != Some(0) && arguments != &["doctor"] {
            assert!(object["message"].is_string() && object["remedy"].is_string(), "{arguments:?}: {object}");
        }
    }
}
