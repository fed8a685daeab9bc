//! Declared delays and failures, as a client sees them.

use crate::shop::{Partners, instant};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn tax(partners: &Partners) -> (u16, Duration) {
    let started = Instant::now();
    let basket = json!({"country": "DE", "lines": [{"product_id": 1, "amount_cents": 100}]});
    let answer = partners.post("/tax/rates", basket).await;
    (answer.status, started.elapsed())
}

async fn set(partners: &Partners, partner: &str, change: Value) {
    let answer = partners.put(&format!("/admin/partners/{partner}"), change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_delay_set_while_it_runs_holds_for_the_next_call() {
    let partners = instant().await;
    assert!(tax(&partners).await.1 < Duration::from_millis(60));
    set(&partners, "tax", json!({"delay": {"shape": "constant", "ms": 60}})).await;
    let (status, took) = tax(&partners).await;
    assert!(status == 200 && took >= Duration::from_millis(60), "{status} after {took:?}");
    set(&partners, "tax", json!({"slow": {"share": 1, "times": 3}})).await;
    let (_, took) = tax(&partners).await;
    assert!(took >= Duration::from_millis(180), "{took:?}");
    let health = Instant::now();
    partners.get("/healthz").await;
    assert!(health.elapsed() < Duration::from_millis(60), "only the partner's own routes are delayed");
}

#[tokio::test]
async fn an_error_rate_strikes_its_share_of_the_calls_and_no_other_partner() {
    let partners = instant().await;
    set(&partners, "tax", json!({"failure": {"mode": "status", "status": 500, "rate": 0.5}})).await;
    let mut failed = 0;
    for _ in 0..200 {
        let (status, _) = tax(&partners).await;
        assert!([200, 500].contains(&status));
        failed += u32::from(status == 500);
    }
    // Three standard deviations of 200 draws; the seed is fixed, so this cannot flicker.
    assert!((79..=121).contains(&failed), "{failed}");
    assert_eq!(partners.count("tax", "failed").await, u64::from(failed));
    assert_eq!(partners.count("tax", "succeeded").await, u64::from(200 - failed));
    let issued = partners.post("/identity/tokens", json!({"subject": "user:7"})).await;
    assert_eq!(issued.status, 201);
}

#[tokio::test]
async fn a_refused_call_gets_no_answer_and_has_no_effect() {
    let partners = instant().await;
    set(&partners, "payment", json!({"failure": {"mode": "refuse"}})).await;
    let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"}).to_string();
    let refused = partners.send(http::Method::POST, "/payment/charge", Some("k"), &wish).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(partners.count("payment", "failed").await, 1);
    assert_eq!(partners.count("payment", "effects").await, 0);
    set(&partners, "payment", json!({"failure": {"mode": "none"}})).await;
    let again = partners.send(http::Method::POST, "/payment/charge", Some("k"), &wish).await.unwrap();
    assert_eq!(again.status, 201, "the key was not used up");
}

#[tokio::test]
async fn a_hanging_call_that_the_client_gives_up_counts_as_abandoned() {
    let partners = instant().await;
    set(&partners, "tax", json!({"failure": {"mode": "hang"}})).await;
    let given_up = tokio::time::timeout(Duration::from_millis(100), tax(&partners)).await;
    assert!(given_up.is_err());
    assert!(eventually(&partners, "tax", "abandoned", 1).await);
    assert_eq!(partners.count("tax", "effects").await, 0);
}

#[tokio::test]
async fn a_client_that_gives_up_on_a_slow_charge_was_charged_all_the_same() {
    let partners = instant().await;
    set(&partners, "payment", json!({"delay": {"shape": "constant", "ms": 10_000}})).await;
    let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"});
    let charge = partners.post_with_key("/payment/charge", "k", wish);
    assert!(tokio::time::timeout(Duration::from_millis(200), charge).await.is_err());
    assert!(eventually(&partners, "payment", "abandoned", 1).await);
    assert_eq!(partners.count("payment", "effects").await, 1);
}

/// The server notices a closed connection a moment later.
async fn eventually(partners: &Partners, partner: &str, what: &str, count: u64) -> bool {
    for _ in 0..100 {
        if partners.count(partner, what).await == count {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}
