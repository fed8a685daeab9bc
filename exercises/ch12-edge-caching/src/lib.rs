//! What a cache between the shop and its users may keep: what the origin says about an answer, and what the edge calls
//! a question.
//!
//! Both ends of the line use this: search describes its answers, the edge names its requests. The contract, whichever
//! implementation runs:
//! - an answer is what the origin would give to this very request, language included. Stock and counters in it may be up
//!   to fifteen seconds old while the origin answers, and up to ten minutes while it does not;
//! - a price that was changed through the shop is right in the next answer;
//! - only parameters that the origin does not read may be left out of a question's name;
//! - an answer that has an `ETag` is given as 304, without a body, to a request that names it in `If-None-Match`;
//! - what a handler does not describe as [`CacheTags`] is left as it is.

mod broken;
mod conditional;
mod fixed;
mod flawed;
mod traps;
mod yours;

use axum::{extract::Request, middleware::Next, response::Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use shop::ProductId;
use variant::seam;

seam! {
    "ch12-edge-caching",
    /// The implementation in use.
    pub enum EdgeCaching {
        Hour = traps::hour, UrlOnly = traps::url_only;
        EnglishForAll = broken::english_for_all,
        EtagOfLength = broken::etag_of_length,
        HitsOnly = broken::hits_only,
        OnlySearch = broken::only_search,
        StockForAnHour = broken::stock_for_an_hour,
    }
}

/// What an answer shows: a handler puts it into the extensions of an answer that is the same for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheTags {
    /// Every product whose name or price is in it.
    pub products: Vec<ProductId>,
    /// Whether it is written in the language that `Accept-Language` asks for.
    pub by_language: bool,
}

/// Products whose price was changed: a handler puts it into the extensions of the answer that confirms the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed(pub Vec<ProductId>);

impl EdgeCaching {
    /// The name of a question in the edge's cache: path and query, which is also what the origin is asked for.
    #[must_use]
    pub fn question(self, path: &str, query: Option<&str>) -> String {
        dispatch!(self, chosen => chosen::question(path, query))
    }

    /// A layer of the origin: describes every answer that says what it shows, and announces what was changed.
    pub async fn describe(self, request: Request, next: Next) -> Response {
        let known = request.headers().clone();
        let (mut parts, body) = next.run(request).await.into_parts();
        if let Some(Changed(products)) = parts.extensions.remove::<Changed>() {
            self.announce(&products, &mut parts.headers);
        }
        let described = matches!(parts.status, StatusCode::OK | StatusCode::NOT_MODIFIED);
        let Some(tags) = parts.extensions.remove::<CacheTags>().filter(|_| described) else {
            return Response::from_parts(parts, body);
        };
        // The body was made by this process and is whole in memory; it cannot fail, and there is nothing to limit.
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        self.write_headers(&tags, &body, &mut parts.headers);
        conditional::answer(parts, body, &known)
    }

    fn write_headers(self, tags: &CacheTags, body: &Bytes, headers: &mut HeaderMap) {
        dispatch!(self, chosen => chosen::describe(tags, body, headers));
    }

    fn announce(self, changed: &[ProductId], headers: &mut HeaderMap) {
        dispatch!(self, chosen => chosen::announce(changed, headers));
    }
}
