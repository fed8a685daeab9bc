//! What search says to caches, and the price that can be changed.

use crate::service::Service;
use axum::body::Body;
use http::Request;

const TOKEN: &str = "sixteen-or-longer";
const FIXED: (&str, &str) = ("VARIANTS", "ch12-edge-caching=fixed");

fn put(id: &str, body: &str, token: &str) -> Request<Body> {
    Request::put(format!("/v1/products/{id}/price"))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn an_answer_lists_every_product_whose_price_it_shows() {
    let service = Service::with(&[FIXED]).await;
    let page = service.get("/v1/search?q=lamp&page_size=2").await;
    let groups = page.headers["cache-groups"].to_str().unwrap().to_owned();
    for hit in page.json["hits"].as_array().unwrap() {
        for id in [&hit["id"]].into_iter().chain(hit["related"].as_array().unwrap().iter().map(|card| &card["id"])) {
            assert!(groups.contains(&format!("\"product-{id}\"")), "{id} is missing in {groups}");
        }
    }
    assert_eq!(service.get("/v1/products/7").await.headers["cache-groups"], "\"product-7\"");
    for path in ["/v1/searches/trending", "/v1/products/999999", "/openapi.json"] {
        assert!(!service.get(path).await.headers.contains_key("cache-control"), "{path}");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_new_price_is_in_the_next_answer_and_announced() {
    let service = Service::with(&[FIXED, ("ADMIN_TOKEN", TOKEN)]).await;
    service.get("/v1/products/7").await;
    let answer = service.send(put("7", r#"{"price_cents":4711}"#, TOKEN)).await;
    assert_eq!((answer.status.as_u16(), &answer.json["price_cents"]), (200, &4711.into()), "{}", answer.json);
    assert_eq!(answer.headers["cache-group-invalidation"], "\"product-7\"");
    assert_eq!(service.get("/v1/products/7").await.json["price_cents"], 4711);
    service.stop().await;
}

#[tokio::test]
async fn a_price_is_changed_by_those_who_run_the_shop_and_by_the_rules() {
    let service = Service::with(&[("ADMIN_TOKEN", TOKEN)]).await;
    let cases = [
        ("7", r#"{"price_cents":1}"#, "a-wrong-but-long-token", 401),
        ("7", r#"{"price_cents":1}"#, "", 401),
        ("7", r#"{"price_cents":0}"#, TOKEN, 422),
        ("7", r#"{"price_cents":-1}"#, TOKEN, 422),
        ("7", r#"{"price_cents":100000001}"#, TOKEN, 422),
        ("7", r#"{"price_cents":"much"}"#, TOKEN, 422),
        ("7", r#"{"price_cents":1,"name":"x"}"#, TOKEN, 422),
        ("7", "{", TOKEN, 400),
        ("999999", r#"{"price_cents":1}"#, TOKEN, 404),
        ("lamp", r#"{"price_cents":1}"#, TOKEN, 400),
    ];
    let before = service.get("/v1/products/7").await.json["price_cents"].clone();
    for (id, body, token, status) in cases {
        let answer = service.send(put(id, body, token)).await;
        assert_eq!(answer.status.as_u16(), status, "{id} {body}: {}", answer.json);
    }
    assert_eq!(service.get("/v1/products/7").await.json["price_cents"], before);
    service.stop().await;
}

#[tokio::test]
async fn categories_are_named_in_the_readers_language_and_counted() {
    let service = Service::with(&[FIXED]).await;
    let all: i64 = sqlx::query_scalar("select count(*) from products").fetch_one(&service.db).await.unwrap();
    for (asked, kitchen) in [("en", "Kitchen"), ("de-AT, en;q=0.5", "Küche"), ("fr", "Cuisine"), ("ja", "Kitchen")] {
        let request = Request::get("/v1/categories").header("accept-language", asked).body(Body::empty()).unwrap();
        let answer = service.send(request).await;
        let list = answer.json.as_array().unwrap().clone();
        assert_eq!(list.iter().map(|one| one["products"].as_i64().unwrap()).sum::<i64>(), all);
        let named = list.iter().find(|one| one["category"] == "Kitchen").unwrap();
        assert_eq!(named["name"], kitchen, "{asked}");
        assert_eq!(answer.headers["vary"], "accept-language", "{asked}");
    }
    service.stop().await;
}
