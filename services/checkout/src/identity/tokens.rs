//! Bearer tokens: signed by us, valid for a quarter of an hour, naming the user and nothing else.

use super::hs256;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode, get_current_timestamp};
use serde::{Deserialize, Serialize};
use shop::UserId;
use std::time::Duration;

/// How long a token is valid. Short, because a token cannot be taken back.
pub const LIFETIME: Duration = Duration::from_secs(15 * 60);
const ISSUER: &str = "checkout";

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iss: String,
    iat: u64,
    exp: u64,
}

/// Issues and verifies tokens with one secret.
pub struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    rules: Validation,
}

impl Tokens {
    /// With `TOKEN_SECRET`.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        hs256::install();
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "iss", "sub"]);
        rules.leeway = 0;
        Self { signing: EncodingKey::from_secret(secret), verifying: DecodingKey::from_secret(secret), rules }
    }

    /// A token for this user from now on.
    ///
    /// # Errors
    /// Only when signing itself fails.
    pub fn issue(&self, user: UserId) -> jsonwebtoken::errors::Result<String> {
        self.issue_at(user, get_current_timestamp())
    }

    fn issue_at(&self, user: UserId, iat: u64) -> jsonwebtoken::errors::Result<String> {
        let claims = Claims { sub: user.to_string(), iss: ISSUER.to_owned(), iat, exp: iat + LIFETIME.as_secs() };
        encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
    }

    /// The user of a valid token.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<UserId> {
        let token = decode::<Claims>(token, &self.verifying, &self.rules).ok()?;
        token.claims.sub.parse().ok().map(UserId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_user_until_it_expires() {
        let tokens = Tokens::new(&[7; 32]);
        let token = tokens.issue(UserId(42)).unwrap();
        assert_eq!(tokens.verify(&token), Some(UserId(42)));
        let old = tokens.issue_at(UserId(42), get_current_timestamp() - LIFETIME.as_secs() - 1).unwrap();
        assert_eq!(tokens.verify(&old), None);
    }

    #[test]
    fn a_token_of_another_secret_or_with_another_text_is_refused() {
        let tokens = Tokens::new(&[7; 32]);
        assert_eq!(tokens.verify(&Tokens::new(&[8; 32]).issue(UserId(1)).unwrap()), None);
        let token = tokens.issue(UserId(1)).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        assert_eq!(tokens.verify(&format!("{signed}x.{signature}")), None);
        // {"alg":"none"} and the claims of somebody else, without a signature.
        assert_eq!(tokens.verify("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."), None);
    }
}
