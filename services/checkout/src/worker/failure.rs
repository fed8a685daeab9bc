//! Why a message could not be worked on, which decides what happens to it.

use crate::{fulfilment::FulfilmentError, partner::CallError};

/// Why a message could not be worked on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// It never can be.
    #[error("hopeless: {0}")]
    Hopeless(String),
    /// A partner failed; it may do better later.
    #[error("failed for now: {0}")]
    ForNow(String),
    /// A partner is known to be failing, so it was not asked: not the message's fault, so it does not use up a retry.
    #[error("waits for a partner: {0}")]
    NotSent(String),
    /// Our own database is away: not the message's fault, so it does not use up a retry.
    #[error("waits for the database: {0}")]
    Database(#[from] sqlx::Error),
}

impl Failure {
    /// For metrics.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Hopeless(_) => "hopeless",
            Self::ForNow(_) => "for_now",
            Self::NotSent(_) => "not_sent",
            Self::Database(_) => "database",
        }
    }
}

impl From<FulfilmentError> for Failure {
    fn from(error: FulfilmentError) -> Self {
        match error {
            // A partner that understood and said no will say no again.
            FulfilmentError::Partner(_, CallError::Refused { .. }) => Self::Hopeless(error.to_string()),
            FulfilmentError::Partner(_, CallError::NotSent(_)) => Self::NotSent(error.to_string()),
            FulfilmentError::Partner(_, CallError::NotReached(_) | CallError::Unknown { .. })
            | FulfilmentError::Sales(_) => Self::ForNow(error.to_string()),
            FulfilmentError::Database(error) => Self::Database(error),
        }
    }
}
