//! argon2: whether a password has a hash, and a hash for a password.

use crate::CheckError;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash, password_hash::phc::PasswordHash};

/// Whether `password` has this hash (a PHC string, which names its own cost).
pub(crate) fn verify(password: &str, hash: &str) -> Result<bool, CheckError> {
    let hash = PasswordHash::new(hash).map_err(password_hash::Error::from)?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A hash at argon2's default cost.
pub(crate) fn of(password: &[u8]) -> Result<String, CheckError> {
    Ok(Argon2::default().hash_password(password)?.to_string())
}
