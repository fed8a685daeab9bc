//! Stale answers (RFC 5861): while a new one is fetched, and when there is none.

use crate::{
    line::{Line, until_stale},
    origin::Says,
};
use std::time::Duration;

#[tokio::test]
async fn a_stale_answer_is_given_while_a_new_one_is_fetched() {
    let line = Line::open().await;
    let says = |body| Says::body(body).with("cache-control", "s-maxage=1, stale-while-revalidate=30");
    line.origin.says("/a", says("old"));
    line.get("/a").await;
    line.origin.says("/a", says("new"));
    until_stale().await;
    let stale = line.get("/a").await;
    assert_eq!((stale.body.as_str(), stale.is_hit()), ("old", true), "{}", stale.said());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(line.get("/a").await.body, "new");
}

#[tokio::test]
async fn an_origin_that_is_away_is_not_noticed_where_stale_if_error_allows_it() {
    let line = Line::open().await;
    line.origin.says("/a", Says::body("kept").with("cache-control", "s-maxage=1, stale-if-error=60"));
    line.origin.says("/b", Says::body("kept").with("cache-control", "s-maxage=1"));
    for path in ["/a", "/b"] {
        line.get(path).await;
    }
    line.origin.go_away();
    assert!(line.get("/a").await.is_hit(), "still fresh");
    until_stale().await;
    for _ in 0..3 {
        let kept = line.get("/a").await;
        assert_eq!((kept.status, kept.body.as_str()), (200, "kept"), "{}", kept.said());
        assert!(kept.said().contains("stale-if-error"), "{}", kept.said());
    }
    let many = line.at_once(20, "/a", &[]).await;
    assert!(many.iter().all(|answer| answer.status == 200), "nor by those who ask at the same time");
    assert!(line.get("/b").await.status >= 500, "its origin did not allow it");
}

#[tokio::test]
async fn a_window_ends() {
    let line = Line::open().await;
    line.origin
        .says("/a", Says::body("old").with("cache-control", "s-maxage=0, stale-if-error=1, stale-while-revalidate=1"));
    line.get("/a").await;
    line.origin.go_away();
    assert_eq!(line.get("/a").await.status, 200);
    until_stale().await;
    assert!(line.get("/a").await.status >= 500);
}

#[tokio::test]
async fn must_revalidate_allows_nothing_stale() {
    let line = Line::open().await;
    let says = "s-maxage=1, must-revalidate, stale-if-error=60, stale-while-revalidate=60";
    line.origin.says("/a", Says::body("x").with("cache-control", says));
    line.get("/a").await;
    line.origin.go_away();
    until_stale().await;
    assert!(line.get("/a").await.status >= 500);
}
