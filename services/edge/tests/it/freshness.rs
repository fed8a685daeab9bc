//! What is kept, and for how long (RFC 9111, sections 3 and 4.2).

use crate::{
    line::{Line, until_stale},
    origin::Says,
};

#[tokio::test]
async fn a_fresh_answer_is_given_again_with_its_age_and_the_origin_is_asked_once() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("Größe 富士").with("content-type", "text/plain"));
    let first = line.get("/a").await;
    assert_eq!(
        (first.status, first.body.as_str(), first.said()),
        (200, "Größe 富士", "edge; fwd=miss; fwd-status=200; stored")
    );
    let again = line.get("/a").await;
    assert_eq!((again.status, again.body.as_str(), &again.headers["age"]), (200, "Größe 富士", &"0".parse().unwrap()));
    assert_eq!(again.headers["content-type"], "text/plain");
    assert!(again.is_hit() && line.origin.times() == 1, "{}", again.said());
}

#[tokio::test]
async fn what_must_not_be_kept_is_not() {
    let line = Line::open().await;
    let cases = [
        ("no lifetime", Says::body("x")),
        ("no-store", Says::body("x").with("cache-control", "no-store, s-maxage=60")),
        ("private", Says::body("x").with("cache-control", "private, max-age=60")),
        ("no-cache", Says::body("x").with("cache-control", "no-cache, s-maxage=60")),
        ("a cookie", Says::fresh("x").with("set-cookie", "session=1")),
        ("everything varies", Says::fresh("x").with("vary", "*")),
        ("an error", Says { status: 500, ..Says::fresh("x") }),
        ("a part", Says { status: 206, ..Says::fresh("x") }),
        ("a lifetime that is none", Says::body("x").with("cache-control", "s-maxage=soon")),
    ];
    for (name, says) in cases {
        let (status, before) = (says.status, line.origin.times());
        line.origin.says("/a", says);
        for _ in 0..2 {
            let answer = line.get("/a").await;
            assert_eq!((answer.status, answer.is_hit()), (status, false), "{name}: {}", answer.said());
        }
        assert_eq!(line.origin.times(), before + 2, "{name}");
    }
}

#[tokio::test]
async fn a_missing_page_is_kept_where_the_origin_says_how_long() {
    let line = Line::open().await;
    line.origin.says("/a", Says { status: 404, ..Says::fresh("none") });
    line.get("/a").await;
    let again = line.get("/a").await;
    assert!(again.status == 404 && again.is_hit(), "{}", again.said());
}

#[tokio::test]
async fn an_answer_to_a_logged_in_request_is_kept_only_where_the_origin_allows_it() {
    let line = Line::open().await;
    let me = [("authorization", "Bearer mine")];
    let personal = Says { echoes: Some("authorization"), ..Says::body("").with("cache-control", "max-age=60") };
    line.origin.says("/me", personal);
    assert_eq!(line.get_with("/me", &me).await.body, "Bearer mine");
    let other = line.get_with("/me", &[("authorization", "Bearer yours")]).await;
    assert_eq!((other.body.as_str(), other.is_hit()), ("Bearer yours", false));
    line.origin.says("/all", Says::body("for all").with("cache-control", "public, max-age=60"));
    line.get_with("/all", &me).await;
    assert!(line.get("/all").await.is_hit());
}

#[tokio::test]
async fn a_stale_answer_is_validated_and_holds_again() {
    let line = Line::open().await;
    let says = || Says::body("x").with("cache-control", "s-maxage=1").with("etag", "\"v1\"");
    line.origin.says("/a", says());
    line.get("/a").await;
    until_stale().await;
    let renewed = line.get("/a").await;
    assert_eq!((renewed.body.as_str(), renewed.said()), ("x", "edge; fwd=stale; fwd-status=304; stored; ttl=0"));
    assert_eq!(line.origin.asked()[1].headers["if-none-match"], "\"v1\"");
    assert!(line.get("/a").await.is_hit());
    until_stale().await;
    line.origin.says("/a", Says::body("y").with("cache-control", "s-maxage=1").with("etag", "\"v2\""));
    assert_eq!(line.get("/a").await.body, "y");
}

#[tokio::test]
async fn a_client_may_insist_on_the_origin_or_on_the_edge() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("x"));
    assert_eq!(line.get_with("/a", &[("cache-control", "only-if-cached")]).await.status, 504);
    assert_eq!(line.origin.times(), 0);
    line.get("/a").await;
    assert!(line.get_with("/a", &[("cache-control", "only-if-cached")]).await.is_hit());
    assert!(!line.get_with("/a", &[("cache-control", "no-cache")]).await.is_hit());
    assert!(!line.get_with("/a", &[("pragma", "no-cache")]).await.is_hit());
    assert_eq!(line.origin.times(), 3);
}
