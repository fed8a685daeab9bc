//! Extractors whose refusals are problems: a query string or a JSON body that does not fit is answered 4xx, explained.

use crate::{Problem, nesting};
use axum::{
    Json,
    body::{Body, Bytes},
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

/// A JSON body read into `T`; otherwise 400, 413, 415 or 422. One that is nested deeper than [`nesting::DEEPEST`] is 400,
/// before it is parsed.
pub struct ValidJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ValidJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), state);
        let bytes = bytes.await.map_err(|refusal| explain(&refusal.into()))?;
        if nesting::too_deep(&bytes) {
            return Err(Problem::bad_request(format!("brackets are nested more than {} deep", nesting::DEEPEST)));
        }
        match Json::<T>::from_request(Request::from_parts(parts, Body::from(bytes)), state).await {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    async fn status(body: String) -> StatusCode {
        let request = Request::post("/").header("content-type", "application/json").body(Body::from(body)).unwrap();
        match ValidJson::<serde_json::Value>::from_request(request, &()).await {
            Ok(_) => StatusCode::OK,
            Err(problem) => problem.status(),
        }
    }

    proptest! {
        #[test]
        fn a_body_is_read_up_to_the_limit_of_nesting_and_refused_beyond_it(depth in 1..20 * nesting::DEEPEST) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let body = "[".repeat(depth) + &"]".repeat(depth);
            let expected = if depth > nesting::DEEPEST { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            prop_assert_eq!(runtime.block_on(status(body)), expected);
        }
    }
}
