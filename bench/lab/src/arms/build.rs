//! Builds the services as they are measured, and says what is wrong in `yours.rs` when it does not compile.

use super::group::Group;
use crate::exit::Failure;
use crate::terminal::Terminal;
use serde::Deserialize;
use stack::Ledger;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// The programs that were built, by name.
pub type Binaries = BTreeMap<String, PathBuf>;

/// One line of cargo's JSON, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
    target: Option<Target>,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    rendered: Option<String>,
    #[serde(default)]
    spans: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    file_name: String,
    line_start: u32,
    column_start: u32,
    is_primary: bool,
}

/// What can be built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// A service or another binary.
    Binary(String),
    /// The tests of an exercise's contract.
    Tests(String),
}

impl Program {
    /// Its name, and that of the cargo target.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Binary(name) | Self::Tests(name) => name,
        }
    }

    fn flag(&self) -> &'static str {
        match self {
            Self::Binary(_) => "--bin",
            Self::Tests(_) => "--test",
        }
    }
}

/// What is built, for people: the tests go without saying.
#[must_use]
pub fn shown(programs: &[Program]) -> String {
    let binaries = programs.iter().filter(|program| matches!(program, Program::Binary(_)));
    binaries.map(Program::name).collect::<Vec<_>>().join(", ")
}

/// Builds `programs` with the profile `perf`, from the workspace's root and without `-p`: that would compile the
/// dependencies again with narrower features.
///
/// # Errors
/// Exit 3: no cargo, or the code does not compile; a mistake in a `yours.rs` is named with file, line and the first
/// error, and `reset` is offered.
pub async fn build(
    root: &Path,
    programs: &[Program],
    terminal: Terminal,
    ledger: &Ledger,
) -> Result<Binaries, Failure> {
    terminal.step(&format!("building {} (seconds after an edit, minutes the first time)", shown(programs)));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command.args(["build", "--profile", "perf", "--message-format", "json"]);
    for program in programs {
        command.args([program.flag(), program.name()]);
    }
    // On a terminal cargo's own progress is the best there is; elsewhere it is kept for the error message.
    let stderr = if terminal.moving { Stdio::inherit() } else { Stdio::piped() };
    // A group of its own: who gives up waiting ends the compilers too, not only cargo.
    command.current_dir(root).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).process_group(0);
    let child = command.spawn().map_err(|error| {
        Failure::unfit(format!("{} cannot be started: {error}", Path::new(&cargo).display()))
            .remedy("install Rust from https://rustup.rs")
    })?;
    let group = Group::of(&child, "cargo build", ledger)?;
    let output = child.wait_with_output().await.map_err(|error| Failure::unfit(format!("cargo failed: {error}")))?;
    group.over();
    let messages: Vec<Message> =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    if !output.status.success() {
        return Err(broken(&messages, &String::from_utf8_lossy(&output.stderr)));
    }
    let built: Binaries = messages
        .into_iter()
        .filter(|message| message.reason == "compiler-artifact")
        .filter_map(|message| Some((message.target?.name, message.executable?)))
        .collect();
    match programs.iter().find(|program| !built.contains_key(program.name())) {
        Some(missing) => Err(Failure::unfit(format!("cargo built no program called {}", missing.name()))),
        None => Ok(built),
    }
}

fn broken(messages: &[Message], stderr: &str) -> Failure {
    let mut errors = messages.iter().filter_map(|message| message.message.as_ref()).filter(|one| one.level == "error");
    if let Some(linking) = errors.clone().find(|one| one.message.starts_with("linking with")) {
        // What follows is a command line of thousands of characters.
        return Failure::unfit(format!("the services cannot be linked: {}", linking.message)).remedy(
            "a half-written cache of the compiler can do that: `rm -r target/perf/incremental`, then try again; \
             if it stays, `make setup` installs what linking needs",
        );
    }
    let Some(first) = errors.find(|one| !one.spans.is_empty()) else {
        let tail: Vec<&str> = stderr.lines().rev().take(15).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        return Failure::unfit(format!("the services cannot be built:\n{}", tail.join("\n")));
    };
    let place = first.spans.iter().find(|place| place.is_primary).unwrap_or(&first.spans[0]);
    let at = format!("{}:{}:{}", place.file_name, place.line_start, place.column_start);
    let detail = first.rendered.as_deref().unwrap_or(&first.message).trim_end();
    let failure = Failure::unfit(format!("{at}: {}\n\n{detail}", first.message));
    match owner(&place.file_name) {
        Some(id) => failure.remedy(format!(
            "correct the file, or run `cargo lab reset {id}`: it restores yours.rs and keeps your work in .lab/backups"
        )),
        None => failure.remedy("the error is not in a yours.rs: `git diff` shows what else was changed"),
    }
}

/// The exercise whose `yours.rs` (or a file below `src/yours/`) this is.
fn owner(file: &str) -> Option<&str> {
    let (id, within) = file.rsplit_once("exercises/")?.1.split_once("/src/")?;
    (within == "yours.rs" || within.starts_with("yours/")).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_in_yours_is_named_and_reset_is_offered() {
        let line = r#"{"reason":"compiler-message","message":{"level":"error","message":"expected `;`","rendered":"error: expected `;`","spans":[
            {"file_name":"exercises/ch01-result-format/src/yours.rs","line_start":12,"column_start":5,"is_primary":true}]}}"#;
        let failure = broken(&[serde_json::from_str(line).unwrap()], "");
        assert_eq!(failure.exit, crate::exit::Exit::Unfit);
        assert!(failure.message.starts_with("exercises/ch01-result-format/src/yours.rs:12:5: expected"), "{failure}");
        assert!(failure.remedy.contains("cargo lab reset ch01-result-format"), "{failure}");
    }

    #[test]
    fn an_error_elsewhere_does_not_offer_to_reset() {
        assert_eq!(owner("services/search/src/router.rs"), None);
        assert_eq!(owner("exercises/ch01-result-format/src/fixed.rs"), None);
        assert_eq!(owner("exercises/ch01-result-format/src/yours/inner.rs"), Some("ch01-result-format"));
    }

    #[test]
    fn a_failing_linker_is_named_without_its_command_line() {
        let line = r#"{"reason":"compiler-message","message":{"level":"error","message":"linking with `cc` failed: exit status: 1",
            "rendered":"error: linking with `cc` failed\n = note: cc a.o b.o","spans":[]}}"#;
        let failure = broken(&[serde_json::from_str(line).unwrap()], "error: could not compile `search`");
        assert!(failure.message.contains("linking with `cc` failed") && !failure.message.contains("a.o"), "{failure}");
        assert!(failure.remedy.contains("target/perf/incremental"), "{failure}");
    }

    #[test]
    fn without_a_diagnostic_the_end_of_cargos_own_words_is_shown() {
        assert!(broken(&[], "error: no such bin\n").to_string().contains("no such bin"));
    }
}
