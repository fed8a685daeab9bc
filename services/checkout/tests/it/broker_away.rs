//! Orders while the broker is away.

use crate::{
    cable::{Cable, target},
    shop::{TestShop, eventually},
};
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn orders_are_accepted_while_the_broker_is_away_and_published_later() {
    let stack = stack::test_stack(stack::Needs::NONE.with_rabbitmq()).await.unwrap();
    let cable = Cable::to(target(stack.amqp_url().unwrap())).await;
    let real = stack.amqp_url().unwrap().to_owned();
    let mut shop = TestShop::open_with(|settings| settings.broker.url = cable.url(&real)).await;
    shop.amqp_url = real;
    let _worker = shop.worker().await;
    cable.cut();
    let ada = shop.with_cart(1, 5).await;
    let begun = Instant::now();
    let order = ada.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    assert_eq!(order.status, 201, "{:?}", order.body);
    assert!(begun.elapsed().as_secs() < 4, "the customer did not wait for the broker");
    let id = order.body["id"].as_i64().unwrap();
    let waiting = async || -> i64 {
        sqlx::query_scalar("select count(*) from outbox where published_at is null").fetch_one(&shop.db).await.unwrap()
    };
    assert_eq!(waiting().await, 1);
    assert_eq!(shop.status_of(id).await, "placed");
    cable.mend();
    eventually("published", async || waiting().await == 0).await;
    eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
    shop.close().await;
    stack.stop().await.unwrap();
}
