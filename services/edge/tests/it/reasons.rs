//! Why a request was forwarded (RFC 9211), and for whom (RFC 7239).

use crate::{
    line::{Line, until_stale},
    origin::Says,
};

#[tokio::test]
async fn the_status_says_why_a_request_was_forwarded() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("x").with("etag", "\"v1\""));
    assert_eq!(line.get("/a").await.said(), "edge; fwd=miss; fwd-status=200; stored");
    let insists = line.get_with("/a", &[("cache-control", "no-cache")]).await;
    assert!(insists.said().starts_with("edge; fwd=request; fwd-status=304"), "{}", insists.said());
    line.origin.says("/v", Says { echoes: Some("accept-language"), ..Says::fresh("").with("vary", "accept-language") });
    line.get_with("/v", &[("accept-language", "de")]).await;
    let other = line.get_with("/v", &[("accept-language", "fr")]).await;
    assert_eq!(other.said(), "edge; fwd=vary-miss; fwd-status=200; stored");
    line.origin.says("/s", Says::body("old").with("cache-control", "s-maxage=1"));
    line.get("/s").await;
    until_stale().await;
    assert_eq!(line.get("/s").await.said(), "edge; fwd=stale; fwd-status=200; stored");
}

#[tokio::test]
async fn a_head_of_which_nothing_is_stored_stays_a_head() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("twelve bytes"));
    let head = line.send("HEAD", "/a", &[], "").await;
    assert_eq!((head.status, head.body.as_str(), head.said()), (200, "", "edge; fwd=miss; fwd-status=200"));
    assert_eq!(line.origin.asked()[0].method, "HEAD");
    assert!(!line.get("/a").await.is_hit(), "an answer without a body is not stored for one with");
    assert!(line.send("HEAD", "/a", &[], "").await.is_hit());
    assert_eq!(line.origin.times(), 2);
}

#[tokio::test]
async fn the_origin_is_told_for_whom_it_is_asked() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("x"));
    line.get_with("/a", &[("host", "shop.example"), ("x-forwarded-for", "192.0.2.1")]).await;
    line.send("POST", "/a", &[("host", "shop.example")], "{}").await;
    for asked in line.origin.asked() {
        assert_eq!(asked.headers["forwarded"], "for=unknown;host=\"shop.example\";proto=http");
        assert_eq!(
            (&asked.headers["x-forwarded-host"], &asked.headers["x-forwarded-proto"]),
            (&"shop.example".parse().unwrap(), &"http".parse().unwrap())
        );
    }
    assert_eq!(line.origin.asked()[0].headers["x-forwarded-for"], "192.0.2.1");
}
