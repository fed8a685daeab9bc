//! The `Idempotency-Key` of a request, required or optional. What a key stands for is remembered in `memory::Answers`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use serving::Problem;

/// The header that carries the key.
const HEADER: &str = "idempotency-key";
/// Longer keys are refused.
const LONGEST_KEY: usize = 255;

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
