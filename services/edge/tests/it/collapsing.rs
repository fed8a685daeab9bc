//! Many who ask at once, and the one question that reaches the origin.

use crate::{
    line::{Line, until_stale},
    origin::Says,
};
use std::time::Duration;

fn slow(says: Says) -> Says {
    Says { delay: Duration::from_millis(100), ..says }
}

#[tokio::test]
async fn a_cold_answer_is_fetched_once_however_many_ask() {
    let line = Line::open().await;
    line.origin.says("/a", slow(Says::fresh("x")));
    let answers = line.at_once(50, "/a", &[]).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == "x"));
    assert_eq!(line.origin.times(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.said().contains("collapsed")).count(), 49);
}

#[tokio::test]
async fn an_expiry_costs_one_fetch_however_many_ask() {
    let line = Line::open().await;
    line.origin.says("/a", slow(Says::body("x").with("cache-control", "s-maxage=1, stale-while-revalidate=30")));
    line.get("/a").await;
    for expiry in 1..=2 {
        until_stale().await;
        let answers = line.at_once(50, "/a", &[]).await;
        assert!(answers.iter().all(super::line::Answer::is_hit), "nobody waits");
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(line.origin.times(), 1 + expiry);
    }
}

#[tokio::test]
async fn answers_that_cannot_be_shared_are_fetched_for_each_and_side_by_side() {
    let line = Line::open().await;
    line.origin.says("/a", slow(Says { echoes: Some("authorization"), ..Says::body("") }));
    // The first time nobody knows; the waiters go on their own afterwards.
    let asked = (0..10).map(|n| {
        let (line, token) = (&line, format!("Bearer {n}"));
        async move { (line.get_with("/a", &[("authorization", &token)]).await.body, token) }
    });
    for (body, token) in futures_util::future::join_all(asked).await {
        assert_eq!(body, token);
    }
    assert_eq!(line.origin.times(), 10);
    let begun = std::time::Instant::now();
    line.at_once(10, "/a", &[]).await;
    assert!(begun.elapsed() < Duration::from_millis(500), "they wait for each other: {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_client_that_leaves_takes_nobodys_answer_along() {
    let line = Line::open().await;
    line.origin.says("/a", slow(Says::fresh("x")));
    let (left, stayed) = tokio::join!(tokio::time::timeout(Duration::from_millis(30), line.get("/a")), async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        line.get("/a").await
    });
    assert!(left.is_err());
    assert_eq!((stayed.status, stayed.body.as_str(), line.origin.times()), (200, "x", 1));
    assert!(line.get("/a").await.is_hit());
}
