//! Responses far larger than a client is likely to read.

use super::super::analysis::Analysis;
use super::super::kinds::Kind;
use super::super::model::Key;
use super::super::profile::RequestProfile;
use super::{Suspect, number, percent, total_ns};
use std::collections::BTreeMap;

/// Bytes; a page of a list seldom needs more, whatever the client reads of it.
const FAT: f64 = 100.0 * 1024.0;

/// Bytes that a server sends before the first acknowledgement: ten segments (RFC 6928). A smaller body costs no round trip.
const ONE_FLIGHT: f64 = 10.0 * 1460.0;

/// So many times what the client reads is far more.
const FAR_MORE: f64 = 5.0;

#[derive(Default)]
struct Route {
    responses: u64,
    bytes: u64,
    serialization_ns: u64,
    at: Option<String>,
}

/// Bodies of one route, decoded.
#[derive(Debug, Clone, Copy)]
pub struct Bodies<'a> {
    /// Method and route: `GET /v1/search`.
    pub route: &'a str,
    /// Mean size in bytes.
    pub mean_bytes: f64,
    /// How many there were.
    pub responses: u64,
    /// Bytes of the values in it that the client reads, where that is known.
    pub read_bytes: Option<f64>,
}

impl Suspect {
    /// The suspicion where the caller measured the bodies itself. `None` up to 100 KB, unless it is known what the client
    /// reads: then `None` up to 14.6 KB or five times that.
    pub fn fat_body(bodies: Bodies<'_>, analysis: &Analysis) -> Option<Self> {
        let share = analysis.where_time_goes.get(Kind::Serialization.name()).copied().unwrap_or(0.0);
        let mut operations = analysis.operations.iter();
        let at = operations.find(|operation| operation.kind == Kind::Serialization && operation.at.is_some());
        suspect(bodies, share, at.and_then(|operation| operation.at.clone()))
    }
}

fn suspect(bodies: Bodies<'_>, share: f64, at: Option<String>) -> Option<Suspect> {
    let Bodies { route, mean_bytes, responses, read_bytes } = bodies;
    let kilobytes = mean_bytes / 1024.0;
    let read = match read_bytes {
        Some(read) => format!(", of which clients read {} KB", number(read / 1024.0)),
        None => String::new(),
    };
    let evidence = format!(
        "{kilobytes:.0} KB on average over {responses} responses{read}; serialising takes {} of the time",
        percent(share)
    );
    let fat = match read_bytes {
        Some(read) => mean_bytes > ONE_FLIGHT && mean_bytes > FAR_MORE * read,
        None => mean_bytes > FAT,
    };
    fat.then(|| Suspect {
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
pub(super) fn find(requests: &[RequestProfile<'_>]) -> Vec<Suspect> {
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
            let mut nodes = request.tree.nodes.iter().zip(&request.classes);
            route.at =
                nodes.find(|(_, class)| class.kind == Kind::Serialization).and_then(|(node, _)| node.span.code());
        }
    }
    let total = total_ns(requests);
    let found = routes.into_iter().filter_map(|(name, route)| {
        let mean_bytes = route.bytes as f64 / route.responses as f64;
        let bodies = Bodies { route: &name, mean_bytes, responses: route.responses, read_bytes: None };
        suspect(bodies, route.serialization_ns as f64 / total, route.at)
    });
    found.collect()
}
