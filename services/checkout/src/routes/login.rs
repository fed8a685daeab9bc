//! `POST /v1/login`: an address and a password for a bearer token.

use crate::{Error, database, identity::LIFETIME, state::AppState};
use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::{Deserialize, Serialize};
use serving::ValidJson;
use shop::UserId;
use telemetry::db_span;

pub(crate) const BY_EMAIL: &str = "select id, password_hash from users where email = $1";

/// The longest address that mail servers take.
const LONGEST_EMAIL: usize = 254;
const LONGEST_PASSWORD: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct Issued {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: u64,
}

pub(crate) async fn login(
    State(state): State<AppState>,
    ValidJson(Credentials { email, password }): ValidJson<Credentials>,
) -> Result<impl IntoResponse, Error> {
    let fits = |text: &str, most: usize| (1..=most).contains(&text.len()) && !text.contains('\0');
    if !fits(&email, LONGEST_EMAIL) || !fits(&password, LONGEST_PASSWORD) {
        return Err(Error::Invalid(format!(
            "email must have 1 to {LONGEST_EMAIL} bytes, password 1 to {LONGEST_PASSWORD}"
        )));
    }
    let user = find(&state, &email.trim().to_lowercase()).await?;
    let (id, hash) = user.unzip();
    // Also without a user: the answer must not come sooner.
    let matches = state.seams.passwords.matches(password, hash).await?;
    let id = id.filter(|_| matches).ok_or(Error::WrongCredentials)?;
    let access_token = state.tokens.issue(UserId(id)).map_err(|error| Error::internal(&error))?;
    let issued = Issued { access_token, token_type: "Bearer", expires_in: LIFETIME.as_secs() };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(issued)))
}

/// The connection goes back before the password is checked, which takes far longer than the query.
async fn find(state: &AppState, email: &str) -> Result<Option<(i64, String)>, Error> {
    let mut connection = database::connection(&state.db).await?;
    let query = sqlx::query_as(BY_EMAIL).bind(email).fetch_optional(&mut *connection);
    Ok(database::observed(db_span!("users.by_email", BY_EMAIL), query).await?)
}
