//! How a service ends: one clear message on standard error and the documented exit code.

use crate::settings::SettingsError;
use std::process::ExitCode;

/// 0 for an orderly end, 2 for settings that cannot be read, 3 for an environment in which the service cannot run.
#[must_use]
#[allow(clippy::print_stderr, reason = "the log may not be set up yet when a service fails to start")]
pub fn exit_code(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told_once(&error));
            ExitCode::from(if error.is::<SettingsError>() { 2 } else { 3 })
        }
    }
}

/// The error and its causes, without the causes whose words an error before them already has: many libraries write them into
/// their own text.
fn told_once(error: &anyhow::Error) -> String {
    let mut all = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !all.contains(&cause) {
            all += if all.is_empty() { "" } else { ": " };
            all += &cause;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context as _, anyhow};

    #[test]
    fn a_cause_that_was_told_already_is_not_told_again() {
        let told = |outcome: anyhow::Result<()>| told_once(&outcome.unwrap_err());
        let doubled = Err(anyhow!("no such table")).context("the database said: no such table").context("DATABASE_URL");
        assert_eq!(told(doubled), "DATABASE_URL: the database said: no such table");
        assert_eq!(told(Err(anyhow!("refused")).context("REDIS_URL")), "REDIS_URL: refused");
    }
}
