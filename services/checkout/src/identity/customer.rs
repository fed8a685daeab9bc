//! The customer of a request: the user named by its bearer token.

use super::Tokens;
use crate::Error;
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use shop::UserId;
use std::sync::Arc;

/// Whoever sent a valid token; otherwise 401.
#[derive(Clone, Copy, Debug)]
pub struct Customer(pub UserId);

impl<S: Send + Sync> FromRequestParts<S> for Customer
where
    Arc<Tokens>: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        bearer(&parts.headers, &Arc::<Tokens>::from_ref(state)).ok_or(Error::Unauthenticated)
    }
}

/// The customer of these headers, if their token is valid.
#[must_use]
pub fn bearer(headers: &HeaderMap, tokens: &Tokens) -> Option<Customer> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    // The scheme's case does not matter (RFC 9110).
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    tokens.verify(token.trim()).map(Customer)
}
