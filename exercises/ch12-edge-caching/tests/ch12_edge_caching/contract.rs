//! What every implementation keeps, whatever it tells caches.

use crate::{
    described::ask,
    named::{DIFFERENT, name},
};
use edge_caching::EdgeCaching;
use http::header;

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

#[test]
fn different_questions_never_have_one_name() {
    for caching in EdgeCaching::under_test() {
        for (one, other) in DIFFERENT {
            assert_ne!(name(caching, one), name(caching, other), "{caching:?}: {one} and {other}");
        }
        assert_ne!(caching.question("/v1/products/1", None), caching.question("/v1/products/2", None), "{caching:?}");
    }
}

#[test]
fn a_name_is_an_address_that_can_be_asked_for() {
    let long = "x".repeat(8_000);
    for caching in EdgeCaching::under_test() {
        for query in ["q=a%20b&page=2", "q=%F0%9F%AA%91", "q", "=", "a=b=c", &long] {
            let name = name(caching, query);
            let address: http::Uri = name.parse().unwrap_or_else(|error| panic!("{caching:?}: {name}: {error}"));
            assert_eq!(address.path(), "/v1/search", "{caching:?}");
        }
    }
}
