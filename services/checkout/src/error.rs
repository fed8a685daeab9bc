//! What can go wrong for a customer: a problem body over REST, an error with a code over GraphQL.

use async_graphql::ErrorExtensions as _;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use password_checks::CheckError;
use serving::Problem;
use shop::ProductId;

/// Every way in which checkout refuses or fails. It has no `Display`: what a client sees is made by `Error::problem`.
#[derive(Debug)]
pub enum Error {
    /// No token, or one that is not valid (any more).
    Unauthenticated,
    /// Wrong address or password; never says which.
    WrongCredentials,
    /// No such thing, or not this customer's: nobody can tell the two apart.
    NotFound(&'static str),
    /// Understood, but against the rules.
    Invalid(String),
    /// Not enough stock of these products.
    OutOfStock(Vec<ProductId>),
    /// The database ended a transaction because of others at the same time. It had no effect, and the same again may work.
    Contended,
    /// An order with the same idempotency key is being placed at this moment.
    InProgress,
    /// The payment partner refused the card.
    Declined(String),
    /// A dependency does not answer.
    Unavailable(&'static str),
    /// It is not known whether the order stands; nothing is lost, but it takes a moment until it is settled.
    Unsettled,
    /// The order stands and is paid; something that follows from it could not be done yet.
    Unconfirmed,
    /// Our mistake. Logged where it was made; clients learn nothing about it.
    Internal,
}

impl Error {
    /// Logs what happened, once, and hides it from the client.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        Self::Internal
    }

    /// What an error of the database is for a customer.
    pub(crate) fn of_database(error: &sqlx::Error) -> Self {
        // A database that refuses, hangs or restarts is a matter of time (class 57: shutting down); all else is ours.
        let away = match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57")),
            _ => false,
        };
        // Class 40: serialization failures and deadlocks.
        let contended =
            error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code.starts_with("40"));
        if contended {
            tracing::warn!(%error, "the database ended a transaction in favour of another");
            return Self::Contended;
        }
        if away {
            tracing::warn!(%error, "the database does not answer");
            Self::Unavailable("the database")
        } else {
            Self::internal(error)
        }
    }

    /// The code that GraphQL clients find in `extensions.code`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::WrongCredentials => "WRONG_CREDENTIALS",
            Self::NotFound(_) => "NOT_FOUND",
            Self::Invalid(_) => "BAD_USER_INPUT",
            Self::OutOfStock(_) => "OUT_OF_STOCK",
            Self::InProgress => "IN_PROGRESS",
            Self::Declined(_) => "PAYMENT_DECLINED",
            Self::Unavailable(_) | Self::Contended => "UNAVAILABLE",
            Self::Unsettled => "UNSETTLED",
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Internal => "INTERNAL",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::Unauthenticated => "a valid bearer token is needed: POST /v1/login gives one".to_owned(),
            Self::WrongCredentials => "the address or the password is wrong".to_owned(),
            Self::NotFound(what) => format!("there is no such {what}"),
            Self::Invalid(why) => why.clone(),
            Self::OutOfStock(products) => {
                let ids: Vec<String> = products.iter().map(ToString::to_string).collect();
                format!("not enough in stock of product {}", ids.join(", "))
            }
            Self::InProgress => "an order with this idempotency key is being placed: ask again in a second".to_owned(),
            Self::Declined(reason) => format!("the card was declined: {reason}"),
            Self::Unavailable(what) => format!("{what} does not answer: try again later"),
            Self::Contended => "too much is going on at once: try again".to_owned(),
            Self::Unsettled => {
                "it is not known yet whether the order stands: ask again with the same idempotency key, or \
                look at your orders in two minutes; a charge without an order is given back"
                    .to_owned()
            }
            Self::Unconfirmed => {
                "the order could not be confirmed yet: look at your orders before you order again, or \
                ask again with the same idempotency key"
                    .to_owned()
            }
            Self::Internal => "something went wrong on our side".to_owned(),
        }
    }

    fn problem(&self) -> Problem {
        let detail = self.detail();
        match self {
            Self::Unauthenticated => Problem::new(StatusCode::UNAUTHORIZED, "/problems/unauthenticated").detail(detail),
            Self::WrongCredentials => {
                Problem::new(StatusCode::UNAUTHORIZED, "/problems/wrong-credentials").detail(detail)
            }
            Self::NotFound(_) => Problem::not_found(detail),
            Self::Invalid(_) => Problem::unprocessable(detail),
            Self::OutOfStock(_) => Problem::new(StatusCode::CONFLICT, "/problems/out-of-stock").detail(detail),
            Self::InProgress => Problem::new(StatusCode::CONFLICT, "/problems/in-progress").detail(detail),
            Self::Declined(_) => {
                Problem::new(StatusCode::PAYMENT_REQUIRED, "/problems/payment-declined").detail(detail)
            }
            Self::Unavailable(_) | Self::Contended => Problem::unavailable(detail, 1),
            Self::Unsettled => Problem::unavailable(detail, 60),
            Self::Unconfirmed => Problem::unavailable(detail, 5),
            Self::Internal => Problem::internal(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        async_graphql::Error::new(error.detail()).extend_with(|_, extensions| extensions.set("code", error.code()))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::of_database(&error)
    }
}

impl From<CheckError> for Error {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Busy => Self::Unavailable("the login"),
            CheckError::Hash(_) | CheckError::Lost(_) => Self::internal(&error),
        }
    }
}

impl From<redis::RedisError> for Error {
    fn from(error: redis::RedisError) -> Self {
        tracing::warn!(%error, "the cart store does not answer");
        Self::Unavailable("the cart")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_error_tells_a_client_nothing() {
        let error = Error::from(sqlx::Error::ColumnNotFound("secret".to_owned()));
        assert_eq!(error.code(), "INTERNAL");
        assert!(!error.detail().contains("secret"));
    }
}
