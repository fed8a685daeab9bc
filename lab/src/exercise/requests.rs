//! From the templates of `exercise.toml` to requests with weights.

use super::{Case, Exercise};
use crate::exit::Failure;
use crate::load::{Mix, Request};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};

/// The exercise's mix: every template with every term it takes, weighted by Zipf's law over the terms.
///
/// # Errors
/// Exit 2 for a method or a path that is none.
pub fn mix(exercise: &Exercise) -> Result<Mix, Failure> {
    let load = &exercise.load;
    let templates = load
        .requests
        .iter()
        .map(|one| Ok((one.weight, request(&one.method, one.path.clone(), one.body.as_deref(), 200)?)))
        .collect::<Result<_, Failure>>()?;
    Mix::expand(templates, "{term}", &load.terms, load.zipf)
        .map_err(|error| Failure::usage(format!("the load of {} cannot be driven: {error:#}", exercise.id)))
}

/// The request of a behaviour case.
///
/// # Errors
/// Exit 2 for a method that is none.
pub fn case_request(case: &Case) -> Result<Request, Failure> {
    request(&case.method, case.path.clone(), case.body.as_deref(), case.status)
}

fn request(method: &str, path: String, body: Option<&str>, expect_status: u16) -> Result<Request, Failure> {
    let method: Method =
        method.parse().map_err(|_| Failure::usage(format!("{method:?} is no HTTP method (in exercise.toml)")))?;
    let mut headers = HeaderMap::new();
    // As browsers and SDKs do: whoever wants to compress may.
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let body = body.map_or_else(Bytes::new, |text| Bytes::from(text.to_owned()));
    Ok(Request { method, path, headers, body, expect_status })
}
