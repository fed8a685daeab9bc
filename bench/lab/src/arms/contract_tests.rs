//! The tests of a seam's contract, as a program that looks at one implementation alone.

use super::build::{Binaries, Program};
use super::group::Group;
use super::shop::programs_for;
use super::test_bed::TestBed;
use crate::exercise::{Exercise, tests_target};
use crate::exit::Failure;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// Its tests stand in this module; those of other modules are about the reference fix and the traps.
const MODULE: &str = "contract::";
/// They take seconds. One that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(60);

/// What the program said.
pub enum Said {
    /// All of it, when it had ended.
    All {
        /// Whether every test passed.
        passed: bool,
        /// Standard output, with the libtest harness's words.
        out: String,
        /// Standard error.
        err: String,
    },
    /// It had not ended after so long.
    Nothing(Duration),
}

/// The tests of an exercise, to be built; nothing where it has none.
#[must_use]
pub fn contract_tests(exercise: &Exercise) -> Option<Program> {
    let name = tests_target(&exercise.id);
    exercise.folder.join("tests").join(&name).join("main.rs").is_file().then_some(Program::Tests(name))
}

/// The programs an exercise's run starts, and the tests of its contract.
#[must_use]
pub fn programs_and_tests(exercise: &Exercise) -> Vec<Program> {
    programs_for(exercise).into_iter().chain(contract_tests(exercise)).collect()
}

/// Runs the contract's tests for one implementation: all of them, or the one named. `None` where they were not built.
///
/// # Errors
/// Exit 3 when the program cannot be run.
pub async fn run_contract_tests(
    exercise: &Exercise,
    implementation: &str,
    only: Option<&str>,
    binaries: &Binaries,
    test_bed: &TestBed,
) -> Result<Option<Said>, Failure> {
    let Some(program) = binaries.get(&tests_target(&exercise.id)) else { return Ok(None) };
    let mut command = Command::new(program);
    match only {
        Some(test) => command.args(["--exact", test]),
        None => command.arg(MODULE),
    };
    command.env_clear().envs(inherited()).envs(test_bed.variables());
    command.env("WORKSHOP_STACK", "environment").env(variant::IMPLEMENTATION, implementation);
    command.current_dir(&exercise.folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0);
    let failed = |error| Failure::unfit(format!("{} cannot be run: {error}", Path::new(program).display()));
    let child = command.spawn().map_err(failed)?;
    let group = Group::of(&child, "contract tests", test_bed.ledger())?;
    let Ok(ended) = timeout(LONGEST, child.wait_with_output()).await else { return Ok(Some(Said::Nothing(LONGEST))) };
    let output = ended.map_err(failed)?;
    group.over();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (passed, out, err) = (output.status.success(), text(&output.stdout), text(&output.stderr));
    Ok(Some(Said::All { passed, out, err }))
}

/// What every process needs of ours.
fn inherited() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    ["PATH", "HOME", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)))
}
