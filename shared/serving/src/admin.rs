//! The token of those who run the shop: what may change prices and empty caches.

use crate::Problem;
use axum::http::{HeaderMap, StatusCode, header};
use std::{fmt, str::FromStr};

/// A shorter one could be guessed.
const SHORTEST: usize = 16;

/// `ADMIN_TOKEN`. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AdminToken(String);

impl FromStr for AdminToken {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() < SHORTEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("must be at least {SHORTEST} visible ASCII characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminToken(..)")
    }
}

impl AdminToken {
    /// Whether a request carries it as its bearer token. Without a token nobody is let in.
    ///
    /// # Errors
    /// The problem to answer: 401.
    pub fn check(token: Option<&Self>, request: &HeaderMap) -> Result<(), Problem> {
        let given = request.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        match (token, given) {
            (Some(Self(token)), Some(given)) if same(token.as_bytes(), given.trim().as_bytes()) => Ok(()),
            _ => Err(Problem::new(StatusCode::UNAUTHORIZED, "/problems/unauthenticated")
                .detail("this needs the shop's ADMIN_TOKEN as a bearer token")),
        }
    }
}

/// Takes as long for a token that is nearly right as for any other of its length.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lets_in(token: Option<&str>, given: &str) -> bool {
        let token = token.map(|token| token.parse::<AdminToken>().unwrap());
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, given.parse().unwrap())]);
        AdminToken::check(token.as_ref(), &headers).is_ok()
    }

    #[test]
    fn only_the_token_itself_opens() {
        let token = "sixteen-or-longer";
        assert!(lets_in(Some(token), "Bearer sixteen-or-longer"));
        for wrong in ["Bearer sixteen-or-longes", "Bearer ", "sixteen-or-longer", "Basic sixteen-or-longer"] {
            assert!(!lets_in(Some(token), wrong), "{wrong}");
        }
        assert!(!lets_in(None, "Bearer sixteen-or-longer"), "no token is no open door");
        assert!(AdminToken::check(None, &HeaderMap::new()).is_err());
    }

    #[test]
    fn a_token_that_could_be_guessed_is_refused_and_none_is_printed() {
        assert!("short".parse::<AdminToken>().is_err());
        let token: AdminToken = "sixteen-or-longer".parse().unwrap();
        assert!(!format!("{token:?}").contains("sixteen"));
    }
}
