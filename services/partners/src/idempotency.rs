//! Idempotency keys: the same key with the same request gives the same answer, and has its effect once.

use crate::recent::Recent;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use serde::Serialize;
use serving::Problem;

/// The header that carries the key.
const HEADER: &str = "idempotency-key";
/// Longer keys are refused.
const LONGEST_KEY: usize = 255;
/// Answers remembered; a key older than that is a new one.
const ANSWERS_KEPT: usize = 50_000;

/// The key of this request; a request without one is refused with 400.
pub(crate) struct IdempotencyKey(pub(crate) String);

/// The key of this request, if it has one.
pub(crate) struct OptionalKey(pub(crate) Option<String>);

pub(crate) fn key_of(headers: &HeaderMap) -> Option<&str> {
    let key = headers.get(HEADER)?.to_str().ok()?;
    (1..=LONGEST_KEY).contains(&key.len()).then_some(key)
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing =
            || Problem::bad_request("an Idempotency-Key header of 1 to 255 visible ASCII characters is required");
        key_of(&parts.headers).map(|key| Self(key.to_owned())).ok_or_else(missing)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OptionalKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key(HEADER) {
            return Ok(Self(None));
        }
        let IdempotencyKey(key) = IdempotencyKey::from_request_parts(parts, state).await?;
        Ok(Self(Some(key)))
    }
}

/// The answers given under each key.
#[derive(Debug)]
pub(crate) struct Answers<A>(Recent<String, (String, A)>);

impl<A: Clone> Answers<A> {
    pub(crate) fn new() -> Self {
        Self(Recent::new(ANSWERS_KEPT))
    }

    /// The answer already given under `key`, or the one that `make` gives now.
    ///
    /// # Errors
    /// 422 when the key was used for another operation or another request.
    pub(crate) fn once(
        &mut self,
        key: String,
        operation: &str,
        request: &impl Serialize,
        make: impl FnOnce() -> A,
    ) -> Result<A, Problem> {
        let fingerprint = serde_json::to_string(&(operation, request)).map_err(|error| {
            tracing::error!(%error, "a request could not be fingerprinted");
            Problem::internal()
        })?;
        match self.0.get(&key) {
            Some((known, answer)) if *known == fingerprint => Ok(answer.clone()),
            Some(_) => Err(Problem::unprocessable("this Idempotency-Key was used for a different request")),
            None => {
                let answer = make();
                self.0.insert(key, (fingerprint, answer.clone()));
                Ok(answer)
            }
        }
    }
}
