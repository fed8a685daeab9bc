//! Real servers in all three ways, what happens when they cannot be had, and what a killed run leaves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod cleaning;
mod databases;
mod errors;
mod foreign;
mod joining;
mod killed;
mod ways;
mod work;

use std::path::Path;

use stack::Surroundings;

/// A state folder that every user may enter, as a clone of the repository is: Postgres runs as another user when root
/// starts it.
fn state() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755)).tempdir().unwrap()
}

/// This machine as it is, without the URLs and choices of whoever runs the tests, writing to a folder of the test's
/// own.
fn private(state: &Path) -> Surroundings {
    ["DATABASE_URL", "REDIS_URL", "AMQP_URL", "WORKSHOP_STACK"]
        .into_iter()
        .fold(Surroundings::here(), Surroundings::without_variable)
        .with_state(state)
}

/// The same, with one provider forced.
fn forced(state: &Path, provider: stack::Provider) -> Surroundings {
    private(state).with_variable("WORKSHOP_STACK", &provider.to_string())
}
