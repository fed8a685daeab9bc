//! Checking passwords at login, and the runtime on which the service does everything else meanwhile.
//!
//! The contract, whichever implementation runs:
//! - the right password of a known user matches; anything else, an unknown user among it, does not;
//! - a password that was changed matches from the next login on, and the one before it no more;
//! - an unknown user costs what a known one costs, so that the time of an answer tells nobody who is a customer;
//! - a stored hash that cannot be read is an error, never a match;
//! - when more logins wait than can be served, some may be refused with [`CheckError::Busy`];
//! - checks at the same time do not mix their results, and dropping one leaves the others alone;
//! - the runtime has its timers and its I/O switched on.

mod broken;
mod fixed;
mod flawed;
mod hash;
mod traps;
mod yours;

use std::io;
use tokio::runtime::Runtime;
use tracing::Instrument as _;
use variant::{SeamFuture, seam};

seam! {
    "ch09-password-checks",
    /// The implementation in use.
    pub enum PasswordChecks {
        MoreWorkers = traps::more_workers, SpawnBlocking = traps::spawn_blocking;
        AnyUser = broken::any_user,
        BusyIsWrong = broken::busy_is_wrong,
        SameLength = broken::same_length,
    }
    #[derive(Debug)]
    enum Checks of Checks
}

impl PasswordChecks {
    /// The runtime of the whole service.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn runtime(self) -> io::Result<Runtime> {
        dispatch!(self, chosen => chosen::runtime()).build()
    }
}

/// Why a password could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Too many logins wait.
    #[error("too many logins wait")]
    Busy,
    /// The stored hash, or argon2 itself.
    #[error("argon2: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    /// The work on it was lost.
    #[error("the check was lost: {0}")]
    Lost(#[from] tokio::task::JoinError),
}

/// Checks passwords against PHC strings.
#[derive(Debug)]
pub struct Passwords {
    checks: Checks,
    /// Checked when there is no such user, so that an unknown address takes as long as a wrong password.
    decoy: String,
}

impl Passwords {
    /// `sample` is any stored hash: the decoy then costs what the real ones cost. Without one, argon2's defaults.
    ///
    /// # Errors
    /// When no hash can be made.
    pub fn new(implementation: PasswordChecks, sample: Option<String>) -> Result<Self, CheckError> {
        let decoy = match sample {
            Some(hash) => hash,
            None => hash::of(b"nobody has this password")?,
        };
        let checks = build!(implementation, chosen => chosen::Checks::new());
        Ok(Self { checks, decoy })
    }

    /// Whether `password` belongs to the stored hash; never, where there is none.
    ///
    /// # Errors
    /// [`CheckError`].
    pub fn matches(&self, password: String, stored: Option<String>) -> SeamFuture<'_, Result<bool, CheckError>> {
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| self.decoy.clone());
        let span = tracing::info_span!("password.check", otel.name = "password check");
        let matches = async move { dispatch!(&self.checks, chosen(checks) => checks.check(password, hash).await) };
        Box::pin(async move { Ok(matches.instrument(span).await? && known) })
    }
}
