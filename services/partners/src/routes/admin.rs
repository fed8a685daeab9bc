//! The admin routes: how each partner behaves, which can be set while it runs, and what calls it has seen.

use crate::{Name, Profile, calls::Counts, profile::Change, state::AppState};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Serialize;
use serving::{Problem, ValidJson};
use std::sync::Arc;

#[derive(Serialize)]
pub(crate) struct Described {
    name: Name,
    #[serde(flatten)]
    profile: Profile,
}

#[derive(Serialize)]
pub(crate) struct List {
    partners: Vec<Described>,
}

pub(crate) async fn list(State(state): State<Arc<AppState>>) -> Json<List> {
    let described = |name| Described { name, profile: state.partner(name).profile() };
    Json(List { partners: Name::ALL.into_iter().map(described).collect() })
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    Path(name): Path<String>,
) -> Result<Json<Described>, Problem> {
    let name = named(&name)?;
    Ok(Json(Described { name, profile: state.partner(name).profile() }))
}

/// What the body does not name stays as it is. Applies to calls that arrive from now on.
pub(crate) async fn change(
    State(state): State<Arc<AppState>>,
    Path(name): Path<String>,
    ValidJson(change): ValidJson<Change>,
) -> Result<Json<Described>, Problem> {
    let name = named(&name)?;
    let partner = state.partner(name);
    let profile = partner.profile().changed(change).map_err(Problem::unprocessable)?;
    partner.set_profile(profile);
    tracing::info!(partner = name.as_str(), ?profile, "behaviour set");
    Ok(Json(Described { name, profile }))
}

#[derive(Serialize)]
pub(crate) struct Seen {
    name: Name,
    #[serde(flatten)]
    counts: Counts,
}

pub(crate) async fn calls(State(state): State<Arc<AppState>>, Path(name): Path<String>) -> Result<Json<Seen>, Problem> {
    let name = named(&name)?;
    Ok(Json(Seen { name, counts: state.partner(name).calls.snapshot() }))
}

/// As at the start: behaviour, random numbers, counts, and nothing remembered.
pub(crate) async fn reset(State(state): State<Arc<AppState>>) -> StatusCode {
    state.reset();
    StatusCode::NO_CONTENT
}

fn named(name: &str) -> Result<Name, Problem> {
    name.parse().map_err(|why: String| Problem::not_found(why))
}
