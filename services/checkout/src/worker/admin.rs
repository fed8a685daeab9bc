//! `/admin/dead-letters`: for those who run the shop, with the `ADMIN_TOKEN`.

use crate::broker::{DeadLetters, Listed, Which};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::HeaderMap,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serving::{AdminToken, Problem, ValidJson, ValidQuery};
use std::sync::Arc;

/// Longer bodies are refused: a hundred ids take a tenth of it.
const BODY_LIMIT: usize = 64 * 1024;
/// Dead letters on a page unless the client says otherwise, and the most it may ask for.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 1_000;

#[derive(Clone)]
struct Admin {
    token: Option<AdminToken>,
    letters: Arc<DeadLetters>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// All of them.
    #[serde(default)]
    all: bool,
    /// Those with one of these ids.
    #[serde(default)]
    ids: Vec<String>,
}

#[derive(Serialize)]
struct PutBack {
    put_back: u32,
}

/// The two routes.
pub(super) fn routes(token: Option<AdminToken>, letters: DeadLetters) -> Router {
    Router::new()
        .route("/admin/dead-letters", get(list))
        .route("/admin/dead-letters/put-back", post(put_back))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Admin { token, letters: Arc::new(letters) })
}

async fn list(
    State(admin): State<Admin>,
    request: HeaderMap,
    ValidQuery(Page { limit }): ValidQuery<Page>,
) -> Result<Json<Listed>, Problem> {
    AdminToken::check(admin.token.as_ref(), &request)?;
    let limit = limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(Problem::bad_request(format!("limit must be 1 to {LARGEST_PAGE}")));
    }
    admin.letters.list(limit).await.map(Json).map_err(|error| away(&error))
}

async fn put_back(
    State(admin): State<Admin>,
    request: HeaderMap,
    ValidJson(Wanted { all, ids }): ValidJson<Wanted>,
) -> Result<Json<PutBack>, Problem> {
    AdminToken::check(admin.token.as_ref(), &request)?;
    let which = match (all, ids.is_empty()) {
        (true, true) => Which::All,
        (false, false) => Which::Ids(ids.into_iter().collect()),
        _ => return Err(Problem::unprocessable("name the dead letters in `ids`, or set `all`; not both")),
    };
    let put_back = admin.letters.put_back(&which).await.map_err(|error| away(&error))?;
    Ok(Json(PutBack { put_back }))
}

fn away(error: &anyhow::Error) -> Problem {
    tracing::warn!(error = format!("{error:#}"), "dead letters cannot be reached");
    Problem::unavailable("the broker does not answer: try again later", 5)
}
