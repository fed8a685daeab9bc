//! Checks a password where its login is handled, and builds the runtime.

use crate::{CheckError, hash};
use tokio::runtime::Builder;

/// Needs nothing of its own: a login is a function of its password and the stored hash.
#[derive(Debug)]
pub(crate) struct Checks;

impl Checks {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) async fn check(&self, password: String, stored: String) -> Result<bool, CheckError> {
        hash::verify(&password, &stored)
    }
}

/// The service's runtime, as `#[tokio::main]` would build it.
pub(crate) fn runtime() -> Builder {
    let mut runtime = Builder::new_multi_thread();
    runtime.enable_all();
    runtime
}
