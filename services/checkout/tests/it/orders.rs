//! Placing orders until the worker has confirmed them, and looking at one's own.

use crate::shop::{STOCK, TestShop, eventually};
use serde_json::{Value, json};
use std::collections::HashSet;

#[tokio::test]
async fn an_order_over_rest_is_paid_stored_and_confirmed_by_the_worker() {
    let shop = TestShop::open().await;
    let worker = shop.worker().await;
    let ada = shop.with_cart(1, 5).await;
    ada.put("/v1/cart/items/9", json!({"quantity": 2})).await;
    let total = ada.get("/v1/cart").await.body["total_cents"].clone();

    let order = ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    assert_eq!(order.status, 201, "{:?}", order.body);
    assert_eq!(order.body["total_cents"], total);
    assert_eq!(order.body["lines"].as_array().unwrap().len(), 2);
    assert_eq!(ada.get("/v1/cart").await.body["lines"], json!([]));
    assert_eq!((shop.stock_of(5).await, shop.stock_of(9).await), (STOCK - 1, STOCK - 2));

    let id = order.body["id"].as_i64().unwrap();
    eventually("confirmed", async || ada.get(&format!("/v1/orders/{id}")).await.body["status"] == "confirmed").await;
    let emails = shop.emails_to(1).await;
    assert_eq!(emails.len(), 1);
    assert!(emails[0]["text"].as_str().unwrap().contains(&format!("Order {id}: 3 pieces")), "{emails:?}");
    assert_eq!(shop.partners.get(&format!("/warehouse/shipments/{id}")).await.status, 200);
    assert_eq!(shop.partner_saw("payment", "effects").await, 1);
    assert_eq!(shop.attempts().await, 0);
    let open: i64 =
        sqlx::query_scalar("select count(*) from outbox where published_at is null").fetch_one(&shop.db).await.unwrap();
    assert_eq!(open, 0);
    shop.shutdown.begin();
    worker.finish().await;
    shop.close().await;
}

#[tokio::test]
async fn an_order_over_graphql_is_confirmed_and_shows_lines_and_products() {
    let shop = TestShop::open().await;
    let _worker = shop.worker().await;
    let ada = shop.with_cart(1, 5).await;
    let place = "mutation { placeOrder(paymentToken: \"tok_visa\", idempotencyKey: \"k1\") { id status totalCents } }";
    let placed = ada.graphql(place).await;
    let order = placed["data"]["placeOrder"].clone();
    assert!(order["id"].is_string(), "{placed}");
    let question = format!(
        "{{ order(id: {}) {{ status placedAt lines {{ quantity product {{ id name rating }} }} goesWith {{ name }} }} }}",
        order["id"]
    );
    eventually("confirmed", async || ada.graphql(&question).await["data"]["order"]["status"] == "confirmed").await;
    let answer = ada.graphql(&question).await;
    let line = &answer["data"]["order"]["lines"][0];
    assert_eq!((&line["quantity"], &line["product"]["id"]), (&json!(1), &json!("5")), "{answer}");
    // No recommendations service: an extra, so no error.
    assert_eq!(answer["data"]["order"]["goesWith"], Value::Null);
    assert_eq!(answer["errors"], Value::Null);
    shop.close().await;
}

#[tokio::test]
async fn an_empty_cart_cannot_be_ordered() {
    let shop = TestShop::open().await;
    let answer = shop.as_user(1).post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    assert_eq!((answer.status.as_u16(), answer.content_type.as_str()), (422, "application/problem+json"));
    shop.close().await;
}

#[tokio::test]
async fn the_same_key_twice_is_one_order_and_one_charge() {
    let shop = TestShop::open().await;
    let ada = shop.with_cart(1, 5).await.with("idempotency-key", "the-same");
    let place = async || ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    let (one, two) = tokio::join!(place(), place());
    let statuses: HashSet<u16> = [one.status.as_u16(), two.status.as_u16()].into();
    assert!(statuses.contains(&201) && statuses.iter().all(|s| [200, 201, 409].contains(s)), "{one:?} {two:?}");
    assert_ne!(one.status, two.status);
    let id = if one.status == 201 { &one.body["id"] } else { &two.body["id"] };

    // Later, with something else in the cart, it still is the first order.
    shop.with_cart(1, 6).await;
    let again = place().await;
    assert_eq!((again.status.as_u16(), &again.body["id"]), (200, id));
    assert_eq!(shop.partner_saw("payment", "effects").await, 1);
    assert_eq!(shop.stock_of(5).await, STOCK - 1);
    // Another customer's key of the same text is another key.
    let bob = shop.with_cart(2, 5).await.with("idempotency-key", "the-same");
    assert_eq!(bob.post("/v1/orders", json!({"payment_token": "tok_visa"})).await.status, 201);
    shop.close().await;
}

#[tokio::test]
async fn twenty_orders_at_once_of_ten_pieces_sell_ten() {
    let shop = TestShop::open().await;
    sqlx::query("update stock set available = 10 where product_id = 7").execute(&shop.db).await.unwrap();
    let mut orders = tokio::task::JoinSet::new();
    for user in 1..=20 {
        let client = shop.with_cart(user, 7).await;
        // A second product in every cart: all or nothing, and no dead lock.
        client.put(&format!("/v1/cart/items/{}", if user % 2 == 0 { 6 } else { 8 }), json!({"quantity": 1})).await;
        orders.spawn(async move { client.post("/v1/orders", json!({"payment_token": "tok_visa"})).await });
    }
    let answers = orders.join_all().await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(201), count(409)), (10, 10), "{answers:?}");
    assert_eq!(shop.stock_of(7).await, 0);
    assert_eq!(shop.stock_of(6).await + shop.stock_of(8).await, 2 * STOCK - 10);
    assert_eq!(shop.partner_saw("payment", "effects").await, 10);
    shop.close().await;
}

#[tokio::test]
async fn an_order_of_somebody_else_is_not_found() {
    let shop = TestShop::open().await;
    let ada = shop.with_cart(1, 5).await;
    let id = ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await.body["id"].as_i64().unwrap();
    let path = format!("/v1/orders/{id}");
    assert_eq!(ada.get(&path).await.status, 200);
    let bob = shop.as_user(2);
    let foreign = bob.get(&path).await;
    assert_eq!(foreign.status, 404);
    assert_eq!(foreign.body, bob.get("/v1/orders/999999999").await.body);
    assert_eq!(bob.graphql(&format!("{{ order(id: {id}) {{ id }} }}")).await["data"]["order"], Value::Null);
    shop.close().await;
}

#[tokio::test]
async fn pages_of_orders_follow_one_another_without_gap_or_repetition() {
    let shop = TestShop::open().await;
    sqlx::query("delete from order_lines").execute(&shop.db).await.unwrap();
    sqlx::query("delete from orders where user_id = 1").execute(&shop.db).await.unwrap();
    sqlx::query(
        "insert into orders (user_id, status, total_cents, placed_at)
         select 1, 'confirmed', 100, now() - (n / 3) * interval '1 minute' from generate_series(1, 7) n",
    )
    .execute(&shop.db)
    .await
    .unwrap();
    let ada = shop.as_user(1);
    let (mut seen, mut after) = (Vec::new(), String::new());
    for _ in 0..4 {
        let page = ada.get(&format!("/v1/orders?limit=2{after}")).await.body;
        seen.extend(page["orders"].as_array().unwrap().iter().map(|order| order["id"].as_i64().unwrap()));
        after = page["next"].as_str().map(|next| format!("&after={next}")).unwrap_or_default();
    }
    assert_eq!(after, "");
    assert_eq!((seen.len(), seen.iter().collect::<HashSet<_>>().len()), (7, 7), "{seen:?}");
    for wrong in ["limit=0", "limit=51", "limit=x", "size=1"] {
        assert_eq!(ada.get(&format!("/v1/orders?{wrong}")).await.status, 400, "{wrong}");
    }
    assert_eq!(ada.get("/v1/orders?after=nonsense").await.status, 422);
    shop.close().await;
}
