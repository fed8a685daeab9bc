//! Checking passwords: slow on purpose, so off the async threads and never more at once than there are cores.

use crate::Error;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash};
use std::{sync::Arc, time::Duration};
use telemetry::wait_span;
use tokio::{sync::Semaphore, time::timeout};
use tracing::Instrument as _;

/// A login that would wait longer for a core is answered 503 instead of making the queue longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Checks passwords against PHC strings.
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Checked when there is no such user, so that an unknown address takes as long as a wrong password.
    decoy: String,
}

impl Passwords {
    /// `sample` is any stored hash: the decoy then costs what the real ones cost. Without one, argon2's defaults.
    ///
    /// # Errors
    /// When no hash can be made.
    pub fn new(sample: Option<String>) -> anyhow::Result<Self> {
        let decoy = match sample {
            Some(hash) => hash,
            None => Argon2::default()
                .hash_password(b"nobody has this password")
                .map_err(|error| anyhow::anyhow!("argon2: {error}"))?
                .to_string(),
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { permits: Arc::new(Semaphore::new(cores)), decoy })
    }

    /// Whether `password` belongs to the stored hash; never, where there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many logins wait; [`Error::Internal`] when a stored hash cannot be read.
    pub async fn matches(&self, password: String, stored: Option<String>) -> Result<bool, Error> {
        let waiting = timeout(PATIENCE, self.permits.clone().acquire_owned()).instrument(wait_span!("password permit"));
        let Ok(Ok(permit)) = waiting.await else { return Err(Error::Unavailable("the login")) };
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| self.decoy.clone());
        let verified = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let hash = PasswordHash::new(&hash)?;
            match Argon2::default().verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(true),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(error),
            }
        });
        match verified.await {
            Ok(Ok(matches)) => Ok(known && matches),
            Ok(Err(error)) => Err(Error::internal(&error)),
            Err(error) => Err(Error::internal(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_matches() {
        let hash = Argon2::default().hash_password(b"right").unwrap().to_string();
        let passwords = Passwords::new(Some(hash.clone())).unwrap();
        let matches = async |word: &str, hash| passwords.matches(word.to_owned(), hash).await.unwrap();
        assert!(matches("right", Some(hash.clone())).await);
        assert!(!matches("wrong", Some(hash)).await);
        // Even the decoy's own password opens nothing.
        assert!(!matches("right", None).await);
    }
}
