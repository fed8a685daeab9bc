//! The same key gives the same answer and has its effect once.

use crate::shop::instant;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_calls_at_once_under_one_key_are_one_charge() {
    let partners = instant().await;
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let partners = partners.clone();
            let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"});
            tokio::spawn(async move { partners.post_with_key("/payment/charge", "the-key", wish).await })
        })
        .collect();
    let mut references = std::collections::BTreeSet::new();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
        references.insert(answer.body["reference"].as_str().unwrap().to_owned());
    }
    assert_eq!(references.len(), 1);
    assert_eq!(partners.count("payment", "received").await, 50);
    assert_eq!(partners.count("payment", "effects").await, 1);
}

#[tokio::test]
async fn a_key_cannot_be_used_for_another_request() {
    let partners = instant().await;
    let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"});
    assert_eq!(partners.post_with_key("/payment/charge", "k", wish.clone()).await.status, 201);
    partners.post_with_key("/payment/authorize", "k", wish.clone()).await.problem(422);
    let other = json!({"amount_cents": 101, "currency": "EUR", "token": "tok_visa"});
    partners.post_with_key("/payment/charge", "k", other).await.problem(422);
    assert_eq!(partners.count("payment", "effects").await, 1);
}

#[tokio::test]
async fn a_declined_card_stays_declined_under_its_key() {
    let partners = instant().await;
    let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_declined"});
    let first = partners.post_with_key("/payment/charge", "k", wish.clone()).await;
    assert_eq!(first, partners.post_with_key("/payment/charge", "k", wish).await);
    first.problem(402);
}

#[tokio::test]
async fn a_capture_repeated_under_its_key_is_not_a_conflict() {
    let partners = instant().await;
    let wish = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"});
    let reference = partners.post_with_key("/payment/authorize", "a", wish).await.body["reference"].clone();
    let first = partners.post_with_key("/payment/capture", "c", json!({"reference": reference})).await;
    let again = partners.post_with_key("/payment/capture", "c", json!({"reference": reference})).await;
    assert_eq!((first.status, &first), (200, &again));
}

#[tokio::test]
async fn a_message_under_a_key_is_sent_once_and_without_one_each_time() {
    let partners = instant().await;
    let message = json!({"to": "ada@example.com", "subject": "your order", "text": "thank you"});
    let first = partners.post_with_key("/email/messages", "order-1", message.clone()).await;
    assert_eq!(first, partners.post_with_key("/email/messages", "order-1", message.clone()).await);
    partners.post("/email/messages", message.clone()).await;
    partners.post("/email/messages", message).await;
    assert_eq!(partners.count("email", "effects").await, 3);
    let calls = partners.get("/admin/partners/email/calls").await.body;
    assert_eq!(calls["last_idempotency_keys"], json!(["order-1", "order-1"]));
}
