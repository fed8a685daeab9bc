//! Answers that a change made wrong: by unsafe methods, by groups, by the purge route.

use crate::{
    line::{Line, TOKEN},
    origin::Says,
};
use serde_json::{Value, json};
use std::time::Duration;

async fn purge(line: &Line, body: Value, token: &str) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = line.send("POST", "/edge/purge", &headers, &body.to_string()).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

async fn shop() -> Line {
    let line = Line::open().await;
    line.origin.says("/v1/products/7", Says::fresh("7").with("cache-groups", "\"product-7\""));
    line.origin.says("/v1/products/8", Says::fresh("8").with("cache-groups", "\"product-8\""));
    line.origin.says("/v1/search", Says::fresh("7 and 8").with("cache-groups", "\"product-7\", \"product-8\""));
    for path in ["/v1/products/7", "/v1/products/8", "/v1/search?q=lamp&page=1"] {
        line.get(path).await;
        assert!(line.get(path).await.is_hit(), "{path}");
    }
    line
}

#[tokio::test]
async fn a_change_that_names_a_group_makes_every_answer_of_it_stale_at_once() {
    let line = shop().await;
    line.origin.says("/v1/products/7/price", Says::body("{}").with("cache-group-invalidation", "\"product-7\""));
    let answer = line.send("PUT", "/v1/products/7/price", &[], "{}").await;
    assert_eq!(answer.status, 200);
    assert!(!answer.headers.contains_key("cache-group-invalidation"));
    assert!(!line.get("/v1/products/7").await.is_hit());
    assert!(!line.get("/v1/search?q=lamp&page=1").await.is_hit());
    assert!(line.get("/v1/products/8").await.is_hit());
}

#[tokio::test]
async fn an_unsafe_method_makes_its_own_address_stale_unless_it_failed() {
    let line = shop().await;
    line.send("DELETE", "/v1/products/7", &[], "").await;
    assert!(!line.get("/v1/products/7").await.is_hit());
    line.origin.says(
        "/v1/products/8/price",
        Says { status: 500, ..Says::body("") }.with("cache-group-invalidation", "\"product-8\""),
    );
    line.send("PUT", "/v1/products/8/price", &[], "").await;
    assert!(line.get("/v1/products/8").await.is_hit());
}

#[tokio::test]
async fn a_purge_by_group_or_by_address_needs_the_token() {
    let line = shop().await;
    assert_eq!(purge(&line, json!({"groups": ["product-7"]}), "a-wrong-but-long-token").await.0, 401);
    assert!(line.get("/v1/products/7").await.is_hit());
    assert_eq!(purge(&line, json!({"groups": ["product-7"]}), TOKEN).await, (200, json!({"purged": 2})));
    assert!(!line.get("/v1/products/7").await.is_hit());
    let paths = json!({"paths": ["/v1/search?utm_source=mail&page=1&q=lamp", "/v1/products/8"]});
    line.get("/v1/search?q=lamp&page=1").await;
    assert_eq!(purge(&line, paths, TOKEN).await, (200, json!({"purged": 2})));
    for wrong in [json!({}), json!({"groups": vec!["x"; 101]})] {
        assert_eq!(purge(&line, wrong, TOKEN).await.0, 422);
    }
    let nested = format!("{{\"groups\":{}", "[".repeat(30_000));
    let deep = line.send("POST", "/edge/purge", &[("content-type", "application/json")], &nested).await;
    assert!(deep.status == 400 && deep.body.contains("nested"), "{}", deep.body);
    let closed = Line::with("fixed", &[("ADMIN_TOKEN", "")]).await;
    assert_eq!(purge(&closed, json!({"groups": ["product-7"]}), "").await.0, 401, "no token is no open door");
}

#[tokio::test]
async fn what_was_on_its_way_when_it_was_purged_is_not_kept_and_not_shared_afterwards() {
    let line = Line::open().await;
    let says = |body: &str, delay| Says {
        delay: Duration::from_millis(delay),
        ..Says::fresh(body).with("cache-groups", "\"g\"")
    };
    line.origin.says("/a", says("old", 150));
    let (old, new) = tokio::join!(line.get("/a"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        line.origin.says("/a", says("new", 0));
        purge(&line, json!({"groups": ["g"]}), TOKEN).await;
        line.get("/a").await
    });
    assert_eq!((old.body.as_str(), new.body.as_str()), ("old", "new"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(line.get("/a").await.body, "new");
}

#[tokio::test]
async fn changes_elsewhere_do_not_keep_a_page_from_being_stored() {
    let line = Line::open().await;
    line.origin.says("/page", Says { delay: Duration::from_millis(100), ..Says::fresh("page") });
    line.origin.says("/elsewhere", Says::body("{}").with("cache-group-invalidation", "\"product-9\""));
    let mut hits = 0;
    for n in 0..10 {
        let path = format!("/page?n={n}");
        let (first, ()) = tokio::join!(line.get(&path), async {
            // While the page is on its way.
            for _ in 0..4 {
                tokio::time::sleep(Duration::from_millis(15)).await;
                assert_eq!(line.send("POST", "/elsewhere", &[], "{}").await.status, 200);
            }
        });
        assert_eq!(first.body, "page");
        hits += usize::from(line.get(&path).await.is_hit());
    }
    assert_eq!(hits, 10);
}

#[tokio::test]
async fn a_change_of_a_page_on_its_way_is_seen_by_whoever_comes_after_it_and_waits() {
    let line = Line::open().await;
    let says = |body: &str, delay| Says { delay: Duration::from_millis(delay), ..Says::fresh(body) };
    line.origin.says("/a", says("old", 150));
    let (old, new) = tokio::join!(line.get("/a"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        line.origin.says("/a", says("new", 0));
        line.send("PUT", "/a", &[], "{}").await;
        line.at_once(5, "/a", &[]).await
    });
    assert_eq!(old.body, "old");
    assert!(new.iter().all(|answer| answer.body == "new"), "{new:?}");
}

#[tokio::test]
async fn an_address_that_an_answer_to_a_change_names_is_stale_too_if_it_is_on_this_host() {
    let line = shop().await;
    let host = [("host", "shop.example")];
    let named = Says { status: 201, ..Says::body("") }
        .with("location", "/v1/products/7")
        .with("content-location", "http://shop.example/v1/search?page=1&q=lamp");
    line.origin.says("/v1/things", named);
    line.send("POST", "/v1/things", &host, "{}").await;
    assert!(!line.get("/v1/products/7").await.is_hit());
    assert!(!line.get("/v1/search?q=lamp&page=1").await.is_hit());
    line.origin.says("/v1/things", Says::body("").with("location", "http://elsewhere.example/v1/products/8"));
    line.send("POST", "/v1/things", &host, "{}").await;
    assert!(line.get("/v1/products/8").await.is_hit(), "another host's answers are not ours");
}
