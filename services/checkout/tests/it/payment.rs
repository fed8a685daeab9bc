//! What happens to money and stock when the payment partner says no, nothing, or nothing in time.

use crate::cable::Cable;
use crate::shop::{STOCK, TestShop, choices, eventually};
use serde_json::json;

#[tokio::test]
async fn a_declined_card_is_told_and_its_stock_given_back() {
    let shop = TestShop::open().await;
    let ada = shop.with_cart(1, 5).await.with("idempotency-key", "mine");
    let declined = ada.post("/v1/orders", json!({"payment_token": "tok_declined"})).await;
    assert_eq!((declined.status.as_u16(), declined.content_type.as_str()), (402, "application/problem+json"));
    assert_eq!((shop.stock_of(5).await, shop.attempts().await), (STOCK, 0));
    let over_graphql = ada.graphql("mutation { placeOrder(paymentToken: \"tok_declined\") { id } }").await;
    assert_eq!(over_graphql["errors"][0]["extensions"]["code"], "PAYMENT_DECLINED");
    // The cart is still there, and the same key may be tried with another card.
    assert_eq!(ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await.status, 201);
    assert_eq!(ada.post("/v1/orders", json!({"payment_token": "no token"})).await.status, 422);
    shop.close().await;
}

#[tokio::test]
async fn a_partner_that_is_down_costs_neither_stock_nor_money() {
    for choice in choices(outgoing_calls::SEAM) {
        let shop = TestShop::open_as(&choice).await;
        let ada = shop.with_cart(1, 5).await;
        for failure in [json!({"mode": "status", "status": 503}), json!({"mode": "refuse"}), json!({"mode": "hang"})] {
            shop.partner_fails("payment", failure.clone()).await;
            let answer = ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
            assert_eq!(answer.status, 503, "{choice}: {failure}: {:?}", answer.body);
            assert_eq!(shop.stock_of(5).await, STOCK, "{choice}: {failure}");
        }
        // When the partner is back, every charge whose outcome was unknown is undone, and nothing is left of the attempts.
        shop.partner_fails("payment", json!({"mode": "none"})).await;
        eventually("undone", async || shop.attempts().await == 0).await;
        // A breaker may still be open for a moment.
        let ordered = async || ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await.status == 201;
        eventually("ordered", ordered).await;
        assert_eq!((shop.stock_of(5).await, shop.attempts().await), (STOCK - 1, 0), "{choice}");
        shop.close().await;
    }
}

#[tokio::test]
async fn while_payment_hangs_under_many_orders_everything_else_answers_and_nothing_is_lost() {
    let shop = TestShop::open_as("ch10-outgoing-calls=fixed").await;
    let mut customers = Vec::new();
    for user in 1..=30 {
        customers.push(shop.with_cart(user, 5).await);
    }
    shop.partner_fails("payment", json!({"mode": "hang"})).await;
    let mut orders = tokio::task::JoinSet::new();
    for customer in &customers {
        let customer = customer.clone();
        orders.spawn(async move { customer.post("/v1/orders", json!({"payment_token": "tok_visa"})).await });
    }
    // Five database connections, thirty orders: were each kept for its half second, the pool would give up on these.
    for customer in &customers {
        assert_eq!(customer.get("/v1/orders").await.status, 200);
    }
    for order in orders.join_all().await {
        assert_eq!((order.status.as_u16(), order.content_type.as_str()), (503, "application/problem+json"));
    }
    assert_eq!(shop.stock_of(5).await, STOCK);
    shop.partner_fails("payment", json!({"mode": "none"})).await;
    eventually("undone", async || shop.attempts().await == 0).await;
    assert_eq!(shop.stock_of(5).await, STOCK);
    shop.close().await;
}

#[tokio::test]
async fn a_charge_that_was_made_but_answered_too_late_is_voided() {
    let shop = TestShop::open().await;
    // The partner charges first and answers after a second; we wait for half of one.
    shop.partners.put("/admin/partners/payment", json!({"delay": {"shape": "constant", "ms": 1000}})).await;
    let ada = shop.with_cart(1, 5).await;
    assert_eq!(ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await.status, 503);
    assert_eq!(shop.partner_saw("payment", "effects").await, 1);
    shop.partners.put("/admin/partners/payment", json!({"delay": {"shape": "constant", "ms": 0}})).await;
    eventually("undone", async || shop.attempts().await == 0).await;
    // Asked again under the same key, so still one charge; and its void came under a key of its own.
    assert_eq!(shop.partner_saw("payment", "effects").await, 1);
    let calls = shop.partners.get("/admin/partners/payment/calls").await.body;
    assert!(calls["last_idempotency_keys"][0].as_str().unwrap().ends_with("-void"), "{calls}");
    assert_eq!(shop.stock_of(5).await, STOCK);
    shop.close().await;
}

#[tokio::test]
async fn a_charge_whose_answer_was_lost_is_still_undone_when_the_second_try_never_left() {
    let mut cable = None;
    let shop = TestShop::open_with(|settings| cable = Some(Cable::into_partners(&mut settings.partners_url))).await;
    shop.partners.put("/admin/partners/payment", json!({"delay": {"shape": "constant", "ms": 200}})).await;
    let ada = shop.with_cart(1, 5).await;
    let ordering =
        tokio::spawn(async move { ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await.status });
    eventually("charged", async || shop.partner_saw("payment", "effects").await == 1).await;
    cable.unwrap().unplug();
    assert_eq!(ordering.await.unwrap(), 503);
    // The card was charged, so the attempt may not be forgotten.
    assert_eq!((shop.stock_of(5).await, shop.attempts().await), (STOCK, 1));
    shop.close().await;
}

#[tokio::test]
async fn an_attempt_that_a_crash_left_behind_is_undone() {
    let shop = TestShop::open().await;
    // As a process leaves it that dies between the charge and the order.
    let charge = shop.partners.with("idempotency-key", "crashed");
    let wish = json!({"amount_cents": 1234, "currency": "EUR", "token": "tok_visa"});
    let charged = charge.post("/payment/charge", wish).await.body;
    sqlx::query(
        "insert into order_attempts (id, user_id, product_ids, quantities, amount_cents, payment_token, created_at)
         values ('crashed', 1, '{5,6}', '{2,3}', 1234, 'tok_visa', now() - interval '2 minutes')",
    )
    .execute(&shop.db)
    .await
    .unwrap();
    eventually("undone", async || shop.attempts().await == 0).await;
    let reference = charged["reference"].as_str().unwrap();
    let charge = shop.partners.get(&format!("/payment/charges/{reference}")).await.body;
    assert_eq!(charge["status"], "voided", "{charge}");
    assert_eq!((shop.stock_of(5).await, shop.stock_of(6).await), (STOCK + 2, STOCK + 3));
    shop.close().await;
}

/// Reserving locked stock and then the attempt, giving back the attempt and then stock: sixty such rounds had 17 deadlocks,
/// and 7 of them were answered 500.
#[tokio::test]
async fn one_key_and_a_declined_card_four_times_at_once_make_no_deadlock_and_no_500() {
    let shop = TestShop::open().await;
    let line = |product: i64| json!({"product_id": product, "quantity": 1});
    for round in 0..60 {
        let ada = shop.as_user(1).with("idempotency-key", &format!("round-{round}"));
        let mut orders = tokio::task::JoinSet::new();
        for n in 0..4 {
            let (client, order) = (ada.clone(), json!({"payment_token": "tok_declined", "items": [line(9), line(5)]}));
            orders.spawn(async move {
                tokio::time::sleep(std::time::Duration::from_millis(8 * n)).await;
                client.post("/v1/orders", order).await.status.as_u16()
            });
        }
        let statuses = orders.join_all().await;
        assert!(statuses.iter().all(|status| [402, 409].contains(status)), "{round}: {statuses:?}");
    }
    assert_eq!((shop.stock_of(5).await, shop.stock_of(9).await, shop.attempts().await), (STOCK, STOCK, 0));
    // A backend reports its deadlocks at the latest when it ends.
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'checkout'";
    sqlx::query(end).execute(&shop.db).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(sqlx::query_scalar::<_, i64>(deadlocks).fetch_one(&shop.db).await.unwrap(), 0);
    shop.close().await;
}
