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

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

async fn ask(caching: EdgeCaching, method: &str, path: &str, header: Option<(&str, &str)>) -> Answer {
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
async fn status_and_body_are_those_of_the_handler() {
    let cases = [
        ("/page", 200, "Größe 富士 🪑".as_bytes().to_vec()),
        ("/empty", 200, Vec::new()),
        ("/large", 200, vec![b'x'; 300_000]),
        ("/spoken", 200, b"Kitchen".to_vec()),
        ("/missing", 404, b"none".to_vec()),
        ("/personal", 200, b"not described".to_vec()),
        ("/nowhere", 404, Vec::new()),
    ];
    for caching in EdgeCaching::under_test() {
        for (path, status, body) in &cases {
            let answer = ask(caching, "GET", path, None).await;
            assert_eq!((answer.status, &answer.body), (*status, body), "{caching:?}: {path}");
        }
        let german = ask(caching, "GET", "/spoken", Some(("accept-language", "de"))).await;
        assert_eq!(german.body, "Küche".as_bytes(), "{caching:?}");
    }
}

#[tokio::test]
async fn a_client_that_has_the_answer_gets_304_and_no_body() {
    for caching in EdgeCaching::under_test() {
        for path in ["/tagged", "/page", "/large"] {
            let Some(tag) = ask(caching, "GET", path, None).await.headers.remove(header::ETAG) else { continue };
            let known = ask(caching, "GET", path, Some(("if-none-match", tag.to_str().unwrap()))).await;
            assert_eq!((known.status, known.body.len(), &known.headers["etag"]), (304, 0, &tag), "{caching:?}: {path}");
            assert!(!known.headers.contains_key("content-type"), "{caching:?}: {path}");
            let weak = format!("\"x\", W/{}", tag.to_str().unwrap());
            assert_eq!(
                ask(caching, "GET", path, Some(("if-none-match", &weak))).await.status,
                304,
                "{caching:?}: {path}"
            );
            let other = ask(caching, "GET", path, Some(("if-none-match", "\"other\""))).await;
            assert_eq!(other.status, 200, "{caching:?}: {path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_described_stays_as_it_is() {
    for caching in EdgeCaching::under_test() {
        for path in ["/personal", "/missing", "/nowhere"] {
            let headers = ask(caching, "GET", path, None).await.headers;
            for name in ["cache-control", "vary", "cache-groups", "etag"] {
                assert!(!headers.contains_key(name), "{caching:?}: {path} has {name}");
            }
        }
    }
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
