//! The cart after an order: empty in the end, whatever happens to Redis or to the process in between, and emptied only once.

use crate::{
    cable::{Cable, redis_target},
    client::Client,
    shop::{TestShop, eventually},
};
use serde_json::json;
use std::time::Duration;

fn buy() -> serde_json::Value {
    json!({"payment_token": "tok_visa"})
}

/// A shop whose Redis can be cut off.
async fn with_cable() -> (TestShop, Cable, stack::Stack) {
    let stack = stack::test_stack(stack::Needs::NONE.with_redis()).await.unwrap();
    let cable = Cable::to(redis_target(stack.redis_url().unwrap())).await;
    let url = cable.redis_url();
    (TestShop::open_with(|settings| settings.redis_url = url).await, cable, stack)
}

/// Places an order while Redis is away at the moment the cart is to be emptied.
async fn order_without_redis(shop: &TestShop, cable: &Cable, customer: &Client) -> i64 {
    let slow = json!({"delay": {"shape": "constant", "ms": 400.0}});
    assert_eq!(shop.partners.put("/admin/partners/payment", slow).await.status, 200);
    let (order, ()) = tokio::join!(customer.post("/v1/orders", buy()), async {
        eventually("payment is asked", async || shop.partner_saw("payment", "received").await >= 1).await;
        cable.cut();
    });
    assert_eq!(order.status, 201, "{:?}", order.body);
    order.body["id"].as_i64().unwrap()
}

/// As after a crash between storing the order of an attempt and emptying the cart.
async fn interrupted(shop: &TestShop, attempt: &str) {
    let row = "insert into cart_clearings (event_id, attempt_id, user_id, product_ids, quantities)
        values (77, $1, 1, '{5}', '{1}')";
    sqlx::query(row).bind(attempt).execute(&shop.db).await.unwrap();
    eventually("noticed", async || clearings(shop).await == 0).await;
}

async fn clearings(shop: &TestShop) -> i64 {
    sqlx::query_scalar("select count(*) from cart_clearings").fetch_one(&shop.db).await.unwrap()
}

#[tokio::test]
async fn a_cart_whose_redis_was_away_is_emptied_as_soon_as_it_is_back() {
    let (shop, cable, stack) = with_cable().await;
    let ada = shop.with_cart(1, 5).await;
    order_without_redis(&shop, &cable, &ada).await;
    assert_eq!(clearings(&shop).await, 1);
    // Longer than the two seconds after which the loop begins to try.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(clearings(&shop).await, 1, "it is tried until it is done");
    cable.mend();
    eventually("emptied", async || clearings(&shop).await == 0).await;
    eventually("the cart is empty", async || ada.get("/v1/cart").await.body["lines"] == json!([])).await;
    shop.close().await;
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn the_next_order_does_not_buy_the_same_lines_again_and_a_repeated_one_empties_the_cart() {
    let (shop, cable, stack) = with_cable().await;
    let ada = shop.with_cart(1, 5).await;
    let keyed = ada.with("idempotency-key", "the-cart");
    let id = order_without_redis(&shop, &cable, &keyed).await;
    cable.mend();
    // As soon as Redis is there for checkout: before the loop's two seconds are over, or after them.
    let mut next = ada.post("/v1/orders", buy()).await;
    for _ in 0..100 {
        if next.status != 503 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        next = ada.post("/v1/orders", buy()).await;
    }
    assert_eq!(next.status, 422, "the cart was ordered already: {:?}", next.body);
    let again = keyed.post("/v1/orders", buy()).await;
    assert_eq!((again.status.as_u16(), again.body["id"].as_i64()), (200, Some(id)));
    assert_eq!(ada.get("/v1/cart").await.body["lines"], json!([]));
    assert_eq!((shop.partner_saw("payment", "effects").await, clearings(&shop).await), (1, 0));
    shop.close().await;
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_crash_left_in_the_cart_is_taken_out_once_and_not_what_came_later() {
    let shop = TestShop::open().await;
    let ada = shop.with_cart(1, 5).await;
    interrupted(&shop, "one").await;
    assert_eq!(ada.get("/v1/cart").await.body["lines"], json!([]));
    // The customer wants the same again; a process that had not noticed that the work was done must not take it.
    shop.with_cart(1, 5).await;
    interrupted(&shop, "one").await;
    assert_eq!(ada.get("/v1/cart").await.body["lines"][0]["quantity"], 1);
    // The same event number in a new database is another order: Redis remembers the attempt.
    interrupted(&shop, "another").await;
    assert_eq!(ada.get("/v1/cart").await.body["lines"], json!([]));
    shop.close().await;
}
