//! What is handed on, and what is not.

use crate::{line::Line, origin::Says};
use http::Method;

#[tokio::test]
async fn a_body_and_its_method_reach_the_origin_and_its_answer_comes_back() {
    let line = Line::open().await;
    line.origin.says("/v1/things", Says { status: 201, ..Says::body("made").with("location", "/v1/things/1") });
    let answer = line
        .send("POST", "/v1/things?a=1&utm_source=x", &[("content-type", "application/json")], "{\"a\":\"富士\"}")
        .await;
    assert_eq!(
        (answer.status, answer.body.as_str(), &answer.headers["location"]),
        (201, "made", &"/v1/things/1".parse().unwrap())
    );
    let asked = &line.origin.asked()[0];
    assert_eq!((&asked.method, asked.body.as_str()), (&Method::POST, "{\"a\":\"富士\"}"));
    assert_eq!(asked.path, "/v1/things?a=1&utm_source=x", "only what may be kept has a name of its own");
}

#[tokio::test]
async fn headers_of_one_connection_are_not_handed_on() {
    let line = Line::open().await;
    line.origin
        .says("/a", Says::fresh("x").with("connection", "x-hop").with("x-hop", "1").with("traceresponse", "00-1-2-01"));
    let answer =
        line.get_with("/a", &[("connection", "x-mine"), ("x-mine", "1"), ("te", "trailers"), ("x-end", "1")]).await;
    let asked = &line.origin.asked()[0].headers;
    assert!(!asked.contains_key("x-mine") && !asked.contains_key("te"), "{asked:?}");
    assert_eq!((&asked["x-end"], &asked["via"]), (&"1".parse().unwrap(), &"1.1 edge".parse().unwrap()));
    assert_eq!(asked["host"], line.origin.url.trim_start_matches("http://"));
    for name in ["x-hop", "traceresponse", "cache-groups"] {
        assert!(!answer.headers.contains_key(name), "{name}");
    }
    assert_eq!(answer.headers["via"], "1.1 edge");
}

#[tokio::test]
async fn what_cannot_be_handed_on_is_a_problem() {
    let line = Line::with("fixed", &[("ORIGIN_TIMEOUT_MS", "100")]).await;
    let long = line.send("POST", "/a", &[], &"x".repeat(70_000)).await;
    assert_eq!((long.status, line.origin.times()), (413, 0));
    line.origin.says("/slow", Says { delay: std::time::Duration::from_secs(5), ..Says::fresh("x") });
    let late = line.get("/slow").await;
    assert_eq!((late.status, &late.headers["content-type"]), (504, &"application/problem+json".parse().unwrap()));
    assert_eq!(line.send("PUT", "/slow", &[], "").await.status, 504);
    let nobody = Line::with("fixed", &[("ORIGIN_URL", "http://127.0.0.1:9")]).await;
    let answer = nobody.get("/a").await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (502, &"application/problem+json".parse().unwrap()));
}

#[tokio::test]
async fn every_variant_gives_the_origins_answers() {
    for variant in ["flawed", "yours", "fixed", "trap:url-only", "trap:hour"] {
        let line = Line::with(variant, &[]).await;
        line.origin.says("/v1/search", Says::body("富士").with("vary", "cookie").with("etag", "\"1\""));
        line.origin.says("/missing", Says { status: 404, ..Says::body("none") });
        for _ in 0..2 {
            assert_eq!(line.get("/v1/search?q=%E5%AF%8C&page=1").await.body, "富士", "{variant}");
            assert_eq!(line.get("/missing").await.status, 404, "{variant}");
        }
        let health = line.get("/healthz").await;
        assert_eq!((health.status, health.body.as_str()), (200, "ok"), "{variant}");
    }
}
