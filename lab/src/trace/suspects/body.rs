//! Responses far larger than a client is likely to read.

use super::super::analysis::{Analysis, Dissected};
use super::super::kinds::Kind;
use super::super::model::Key;
use super::{Suspect, percent, total_ns};
use std::collections::BTreeMap;

/// Bytes; a page of a list seldom needs more.
const FAT: f64 = 100.0 * 1024.0;

#[derive(Default)]
struct Route {
    responses: u64,
    bytes: u64,
    serialization_ns: u64,
    at: Option<String>,
}

impl Suspect {
    /// The suspicion where the caller measured the bodies itself: `mean_bytes` of `responses` decoded bodies of `route`
    /// (`GET /v1/search`). `None` up to 100 KB.
    pub fn fat_body(route: &str, mean_bytes: f64, responses: u64, analysis: &Analysis) -> Option<Self> {
        let share = analysis.where_time_goes.get(Kind::Serialization.name()).copied().unwrap_or(0.0);
        suspect(route, mean_bytes, responses, share, None)
    }
}

fn suspect(route: &str, mean_bytes: f64, responses: u64, share: f64, at: Option<String>) -> Option<Suspect> {
    let kilobytes = mean_bytes / 1024.0;
    let evidence = format!(
        "{kilobytes:.0} KB on average over {responses} responses; serialising takes {} of the time",
        percent(share)
    );
    (mean_bytes > FAT).then(|| Suspect {
        kind: "fat_body".to_owned(),
        statement: route.to_owned(),
        per_request: 1.0,
        share,
        at,
        evidence,
    })
}

/// Looks at `http.response.body.size` of the root spans, where the service records it. The place is that of the
/// serialisation: the root span's own is a layer of the server.
pub(super) fn find(requests: &[Dissected<'_>]) -> Vec<Suspect> {
    let mut routes: BTreeMap<String, Route> = BTreeMap::new();
    for request in requests {
        let root = request.tree.nodes[0].span;
        let size = root.attributes.int(Key::HttpResponseSize).and_then(|size| u64::try_from(size).ok());
        let Some(bytes) = size else { continue };
        let text = |key| root.attributes.text(key);
        let name = match (text(Key::HttpMethod), text(Key::HttpRoute)) {
            (Some(method), Some(route)) => format!("{method} {route}"),
            _ => root.name.to_string(),
        };
        let route = routes.entry(name).or_default();
        route.responses += 1;
        route.bytes += bytes;
        route.serialization_ns += request.by_kind()[Kind::Serialization as usize];
        if route.at.is_none() {
            let mut nodes = request.tree.nodes.iter().zip(&request.places);
            route.at =
                nodes.find(|(_, place)| place.kind == Kind::Serialization).and_then(|(node, _)| node.span.code());
        }
    }
    let total = total_ns(requests);
    let found = routes.into_iter().filter_map(|(name, route)| {
        let mean_bytes = route.bytes as f64 / route.responses as f64;
        suspect(&name, mean_bytes, route.responses, route.serialization_ns as f64 / total, route.at)
    });
    found.collect()
}
