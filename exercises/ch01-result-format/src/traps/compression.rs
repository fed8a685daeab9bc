//! The large answer compressed for clients that accept it: fewer bytes to send, and more work to make them.

use crate::json_answer::json_answer;
use crate::query::{Page, Search};
use crate::{Beside, FormatError, flawed};
use axum::response::Response;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::io::Write as _;

pub(crate) use crate::flawed::{Row, SQL};

pub(crate) fn answer(
    found: Page<Row>,
    search: &Search,
    beside: Beside,
    request: &HeaderMap,
) -> Result<Response, FormatError> {
    let body = flawed::body(found, search, beside)?;
    if !accepts_gzip(request) {
        return Ok(vary(json_answer(body, request)));
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::default());
    encoder.write_all(&body)?;
    let mut response = vary(json_answer(encoder.finish()?, request));
    if response.status() == StatusCode::OK {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn vary(mut response: Response) -> Response {
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn accepts_gzip(request: &HeaderMap) -> bool {
    let lists = request.get_all(header::ACCEPT_ENCODING);
    let mut offers = lists.iter().filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    offers.any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
        let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
        name.trim() == "gzip" && !refused
    })
}
