//! Extractors whose refusals are problems: a query string or a JSON body that does not fit is answered 4xx, explained.

use crate::Problem;
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Query, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

/// A query string read into `T`; otherwise 400.
pub struct ValidQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ValidQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(refusal) => Err(Problem::bad_request(refusal.body_text())),
        }
    }
}

/// A JSON body read into `T`; otherwise 400, 413, 415 or 422.
pub struct ValidJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ValidJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(refusal) => Err(explain(&refusal)),
        }
    }
}

fn explain(refusal: &JsonRejection) -> Problem {
    let kind = match refusal.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "/problems/body-too-large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "/problems/not-json",
        StatusCode::UNPROCESSABLE_ENTITY => "/problems/unprocessable",
        _ => "/problems/bad-request",
    };
    Problem::new(refusal.status(), kind).detail(refusal.body_text())
}
