//! What is asked: a weighted mix of requests, with Zipf popularity over the keys they name, and customers in turn.

use super::request::Request;
use anyhow::Context as _;
use bytes::Bytes;
use http::Uri;
use std::sync::Arc;

/// Weighted requests. Cloning is cheap: the requests are shared.
#[derive(Debug, Clone)]
pub struct Mix {
    entries: Arc<[Entry]>,
}

#[derive(Debug)]
struct Entry {
    /// Sum of the weights up to and including this one.
    cumulative: f64,
    request: Request,
    /// The path, parsed once.
    uri: Uri,
    /// The body as it goes over the wire, encoded once.
    body: Bytes,
    /// The first of the requests that take turns with it, and how many they are.
    turns: (usize, usize),
}

impl Mix {
    /// A mix of requests by weight. Arrivals name them by their place in this list.
    ///
    /// # Errors
    /// An empty list, a weight that is not positive and finite, a path that is no URI path, or a gRPC message that is none.
    pub fn new(requests: Vec<(f64, Request)>) -> anyhow::Result<Self> {
        Self::in_turns(requests.into_iter().map(|(weight, request)| (weight, vec![request])).collect())
    }

    /// A mix of groups by weight. The requests of a group take turns, arrival by arrival: the same request by several
    /// customers, none of whom is to ask twice at the same time.
    ///
    /// # Errors
    /// As [`Mix::new`].
    pub fn in_turns(groups: Vec<(f64, Vec<Request>)>) -> anyhow::Result<Self> {
        let mut cumulative = 0.0;
        let mut first = 0;
        let shared = groups.into_iter().flat_map(|(weight, group)| {
            let turns = (first, group.len());
            first += group.len();
            group.into_iter().map(move |request| (weight / turns.1 as f64, turns, request))
        });
        let entries: Arc<[Entry]> = shared
            .map(|(weight, turns, request)| {
                anyhow::ensure!(
                    weight.is_finite() && weight > 0.0,
                    "{}: weight {weight} is not positive",
                    request.path
                );
                anyhow::ensure!(request.path.starts_with('/'), "{}: a path begins with a slash", request.path);
                cumulative += weight;
                let uri = request.path.parse().with_context(|| format!("{}: not a path", request.path))?;
                let body = request.wire_body().with_context(|| format!("{}: not its message", request.path))?;
                Ok(Entry { cumulative, request, uri, body, turns })
            })
            .collect::<anyhow::Result<_>>()?;
        anyhow::ensure!(!entries.is_empty(), "a mix needs at least one request");
        Ok(Self { entries })
    }

    /// The request at a place, as arrivals and samples name it.
    pub fn request(&self, index: usize) -> &Request {
        &self.entries[index].request
    }

    /// How many requests there are to choose from.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Never: a mix holds at least one request.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn uri(&self, index: usize) -> &Uri {
        &self.entries[index].uri
    }

    pub(super) fn body(&self, index: usize) -> &Bytes {
        &self.entries[index].body
    }

    /// The request a uniform draw in [0, 1) lands on.
    pub(super) fn choose(&self, draw: f64) -> usize {
        let point = draw * self.entries.last().map_or(0.0, |entry| entry.cumulative);
        self.entries.partition_point(|entry| entry.cumulative <= point).min(self.entries.len() - 1)
    }

    /// Whose turn it is among the requests that take turns with this one. Moves `turn` on where there are several.
    pub(super) fn next(&self, index: usize, turn: &mut usize) -> usize {
        let (first, len) = self.entries[index].turns;
        if len > 1 {
            *turn = turn.wrapping_add(1);
        }
        first + *turn % len
    }

    /// The kinds of requests in it.
    pub fn tags(&self) -> std::collections::BTreeSet<Arc<str>> {
        self.entries.iter().map(|entry| entry.request.tag.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Mix, Request};

    #[test]
    fn customers_take_turns_whatever_is_drawn() {
        let of = |who: &str| Request::get(format!("/{who}"));
        let groups = vec![(1.0, vec![of("ada"), of("bo"), of("cy")]), (1.0, vec![of("healthz")])];
        let mix = Mix::in_turns(groups).unwrap();
        let mut turn = 0;
        let asked: Vec<String> = [0, 0, 3, 2, 1, 3, 0]
            .iter()
            .map(|drawn| mix.request(mix.next(*drawn, &mut turn)).path[1..].to_owned())
            .collect();
        assert_eq!(asked, ["bo", "cy", "healthz", "ada", "bo", "healthz", "cy"]);
        // The group as a whole has the weight, not each of its requests.
        assert_eq!((mix.choose(0.49), mix.choose(0.51)), (2, 3));
    }

    #[test]
    fn a_mix_that_cannot_be_driven_is_refused_with_its_reason() {
        let refused = |requests| Mix::new(requests).unwrap_err().to_string();
        assert!(refused(vec![]).contains("at least one"));
        assert!(refused(vec![(0.0, Request::get("/"))]).contains("not positive"));
        assert!(refused(vec![(1.0, Request::get("v1"))]).contains("slash"));
        assert!(refused(vec![(1.0, Request::get("/a b"))]).contains("not a path"));
    }
}
