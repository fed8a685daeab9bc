//! Requests that are refused: every 4xx is a problem that says what is wrong.

use crate::service::Service;
use axum::body::Body;
use http::Request;

#[tokio::test]
async fn a_search_that_breaks_a_rule_is_told_which() {
    let service = Service::flawed().await;
    let long = format!("q={}", "x".repeat(101));
    for (query, says) in [
        ("", "missing field `q`"),
        ("q=", "1 to 100 characters"),
        ("q=%20%09", "1 to 100 characters"),
        (long.as_str(), "1 to 100 characters"),
        ("q=a%00b", "zero byte"),
        ("q=lamp&page=0", "page must be"),
        ("q=lamp&page=1001", "page must be"),
        ("q=lamp&page=-1", "page"),
        ("q=lamp&page=two", "page"),
        ("q=lamp&page_size=0", "page_size must be"),
        ("q=lamp&page_size=51", "page_size must be"),
        ("q=lamp&page_size=99999999999", "page_size"),
    ] {
        let answer = service.get(&format!("/v1/search?{query}")).await;
        assert_eq!((answer.status.as_u16(), &answer.json["status"]), (400, &400.into()), "{query}");
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{query}");
        assert!(answer.json["detail"].as_str().unwrap().contains(says), "{query}: {}", answer.json);
    }
    service.stop().await;
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method_are_problems_too() {
    let service = Service::flawed().await;
    let unknown = service.get("/v2/search").await;
    assert_eq!((unknown.status.as_u16(), &unknown.json["type"]), (404, &"/problems/not-found".into()));
    let wrong = service.send(Request::post("/v1/search?q=lamp").body(Body::empty()).unwrap()).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json["type"]), (405, &"/problems/method-not-allowed".into()));
    assert!(wrong.headers["allow"].to_str().unwrap().contains("GET"));
    service.stop().await;
}

#[tokio::test]
async fn a_body_nested_too_deep_is_refused_before_it_is_parsed() {
    let service = Service::flawed().await;
    let nested = Request::put("/v1/products/1/price").header("content-type", "application/json");
    let answer = service.send(nested.body(Body::from("[".repeat(1_000))).unwrap()).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json["detail"].as_str().unwrap().contains("nested"), "{}", answer.json);
    service.stop().await;
}
