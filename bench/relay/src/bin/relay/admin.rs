//! The admin routes: what each line is like, which can be changed while it runs, and what has passed.

use crate::conditions::Change;
use crate::line::{Described, Line, Passed};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Serialize;
use serving::{Problem, Readiness, Shutdown, ValidJson};
use std::sync::Arc;

/// Longer bodies are refused with 413.
const BODY_LIMIT: usize = 4 * 1024;

type Lines = State<Arc<[Line]>>;

#[derive(Serialize)]
struct List {
    lines: Vec<Described>,
}

/// All routes over these lines.
pub(crate) fn app(lines: Arc<[Line]>, shutdown: Shutdown) -> Router {
    Router::new()
        .route("/admin/lines", get(list))
        .route("/admin/lines/{name}", get(show).put(change))
        .route("/admin/lines/{name}/calls", get(calls))
        .route("/admin/lines/{name}/cut", post(cut))
        .route("/admin/reset", post(reset))
        .fallback(async || Problem::not_found("there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "/problems/method-not-allowed")
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(lines)
        .merge(serving::health(Readiness::new(shutdown)))
}

async fn list(State(lines): Lines) -> Json<List> {
    Json(List { lines: lines.iter().map(Line::described).collect() })
}

async fn show(State(lines): Lines, Path(name): Path<String>) -> Result<Json<Described>, Problem> {
    Ok(Json(named(&lines, &name)?.described()))
}

/// What the body does not name stays as it is. Applies to what enters the line from now on.
async fn change(
    State(lines): Lines,
    Path(name): Path<String>,
    ValidJson(change): ValidJson<Change>,
) -> Result<Json<Described>, Problem> {
    let line = named(&lines, &name)?;
    line.change(change).map_err(Problem::unprocessable)?;
    Ok(Json(line.described()))
}

async fn calls(State(lines): Lines, Path(name): Path<String>) -> Result<Json<Passed>, Problem> {
    Ok(Json(named(&lines, &name)?.passed()))
}

/// Breaks the connections alive now; new ones are accepted as before.
async fn cut(State(lines): Lines, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    named(&lines, &name)?.cut();
    Ok(StatusCode::NO_CONTENT)
}

/// As at the start: all conditions, and counts from 0.
async fn reset(State(lines): Lines) -> StatusCode {
    lines.iter().for_each(Line::reset);
    StatusCode::NO_CONTENT
}

fn named<'a>(lines: &'a [Line], name: &str) -> Result<&'a Line, Problem> {
    lines.iter().find(|line| line.name == name).ok_or_else(|| {
        let known: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        Problem::not_found(format!("there is no line of this name; there are {}", known.join(", ")))
    })
}
