//! How the bench ends: its exit codes, and the one error that carries a code and a remedy.

use std::fmt;

/// The exit code of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, and where there are targets, all met.
    Pass = 0,
    /// It works, but a target is missed.
    NotYet = 1,
    /// The command was asked for something that does not exist.
    Usage = 2,
    /// This machine, its disk or its servers cannot do what was asked.
    Unfit = 3,
    /// The noise was larger than the effect: no verdict.
    Inconclusive = 4,
    /// The candidate answers differently, or not at all: nothing was timed.
    BehaviourChanged = 5,
    /// Stopped by Ctrl-C or SIGTERM, everything cleaned up (128 + SIGINT, as shells have it).
    Interrupted = 130,
}

impl Exit {
    /// The verdict that `--json` has for a command that ends so.
    #[must_use]
    pub fn verdict(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotYet => "not_yet",
            Self::Inconclusive => "inconclusive",
            Self::BehaviourChanged => "behaviour_changed",
            Self::Usage | Self::Unfit | Self::Interrupted => "unfit",
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what it was asked, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code to end with.
    pub exit: Exit,
    /// What is wrong, one sentence or a few lines.
    pub message: String,
    /// What to do; empty where the message says it.
    pub remedy: String,
}

impl Failure {
    /// A mistake in what was asked.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), remedy: String::new() }
    }

    /// The environment is unfit.
    pub fn unfit(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unfit, message: message.into(), remedy: String::new() }
    }

    /// What the candidate's own code did: it panics, ends or never answers, where the baseline serves.
    pub fn behaviour(message: impl Into<String>) -> Self {
        Self { exit: Exit::BehaviourChanged, message: message.into(), remedy: String::new() }
    }

    /// No verdict is possible.
    pub fn inconclusive(message: impl Into<String>) -> Self {
        Self { exit: Exit::Inconclusive, message: message.into(), remedy: String::new() }
    }

    /// Ctrl-C or SIGTERM.
    pub fn interrupted() -> Self {
        Self { exit: Exit::Interrupted, message: "stopped; nothing is left running".to_owned(), remedy: String::new() }
    }

    /// The same with a remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The same with the remedy of its kind, where it has none of its own: there is always something to type next.
    #[must_use]
    pub fn advised(self) -> Self {
        let remedy = match self.exit {
            _ if self.remedy.contains("cargo lab") || self.message.contains("→") => return self,
            Exit::Usage => "cargo lab --help",
            Exit::Unfit => "cargo lab doctor looks at this machine",
            Exit::Inconclusive => "cargo lab doctor; when the machine is quiet, the same command again",
            Exit::Interrupted => "cargo lab says where you were",
            Exit::Pass | Exit::NotYet | Exit::BehaviourChanged => "cargo lab",
        };
        let remedy =
            if self.remedy.is_empty() { remedy.to_owned() } else { format!("{}\n  → {remedy}", self.remedy) };
        self.remedy(remedy)
    }

    /// The object of `--json` for what could not be done.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let Self { exit, message, remedy } = self;
        serde_json::json!({"verdict": exit.verdict(), "exit": *exit as u8, "message": message, "remedy": remedy})
    }

    /// For `map_err` on files: names the path and what was tried with it.
    pub fn file<'a>(verb: &'a str, path: &'a std::path::Path) -> impl FnOnce(std::io::Error) -> Self + 'a {
        move |error| {
            Self::unfit(format!("{} cannot be {verb}: {error}", path.display()))
                .remedy("free some space or correct its permissions, or set WORKSHOP_STATE to another folder")
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "\n  → {}", self.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<anyhow::Error> for Failure {
    /// What fails below the commands is the environment: servers, ports, files. A failure inside keeps its code.
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(failure) => failure,
            Err(error) => Self::unfit(format!("{error:#}")),
        }
    }
}

impl From<stack::StackError> for Failure {
    fn from(error: stack::StackError) -> Self {
        let exit = if error.exit_code() == 2 { Exit::Usage } else { Exit::Unfit };
        Self { exit, message: error.to_string(), remedy: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_its_code_through_anyhow() {
        let failure = Failure::usage("no such exercise").remedy("cargo lab list");
        let back = Failure::from(anyhow::Error::from(failure.clone()).context("while looking"));
        assert_eq!(back.exit, Exit::Usage);
        assert_eq!(failure.to_string(), "no such exercise\n  → cargo lab list");
    }
}
