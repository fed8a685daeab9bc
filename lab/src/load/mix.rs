//! What is asked: a weighted mix of requests, with Zipf popularity over the keys they name.

use anyhow::Context as _;
use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use std::sync::Arc;

/// One request of the mix.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Path and query, beginning with a slash, percent-encoded where the URI grammar asks for it.
    pub path: String,
    /// Headers beside the driver's own (host, traceparent, and accept-encoding: gzip unless given here).
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// The status a right answer has; any other is an unexpected error.
    pub expect_status: u16,
}

impl Request {
    /// A GET that expects 200.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            expect_status: 200,
        }
    }
}

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
}

impl Mix {
    /// A mix of requests by weight. Arrivals name them by their place in this list.
    ///
    /// # Errors
    /// An empty list, a weight that is not positive and finite, or a path that is no URI path.
    pub fn new(requests: Vec<(f64, Request)>) -> anyhow::Result<Self> {
        anyhow::ensure!(!requests.is_empty(), "a mix needs at least one request");
        let mut cumulative = 0.0;
        let entries = requests
            .into_iter()
            .map(|(weight, request)| {
                anyhow::ensure!(
                    weight.is_finite() && weight > 0.0,
                    "{}: weight {weight} is not positive",
                    request.path
                );
                anyhow::ensure!(request.path.starts_with('/'), "{}: a path begins with a slash", request.path);
                cumulative += weight;
                let uri = request.path.parse().with_context(|| format!("{}: not a path", request.path))?;
                Ok(Entry { cumulative, request, uri })
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { entries })
    }

    /// Every template once for each term, `placeholder` (for instance `{term}`) in its path replaced by the
    /// percent-encoded term; term k (from 0) weighs 1/(k+1)^`exponent` of its template's weight. Templates without the
    /// placeholder stay as they are.
    ///
    /// # Errors
    /// As [`Mix::new`]; also no terms where a template asks for one.
    pub fn expand(
        templates: Vec<(f64, Request)>,
        placeholder: &str,
        terms: &[String],
        exponent: f64,
    ) -> anyhow::Result<Self> {
        let popularity = zipf_weights(terms.len(), exponent);
        let mut requests = Vec::new();
        for (weight, template) in templates {
            if !template.path.contains(placeholder) {
                requests.push((weight, template));
                continue;
            }
            anyhow::ensure!(!terms.is_empty(), "{}: no terms to put in", template.path);
            requests.extend(terms.iter().zip(&popularity).map(|(term, share)| {
                let path = template.path.replace(placeholder, &percent_encoded(term));
                (weight * share, Request { path, ..template.clone() })
            }));
        }
        Self::new(requests)
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

    /// The request a uniform draw in [0, 1) lands on.
    pub(super) fn choose(&self, draw: f64) -> usize {
        let point = draw * self.entries.last().map_or(0.0, |entry| entry.cumulative);
        self.entries.partition_point(|entry| entry.cumulative <= point).min(self.entries.len() - 1)
    }
}

/// The shares of `n` keys under Zipf's law with the given exponent, most popular first; they sum to 1.
pub fn zipf_weights(n: usize, exponent: f64) -> Vec<f64> {
    let raw: Vec<f64> = (1..=n).map(|rank| (rank as f64).powf(-exponent)).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}

/// Everything but RFC 3986's unreserved characters as %XX.
fn percent_encoded(term: &str) -> String {
    let mut encoded = String::with_capacity(term.len());
    for byte in term.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{Mix, Request, zipf_weights};

    #[test]
    fn a_template_becomes_one_request_a_term_with_the_term_encoded() {
        let terms = ["trail shoe".to_owned(), "käse".to_owned()];
        let templates = vec![(3.0, Request::get("/v1/search?q={term}")), (1.0, Request::get("/healthz"))];
        let mix = Mix::expand(templates, "{term}", &terms, 1.0).unwrap();
        assert_eq!(mix.len(), 3);
        assert_eq!(mix.request(0).path, "/v1/search?q=trail%20shoe");
        assert_eq!(mix.request(1).path, "/v1/search?q=k%C3%A4se");
        // Weights 2, 1 and 1 of 4.
        assert_eq!((mix.choose(0.49), mix.choose(0.51), mix.choose(0.76)), (0, 1, 2));
    }

    #[test]
    fn zipf_shares_fall_with_the_rank_and_sum_to_one() {
        let shares = zipf_weights(100, 1.0);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((shares[0] / shares[9] - 10.0).abs() < 1e-9);
        assert!(zipf_weights(4, 0.0).iter().all(|share| (share - 0.25).abs() < 1e-12));
    }

    #[test]
    fn a_mix_that_cannot_be_driven_is_refused_with_its_reason() {
        let refused = |requests| Mix::new(requests).unwrap_err().to_string();
        assert!(refused(vec![]).contains("at least one"));
        assert!(refused(vec![(0.0, Request::get("/"))]).contains("not positive"));
        assert!(refused(vec![(1.0, Request::get("v1"))]).contains("slash"));
        assert!(refused(vec![(1.0, Request::get("/a b"))]).contains("not a path"));
        assert!(Mix::expand(vec![(1.0, Request::get("/{term}"))], "{term}", &[], 1.0).is_err());
    }
}
