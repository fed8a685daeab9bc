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
