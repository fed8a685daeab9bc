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
            eprintln!("error: {error:#}");
            ExitCode::from(if error.is::<SettingsError>() { 2 } else { 3 })
        }
    }
}
