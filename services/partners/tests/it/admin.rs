//! The admin routes: what they show, what they refuse, and the reset.

use crate::shop::{instant, start};
use partners::Config;
use serde_json::json;

#[tokio::test]
async fn every_partner_is_listed_with_its_behaviour() {
    let partners = start(Config::default()).await;
    let list = partners.get("/admin/partners").await.body;
    let names: Vec<_> = list["partners"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["payment", "email", "warehouse", "tax", "identity", "analytics"]);
    let email = partners.get("/admin/partners/email").await.body;
    assert_eq!(
        email,
        json!({"name": "email", "delay": {"shape": "constant", "ms": 120.0}, "slow": {"share": 0.0, "times": 1.0},
            "failure": {"mode": "none"}})
    );
}

#[tokio::test]
async fn what_a_change_does_not_name_stays() {
    let partners = instant().await;
    partners.put("/admin/partners/tax", json!({"failure": {"mode": "status"}})).await;
    let changed = partners
        .put("/admin/partners/tax", json!({"delay": {"shape": "lognormal", "median_ms": 20, "p99_ms": 80}}))
        .await;
    assert_eq!(changed.body["failure"], json!({"mode": "status", "status": 503, "rate": 1.0}), "{changed:?}");
    assert_eq!(changed.body, partners.get("/admin/partners/tax").await.body);
}

#[tokio::test]
async fn a_change_that_makes_no_sense_is_refused_and_changes_nothing() {
    let partners = instant().await;
    let before = partners.get("/admin/partners/tax").await.body;
    for wrong in [
        json!({"delay": {"shape": "constant", "ms": -1}}),
        json!({"delay": {"shape": "constant"}}),
        json!({"delay": {"shape": "sideways", "ms": 1}}),
        json!({"delay": {"shape": "constant", "ms": 1, "seconds": 2}}),
        json!({"delay": {"shape": "uniform", "low_ms": 2, "high_ms": 1}}),
        json!({"slow": {"share": 2, "times": 2}}),
        json!({"failure": {"mode": "status", "status": 200}}),
        json!({"failure": {"mode": "hang", "rate": 1.5}}),
        json!({"failure": {"mode": "none", "rate": 1}}),
        json!({"speed": "fast"}),
        json!([]),
    ] {
        partners.put("/admin/partners/tax", wrong).await.problem(422);
    }
    assert_eq!(partners.get("/admin/partners/tax").await.body, before);
    partners.put("/admin/partners/bank", json!({})).await.problem(404);
    partners.get("/admin/partners/bank/calls").await.problem(404);
}

#[tokio::test]
async fn a_reset_brings_back_the_start() {
    let partners = instant().await;
    let before = partners.get("/admin/partners").await.body;
    partners.put("/admin/partners/tax", json!({"failure": {"mode": "status"}})).await;
    let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"});
    let charge = partners.post_with_key("/payment/charge", "k", wish.clone()).await.body;
    let answer = partners.send(http::Method::POST, "/admin/reset", None, "").await.unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(partners.get("/admin/partners").await.body, before);
    assert_eq!(partners.count("payment", "received").await, 0);
    let again = partners.post_with_key("/payment/charge", "k", wish).await;
    assert_eq!(again.status, 201);
    assert_ne!(again.body["reference"], charge["reference"]);
}

#[tokio::test]
async fn a_tariff_is_changed_for_the_next_call_and_the_reset_brings_the_table_back() {
    let partners = instant().await;
    let basket = || json!({"country": "DE", "lines": [{"product_id": 7, "amount_cents": 1_000}]});
    let rate = async || partners.post("/tax/rates", basket()).await.body["lines"][0]["rate_basis_points"].clone();
    assert_eq!(rate().await, 1900);
    let changed = partners.put("/admin/tax/rates/DE", json!({"standard": 2150, "reduced": 700})).await;
    assert_eq!((changed.status, &changed.body), (200, &json!({"standard": 2150, "reduced": 700})));
    assert_eq!(rate().await, 2150);
    partners.send(http::Method::POST, "/admin/reset", None, "").await.unwrap();
    assert_eq!(rate().await, 1900);
    partners.put("/admin/tax/rates/XX", json!({"standard": 1, "reduced": 1})).await.problem(404);
    for wrong in
        [json!({"standard": 10_001, "reduced": 0}), json!({"standard": -1, "reduced": 0}), json!({"standard": 1})]
    {
        partners.put("/admin/tax/rates/DE", wrong).await.problem(422);
    }
}

#[tokio::test]
async fn the_books_show_every_effect_once_and_where_a_charge_stands() {
    let partners = instant().await;
    let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"});
    for key in ["one", "one", "two"] {
        partners.post_with_key("/payment/charge", key, wish.clone()).await;
    }
    let declined = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_declined"});
    partners.post_with_key("/payment/charge", "three", declined).await.problem(402);
    let reference = partners.get("/admin/books").await.body["charges"][0]["reference"].clone();
    partners.post_with_key("/payment/void", "undo", json!({"reference": reference})).await;
    let shipment = json!({"order_id": 7, "lines": [{"product_id": 1, "quantity": 2}]});
    partners.post("/warehouse/shipments", shipment.clone()).await;
    partners.post("/warehouse/shipments", shipment).await;
    let event = json!({"name": "order.placed", "order_id": 7, "pieces": 2, "total_cents": 100});
    partners.post_with_key("/analytics/events", "one", event.clone()).await;
    partners.post_with_key("/analytics/events", "one", event).await;
    let message = json!({"to": "ada@example.com", "subject": "Your order 7", "text": ""});
    partners.post_with_key("/email/messages", "one", message.clone()).await;
    partners.post_with_key("/email/messages", "one", message).await;

    let books = partners.get("/admin/books").await.body;
    let charges: Vec<_> =
        books["charges"].as_array().unwrap().iter().map(|one| (one["key"].clone(), one["status"].clone())).collect();
    assert_eq!(charges, [(json!("two"), json!("voided")), (json!("one"), json!("captured"))]);
    assert_eq!((&books["shipments"], &books["events"]), (&json!([7]), &json!([7])));
    assert_eq!(books["messages"], json!(["Your order 7"]));
}
