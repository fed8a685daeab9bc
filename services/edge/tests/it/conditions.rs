//! Conditional requests of users: answered here, whole questions to the origin.

use crate::{line::Line, origin::Says};

#[tokio::test]
async fn a_user_who_has_the_answer_gets_304_and_not_a_byte() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("x").with("etag", "\"v1\"").with("content-type", "text/plain"));
    for round in 0..2 {
        let known = line.get_with("/a", &[("if-none-match", "\"v1\"")]).await;
        assert_eq!((known.status, known.body.as_str()), (304, ""), "round {round}");
        assert_eq!(
            (&known.headers["etag"], known.headers.contains_key("content-type")),
            (&"\"v1\"".parse().unwrap(), false)
        );
    }
    assert_eq!(line.get_with("/a", &[("if-none-match", "\"v0\"")]).await.body, "x");
    assert_eq!(line.origin.times(), 1);
    assert!(!line.origin.asked()[0].headers.contains_key("if-none-match"), "what is kept is asked for whole");
}

#[tokio::test]
async fn an_answer_that_is_not_kept_is_compared_too() {
    let line = Line::open().await;
    line.origin.says("/a", Says::body("x").with("cache-control", "no-store").with("etag", "\"v1\""));
    assert_eq!(line.get_with("/a", &[("if-none-match", "\"v1\"")]).await.status, 304);
}

#[tokio::test]
async fn a_part_is_the_origins_business() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("x"));
    line.get("/a").await;
    let part = line.get_with("/a", &[("range", "bytes=0-0")]).await;
    assert_eq!(part.said(), "edge; fwd=bypass; fwd-status=200");
    assert_eq!(line.origin.asked()[1].headers["range"], "bytes=0-0");
}
