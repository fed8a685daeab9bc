//! What each partner answers, rightly and wrongly asked.

use crate::shop::instant;
use serde_json::json;

#[tokio::test]
async fn a_charge_takes_the_amount_and_can_be_looked_up() {
    let partners = instant().await;
    let wish = json!({"amount_cents": 4_999, "currency": "EUR", "token": "tok_visa"});
    let charge = partners.post_with_key("/payment/charge", "k1", wish).await;
    assert_eq!((charge.status, &charge.body["status"]), (201, &json!("captured")), "{charge:?}");
    let reference = charge.body["reference"].as_str().unwrap();
    let found = partners.get(&format!("/payment/charges/{reference}")).await;
    assert_eq!((found.status, &found.body), (200, &charge.body));
    partners.get("/payment/charges/ch_nothing").await.problem(404);
}

#[tokio::test]
async fn an_authorized_amount_is_captured_once_or_voided() {
    let partners = instant().await;
    let wish = json!({"amount_cents": 1_000, "currency": "EUR", "token": "tok_visa"});
    let held = partners.post_with_key("/payment/authorize", "k1", wish.clone()).await;
    assert_eq!((held.status, &held.body["status"]), (201, &json!("authorized")));
    let reference = &held.body["reference"];
    let too_much = json!({"reference": reference, "amount_cents": 1_001});
    partners.post_with_key("/payment/capture", "k2", too_much).await.problem(422);
    let taken =
        partners.post_with_key("/payment/capture", "k3", json!({"reference": reference, "amount_cents": 900})).await;
    assert_eq!((taken.status, &taken.body["amount_cents"]), (200, &json!(900)));
    partners.post_with_key("/payment/capture", "k4", json!({"reference": reference})).await.problem(409);
    let voided = partners.post_with_key("/payment/void", "k5", json!({"reference": reference})).await;
    assert_eq!((voided.status, &voided.body["status"]), (200, &json!("voided")));
    partners.post_with_key("/payment/void", "k6", json!({"reference": reference})).await.problem(409);
    partners.post_with_key("/payment/void", "k7", json!({"reference": "ch_nothing"})).await.problem(404);
}

#[tokio::test]
async fn a_declined_card_is_402_and_takes_nothing() {
    let partners = instant().await;
    for (key, amount, token) in
        [("a", 100, "tok_declined"), ("b", 100, "tok_insufficient"), ("c", 1_000_001, "tok_visa")]
    {
        let wish = json!({"amount_cents": amount, "currency": "EUR", "token": token});
        let declined = partners.post_with_key("/payment/charge", key, wish).await.problem(402);
        assert!(declined.contains("declined"), "{declined}");
    }
    assert_eq!(partners.count("payment", "effects").await, 0);
    assert_eq!(partners.count("payment", "rejected").await, 3);
}

#[tokio::test]
async fn a_payment_that_is_wrongly_asked_for_is_refused() {
    let partners = instant().await;
    let right = json!({"amount_cents": 100, "currency": "EUR", "token": "tok_visa"});
    partners.post("/payment/charge", right.clone()).await.problem(400);
    partners.post_with_key("/payment/charge", &"k".repeat(256), right.clone()).await.problem(400);
    for (field, value) in [
        ("amount_cents", json!(0)),
        ("amount_cents", json!(10_000_001)),
        ("amount_cents", json!("100")),
        ("currency", json!("USD")),
        ("token", json!("4111111111111111")),
        ("extra", json!(1)),
    ] {
        let mut wrong = right.clone();
        wrong[field] = value;
        partners.post_with_key("/payment/charge", "k", wrong).await.problem(422);
    }
    let large = json!({"token": "x".repeat(70_000)});
    partners.post_with_key("/payment/charge", "k", large).await.problem(413);
    assert_eq!(partners.count("payment", "effects").await, 0);
}

#[tokio::test]
async fn a_message_is_taken_and_shown_by_its_receiver() {
    let partners = instant().await;
    for (to, subject) in [("ada@example.com", "first"), ("bob@example.com", "other"), ("ada@example.com", "second")] {
        let sent = partners.post("/email/messages", json!({"to": to, "subject": subject, "text": "hello"})).await;
        assert_eq!(sent.status, 202, "{sent:?}");
    }
    let shown = partners.get("/email/messages?to=ada@example.com").await.body;
    let subjects: Vec<_> =
        shown["messages"].as_array().unwrap().iter().map(|m| m["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["second", "first"]);
    partners.post("/email/messages", json!({"to": "nobody", "subject": "x", "text": ""})).await.problem(422);
    partners.post("/email/messages", json!({"to": "a@b.de", "subject": "", "text": ""})).await.problem(422);
    partners.get("/email/messages?from=ada@example.com").await.problem(400);
    assert_eq!(partners.count("email", "received").await, 5, "reading the outbox is not a call");
}

#[tokio::test]
async fn an_order_is_shipped_once_however_often_it_is_asked_for() {
    let partners = instant().await;
    let wish = json!({"order_id": 7, "lines": [{"product_id": 1, "quantity": 2}]});
    let first = partners.post("/warehouse/shipments", wish.clone()).await;
    let again = partners.post("/warehouse/shipments", wish).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body, again.body);
    let other = json!({"order_id": 7, "lines": [{"product_id": 1, "quantity": 3}]});
    partners.post("/warehouse/shipments", other).await.problem(409);
    for lines in [json!([]), json!([{"product_id": 1, "quantity": 0}]), json!([{"product_id": 0, "quantity": 1}])] {
        partners.post("/warehouse/shipments", json!({"order_id": 8, "lines": lines})).await.problem(422);
    }
    assert_eq!(partners.get("/warehouse/shipments/7").await.body, first.body);
    partners.get("/warehouse/shipments/8").await.problem(404);
    partners.get("/warehouse/shipments/seven").await.problem(404);
    assert_eq!(partners.count("warehouse", "effects").await, 1);
}

#[tokio::test]
async fn a_basket_is_taxed_line_by_line_in_one_call() {
    let partners = instant().await;
    let basket = json!({"country": "DE", "lines": [
        {"product_id": 1, "amount_cents": 10_050},
        {"product_id": 2, "amount_cents": 1_000, "category": "Books"},
    ]});
    let taxed = partners.post("/tax/rates", basket).await;
    assert_eq!(taxed.status, 200, "{taxed:?}");
    assert_eq!(
        taxed.body,
        json!({"country": "DE", "total_tax_cents": 1_910 + 70, "lines": [
            {"product_id": 1, "rate_basis_points": 1_900, "tax_cents": 1_910},
            {"product_id": 2, "rate_basis_points": 700, "tax_cents": 70},
        ]})
    );
    partners
        .post("/tax/rates", json!({"country": "XX", "lines": [{"product_id": 1, "amount_cents": 1}]}))
        .await
        .problem(422);
    partners.post("/tax/rates", json!({"country": "DE", "lines": []})).await.problem(422);
    partners
        .post("/tax/rates", json!({"country": "DE", "lines": [{"product_id": 1, "amount_cents": -1}]}))
        .await
        .problem(422);
}

#[tokio::test]
async fn an_issued_token_is_active_and_an_invented_one_is_not() {
    let partners = instant().await;
    let issued = partners.post("/identity/tokens", json!({"subject": "user:7", "scope": "orders"})).await;
    assert_eq!(issued.status, 201, "{issued:?}");
    let found = partners.post("/identity/introspect", json!({"token": issued.body["access_token"]})).await.body;
    assert_eq!((&found["active"], &found["sub"], &found["scope"]), (&json!(true), &json!("user:7"), &json!("orders")));
    let invented = partners.post("/identity/introspect", json!({"token": "idt_invented"})).await;
    assert_eq!((invented.status, invented.body), (200, json!({"active": false})));
    partners.post("/identity/tokens", json!({"subject": ""})).await.problem(422);
    partners.post("/identity/tokens", json!({"subject": "x", "ttl_seconds": 0})).await.problem(422);
}

#[tokio::test]
async fn an_expired_token_is_no_longer_active() {
    let partners = instant().await;
    let issued = partners.post("/identity/tokens", json!({"subject": "user:7", "ttl_seconds": 1})).await.body;
    tokio::time::sleep(std::time::Duration::from_millis(2_000)).await;
    let found = partners.post("/identity/introspect", json!({"token": issued["access_token"]})).await.body;
    assert_eq!(found, json!({"active": false}));
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let partners = instant().await;
    partners.get("/nothing").await.problem(404);
    partners.get("/payment/charge").await.problem(405);
    let text = partners.send(http::Method::POST, "/tax/rates", None, "{").await.unwrap();
    text.problem(400);
    let nested = "[".repeat(30_000);
    let deep = partners.send(http::Method::POST, "/tax/rates", None, &nested).await.unwrap();
    assert!(deep.problem(400).contains("nested"), "{deep:?}");
    assert_eq!(partners.get("/healthz").await.status, 200);
    assert_eq!(partners.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn analytics_counts_an_event_once_and_refuses_what_is_none() {
    let partners = instant().await;
    let right = json!({"name": "order.placed", "order_id": 1, "pieces": 3, "total_cents": 4_999});
    let first = partners.post_with_key("/analytics/events", "k", right.clone()).await;
    let again = partners.post_with_key("/analytics/events", "k", right.clone()).await;
    assert_eq!((first.status, &first.body), (202, &again.body));
    assert_eq!(partners.count("analytics", "effects").await, 1);
    partners.post("/analytics/events", right.clone()).await.problem(400);
    for (field, value) in
        [("name", json!("")), ("order_id", json!(0)), ("pieces", json!(0)), ("total_cents", json!(-1))]
    {
        let mut wrong = right.clone();
        wrong[field] = value;
        partners.post_with_key("/analytics/events", field, wrong).await.problem(422);
    }
}
