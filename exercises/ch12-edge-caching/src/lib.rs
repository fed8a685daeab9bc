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

mod conditional;
mod fixed;
mod flawed;
mod traps;
mod yours;

use axum::{extract::Request, middleware::Next, response::Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use shop::ProductId;
use variant::{UnknownTrap, Variant};

/// This seam's id in `VARIANTS`.
pub const SEAM: &str = "ch12-edge-caching";

/// The implementation in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeCaching {
    /// The one the shop opened with.
    Flawed,
    /// The learner's.
    Yours,
    /// The reference fix.
    Fixed,
    /// The trap `url-only`.
    UrlOnly,
    /// The trap `hour`.
    Hour,
}

impl TryFrom<&Variant> for EdgeCaching {
    type Error = UnknownTrap;

    fn try_from(variant: &Variant) -> Result<Self, UnknownTrap> {
        match variant {
            Variant::Flawed => Ok(Self::Flawed),
            Variant::Yours => Ok(Self::Yours),
            Variant::Fixed => Ok(Self::Fixed),
            Variant::Trap(name) if name == "url-only" => Ok(Self::UrlOnly),
            Variant::Trap(name) if name == "hour" => Ok(Self::Hour),
            Variant::Trap(name) => Err(UnknownTrap::of(SEAM, name)),
        }
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
    /// Every implementation, for the tests.
    pub const ALL: [Self; 5] = [Self::Flawed, Self::Yours, Self::Fixed, Self::UrlOnly, Self::Hour];

    /// The name of a question in the edge's cache: path and query, which is also what the origin is asked for.
    #[must_use]
    pub fn question(self, path: &str, query: Option<&str>) -> String {
        match self {
            Self::Flawed => flawed::question(path, query),
            Self::Yours => yours::question(path, query),
            Self::Fixed | Self::UrlOnly | Self::Hour => fixed::question(path, query),
        }
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
        match self {
            Self::Flawed => flawed::describe(tags, body, headers),
            Self::Yours => yours::describe(tags, body, headers),
            Self::Fixed => fixed::describe(tags, body, headers),
            Self::UrlOnly => traps::url_only::describe(tags, body, headers),
            Self::Hour => traps::hour::describe(tags, body, headers),
        }
    }

    fn announce(self, changed: &[ProductId], headers: &mut HeaderMap) {
        match self {
            Self::Flawed => flawed::announce(changed, headers),
            Self::Yours => yours::announce(changed, headers),
            Self::Fixed | Self::UrlOnly => fixed::announce(changed, headers),
            Self::Hour => traps::hour::announce(changed, headers),
        }
    }
}
