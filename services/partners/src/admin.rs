//! The admin routes: how each partner behaves, set while it runs, and what it has seen.

use crate::{Name, Profile, app::World, calls::Counts, profile::Change};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Serialize;
use serving::{Problem, ValidJson};
use std::sync::Arc;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/admin/partners", get(list))
        .route("/admin/partners/{name}", get(show).put(change))
        .route("/admin/partners/{name}/calls", get(calls))
        .route("/admin/reset", post(reset))
}

#[derive(Serialize)]
struct Shown {
    name: Name,
    #[serde(flatten)]
    profile: Profile,
}

#[derive(Serialize)]
struct List {
    partners: Vec<Shown>,
}

async fn list(State(world): State<Arc<World>>) -> Json<List> {
    let shown = |name| Shown { name, profile: world.partner(name).profile() };
    Json(List { partners: Name::ALL.into_iter().map(shown).collect() })
}

async fn show(State(world): State<Arc<World>>, Path(name): Path<String>) -> Result<Json<Shown>, Problem> {
    let name = named(&name)?;
    Ok(Json(Shown { name, profile: world.partner(name).profile() }))
}

/// What the body does not name stays. Holds for calls that arrive from now on.
async fn change(
    State(world): State<Arc<World>>,
    Path(name): Path<String>,
    ValidJson(change): ValidJson<Change>,
) -> Result<Json<Shown>, Problem> {
    let name = named(&name)?;
    let partner = world.partner(name);
    let profile = partner.profile().changed(change).map_err(Problem::unprocessable)?;
    partner.set_profile(profile);
    tracing::info!(partner = name.as_str(), ?profile, "behaviour set");
    Ok(Json(Shown { name, profile }))
}

#[derive(Serialize)]
struct Seen {
    name: Name,
    #[serde(flatten)]
    counts: Counts,
}

async fn calls(State(world): State<Arc<World>>, Path(name): Path<String>) -> Result<Json<Seen>, Problem> {
    let name = named(&name)?;
    Ok(Json(Seen { name, counts: world.partner(name).calls.snapshot() }))
}

/// As at the start: behaviour, drawn sequence, counts, and everything the partners remember.
async fn reset(State(world): State<Arc<World>>) -> StatusCode {
    world.reset();
    StatusCode::NO_CONTENT
}

fn named(name: &str) -> Result<Name, Problem> {
    name.parse().map_err(|why: String| Problem::not_found(why))
}
