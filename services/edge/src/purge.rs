//! `POST /edge/purge`: removes responses by group or by address, for changes that did not come through the edge.

use crate::state::AppState;
use axum::{Json, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use serving::{AdminToken, Problem, ValidJson};

/// The most names in one purge.
const MOST: usize = 100;

/// What to remove.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Every response that belongs to one of these, such as `product-7`.
    #[serde(default)]
    groups: Vec<String>,
    /// Every response to one of these requests, such as `/v1/search?q=lamp`, as users write them.
    #[serde(default)]
    paths: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct Purged {
    /// How many responses were removed.
    purged: usize,
}

pub(crate) async fn purge(
    State(state): State<AppState>,
    request: HeaderMap,
    ValidJson(Wanted { groups, paths }): ValidJson<Wanted>,
) -> Result<Json<Purged>, Problem> {
    AdminToken::check(state.admin.as_ref(), &request)?;
    if !(1..=MOST).contains(&(groups.len() + paths.len())) {
        return Err(Problem::unprocessable(format!("a purge names 1 to {MOST} groups and paths")));
    }
    let question = |path: &String| {
        let (path, query) = path.split_once('?').map_or((path.as_str(), None), |(path, query)| (path, Some(query)));
        state.seams.edge_caching.question(path, query)
    };
    let questions: Vec<String> = paths.iter().map(question).collect();
    Ok(Json(Purged { purged: state.purge(&groups, &questions).await }))
}

impl AppState {
    /// Removes the stored responses of these groups and questions. What is on its way and turns out to be one of them is
    /// neither stored nor given to a request that came later; nothing else is touched.
    pub(crate) async fn purge(&self, groups: &[String], questions: &[String]) -> usize {
        let purged = self.store.purge(groups, questions).await;
        self.coalescer.forget(&purged, questions);
        purged.len()
    }
}
