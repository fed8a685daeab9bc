//! `POST /edge/purge`: forgets answers by group or by address, for changes that did not come through here.

use crate::app::Edge;
use axum::{Json, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use serving::{AdminToken, Problem, ValidJson};

/// Names in one purge at most.
const MOST: usize = 100;

/// What is to be forgotten.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Every answer that belongs to one of these, such as `product-7`.
    #[serde(default)]
    groups: Vec<String>,
    /// Every answer to one of these, such as `/v1/search?q=lamp`; spelled as users spell them.
    #[serde(default)]
    paths: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct Purged {
    /// Answers that are forgotten.
    purged: usize,
}

pub(crate) async fn purge(
    State(edge): State<Edge>,
    request: HeaderMap,
    ValidJson(Wanted { groups, paths }): ValidJson<Wanted>,
) -> Result<Json<Purged>, Problem> {
    AdminToken::check(edge.admin.as_ref(), &request)?;
    if !(1..=MOST).contains(&(groups.len() + paths.len())) {
        return Err(Problem::unprocessable(format!("a purge names 1 to {MOST} groups and paths")));
    }
    let question = |path: &String| {
        let (path, query) = path.split_once('?').map_or((path.as_str(), None), |(path, query)| (path, Some(query)));
        edge.caching.question(path, query)
    };
    let questions: Vec<String> = paths.iter().map(question).collect();
    Ok(Json(Purged { purged: edge.purge(&groups, &questions).await }))
}

impl Edge {
    /// Forgets what is kept, and what is on its way, of these groups and questions.
    pub(crate) async fn purge(&self, groups: &[String], questions: &[String]) -> usize {
        let purged = self
            .store
            .purge(|kept| questions.contains(&kept.question) || kept.groups.iter().any(|group| groups.contains(group)))
            .await;
        self.flights.ground();
        purged
    }
}
