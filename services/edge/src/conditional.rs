//! The last step of a response: 304 where the user has it already, no body for `HEAD`, and the cache status.

use crate::status::Outcome;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// The conditions of a request: what the user has already, and whether a body is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Conditions {
    known: Vec<String>,
    head: bool,
}

impl Conditions {
    /// Read from a request.
    pub(crate) fn of(method: &Method, headers: &HeaderMap) -> Self {
        let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
        let known = lists.flat_map(|list| list.split(',')).map(|tag| weak(tag).to_owned()).collect();
        Self { known, head: method == Method::HEAD }
    }

    /// Compared weakly, as RFC 9110 asks for `If-None-Match`; `*` stands for whatever there is.
    fn hold(&self, status: StatusCode, headers: &HeaderMap) -> bool {
        let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(weak);
        status == StatusCode::OK && tag.is_some_and(|tag| self.known.iter().any(|known| known == "*" || known == tag))
    }

    /// The answer as this user gets it.
    pub(crate) fn answer(
        &self,
        status: StatusCode,
        mut headers: HeaderMap,
        body: Bytes,
        age: Option<u64>,
        outcome: Outcome,
    ) -> Response {
        if let Some(age) = age {
            headers.insert(header::AGE, age.into());
        }
        outcome.report(&mut headers);
        let mut response = if self.hold(status, &headers) {
            for of_the_body in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
                headers.remove(of_the_body);
            }
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            let mut response = Response::new(if self.head { Body::empty() } else { Body::from(body) });
            *response.status_mut() = status;
            response
        };
        *response.headers_mut() = headers;
        response
    }
}

fn weak(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(known: &'static str, tag: &'static str) -> u16 {
        let request = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(known))]);
        let answer = HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static(tag))]);
        let conditions = Conditions::of(&Method::GET, &request);
        conditions.answer(StatusCode::OK, answer, Bytes::new(), None, Outcome::Hit { ttl: 1 }).status().as_u16()
    }

    #[test]
    fn a_user_who_has_the_answer_gets_304() {
        for (known, expected) in [("\"a\"", 304), ("W/\"a\"", 304), ("\"b\", \"a\"", 304), ("*", 304), ("\"b\"", 200)] {
            assert_eq!(status(known, "\"a\""), expected, "{known}");
        }
        assert_eq!(status("\"a\"", "W/\"a\""), 304);
    }
}
