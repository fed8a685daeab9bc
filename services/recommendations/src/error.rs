//! What can go wrong in a call, and the gRPC status of each.

use tonic::Status;

/// What a caller is told about a mistake of ours.
pub(crate) const INTERNAL: &str = "internal error";

/// An error of this service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The request breaks a rule; the message says which.
    #[error("{0}")]
    Invalid(String),
    /// No such product.
    #[error("there is no product {0}")]
    NotFound(i64),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Status {
    /// INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE (another try makes sense) or INTERNAL. What the database said is logged
    /// here, once, and not told to the caller.
    fn from(error: Error) -> Self {
        match &error {
            Error::Invalid(_) => Status::invalid_argument(error.to_string()),
            Error::NotFound(_) => Status::not_found(error.to_string()),
            Error::Database(cause) if is_away(cause) => {
                tracing::warn!(%cause, "the database does not answer");
                Status::unavailable("the database does not answer")
            }
            Error::Database(cause) => {
                tracing::error!(%cause, "a statement failed");
                Status::internal(INTERNAL)
            }
        }
    }
}

/// Whether the database cannot be reached just now, rather than a statement being wrong.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Protocol(_) => true,
        // Classes of SQLSTATE: connection lost, no such database, too many connections, server shutting down.
        sqlx::Error::Database(cause) => {
            cause.code().is_some_and(|code| ["08", "3D", "53", "57"].iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}

/// The number of products asked for: 0 stands for 10, more than 50 is refused.
pub(crate) fn limit(asked: u32) -> Result<i64, Error> {
    match asked {
        0 => Ok(10),
        1..=50 => Ok(i64::from(asked)),
        _ => Err(Error::Invalid(format!("limit must be 1 to 50, or 0 for 10; not {asked}"))),
    }
}

/// An id that can be one.
pub(crate) fn product_id(asked: i64) -> Result<i64, Error> {
    if asked > 0 { Ok(asked) } else { Err(Error::Invalid(format!("a product id is positive; {asked} is not"))) }
}
