//! What the identity partner remembers: its tokens, and what each of them grants.

use super::recent::Recent;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most tokens remembered; a forgotten one is no longer active.
const MOST_TOKENS: usize = 50_000;

/// What a token grants.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) subject: String,
    pub(crate) scope: String,
    /// Seconds since 1970.
    pub(crate) expires_at: u64,
}

/// Grants by token.
#[derive(Debug)]
pub(crate) struct Tokens(Mutex<Recent<String, Grant>>);

impl Default for Tokens {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(MOST_TOKENS)))
    }
}

impl Tokens {
    pub(crate) fn insert(&self, token: String, grant: Grant) {
        self.grants().insert(token, grant);
    }

    /// What a token grants `now`, in seconds since 1970; nothing if it is unknown or has expired.
    pub(crate) fn active(&self, token: &str, now: u64) -> Option<Grant> {
        self.grants().get(token).filter(|grant| grant.expires_at > now).cloned()
    }

    pub(crate) fn reset(&self) {
        *self.grants() = Recent::new(MOST_TOKENS);
    }

    fn grants(&self) -> MutexGuard<'_, Recent<String, Grant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
