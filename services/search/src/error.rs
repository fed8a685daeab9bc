//! What can go wrong in a request, and what the client is told: internals are logged here, once, and never sent.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use result_format::FormatError;
use serving::Problem;
use std::sync::Arc;

/// A request that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request breaks a rule; the text says which and goes to the client. 400.
    #[error("{0}")]
    Invalid(String),
    /// There is no such product; the text names what was looked for and goes to the client. 404.
    #[error("{0}")]
    NotFound(String),
    /// The database failed. 503 when it cannot be reached, otherwise 500.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The database failed while a page was made that other requests waited for too.
    #[error("database: {0}")]
    Page(#[from] Arc<sqlx::Error>),
    /// Redis failed where there is no doing without. 503.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// The answer could not be made. 500.
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = match &self {
            Self::Invalid(what) => Problem::bad_request(what),
            Self::NotFound(what) => Problem::not_found(what),
            Self::Database(error) if is_outage(error) => Problem::unavailable("the database does not answer", 1),
            Self::Page(error) if is_outage(error) => Problem::unavailable("the database does not answer", 1),
            Self::Redis(_) => Problem::unavailable("the cache does not answer", 1),
            Self::Database(_) | Self::Page(_) | Self::Format(_) => Problem::internal(),
        };
        if problem.status().is_server_error() {
            tracing::error!(error = %self, "request failed");
        }
        problem.into_response()
    }
}

fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        // Class 57: the server is shutting down or starting; class 53: it has no connection or no room left.
        sqlx::Error::Database(error) => error.code().is_some_and(|c| c.starts_with("57") || c.starts_with("53")),
        _ => false,
    }
}

/// Gives refusals that were made without us (a body too large, a timeout, a wrong method) a problem as their body.
pub(crate) async fn explain(response: Response) -> Response {
    let status = response.status();
    let problem = HeaderValue::from_static("application/problem+json");
    let explained = response.headers().get(header::CONTENT_TYPE) == Some(&problem);
    if explained || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let kind = match status {
        StatusCode::NOT_FOUND => "/problems/not-found",
        StatusCode::METHOD_NOT_ALLOWED => "/problems/method-not-allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "/problems/body-too-large",
        StatusCode::GATEWAY_TIMEOUT => "/problems/timeout",
        _ if status.is_client_error() => "/problems/bad-request",
        _ => "/problems/internal",
    };
    let mut answer = Problem::new(status, kind).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}
