//! What the origin says about its answers: one small origin, asked through every implementation.

use axum::{
    Extension, Router,
    body::Body,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use edge_caching::{CacheTags, Changed, EdgeCaching};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use shop::ProductId;
use tower::ServiceExt as _;

fn showing(products: impl IntoIterator<Item = i64>, by_language: bool) -> Extension<CacheTags> {
    Extension(CacheTags { products: products.into_iter().map(ProductId).collect(), by_language })
}

fn origin(caching: EdgeCaching) -> Router {
    Router::new()
        .route("/page", get(async || (showing([7, 3, 7], false), "Größe 富士 🪑")))
        .route("/empty", get(async || (showing([], false), "")))
        .route("/large", get(async || (showing(1..=200, false), "x".repeat(300_000))))
        .route("/tagged", get(async || (showing([1], false), [(header::ETAG, "\"own\"")], "tagged")))
        .route("/spoken", get(spoken))
        .route("/missing", get(async || (StatusCode::NOT_FOUND, showing([1], false), "none")))
        .route("/personal", get(async || "not described"))
        .route("/price", put(async || Extension(Changed(vec![ProductId(7)]))))
        .layer(from_fn(move |request: Request, next: Next| caching.describe(request, next)))
}

async fn spoken(request: HeaderMap) -> Response {
    let german = request.get(header::ACCEPT_LANGUAGE).is_some_and(|language| language == "de");
    (showing([], true), if german { "Küche" } else { "Kitchen" }).into_response()
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

pub(crate) async fn ask(caching: EdgeCaching, method: &str, path: &str, header: Option<(&str, &str)>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let response = origin(caching).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

#[tokio::test]
async fn the_reference_says_how_long_for_whom_and_about_what() {
    let page = ask(EdgeCaching::Fixed, "GET", "/page", None).await.headers;
    let lifetime = page["cache-control"].to_str().unwrap();
    for part in ["s-maxage=", "stale-while-revalidate=", "stale-if-error="] {
        assert!(lifetime.contains(part), "{lifetime}");
    }
    assert_eq!(page["cache-groups"], "\"product-3\", \"product-7\"");
    assert!(page.contains_key("etag") && !page.contains_key("vary"));
    assert_eq!(ask(EdgeCaching::Fixed, "GET", "/spoken", None).await.headers["vary"], "accept-language");
    assert_eq!(ask(EdgeCaching::Fixed, "GET", "/tagged", None).await.headers["etag"], "\"own\"");
    let price = ask(EdgeCaching::Fixed, "PUT", "/price", None).await.headers;
    assert_eq!(price["cache-group-invalidation"], "\"product-7\"");
}

#[tokio::test]
async fn the_traps_leave_out_what_their_heads_say() {
    assert!(!ask(EdgeCaching::UrlOnly, "GET", "/spoken", None).await.headers.contains_key("vary"));
    let price = ask(EdgeCaching::Hour, "PUT", "/price", None).await.headers;
    assert!(!price.contains_key("cache-group-invalidation"));
}
