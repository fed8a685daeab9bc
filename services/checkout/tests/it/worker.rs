//! The worker: messages twice, messages that cannot be read, partners and connections that fail.

use crate::{
    cable::{Cable, target},
    shop::{TestShop, eventually},
};
use checkout::broker::ORDER_PLACED;
use lapin::{BasicProperties, options::BasicPublishOptions};
use serde_json::{Value, json};

/// Places an order of one piece and returns its number.
async fn order(shop: &TestShop, user: i64) -> i64 {
    let client = shop.with_cart(user, 5).await;
    let order = client.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    assert_eq!(order.status, 201, "{:?}", order.body);
    order.body["id"].as_i64().unwrap()
}

async fn publish(shop: &TestShop, id: &str, body: &str) {
    let (_connection, channel) = shop.channel().await;
    let properties = BasicProperties::default().with_message_id(id.into());
    let exchange = shop.topology().exchange;
    let options = BasicPublishOptions::default();
    let sent = channel.basic_publish(exchange.into(), ORDER_PLACED.into(), options, body.as_bytes(), properties).await;
    sent.unwrap().await.unwrap();
}

#[tokio::test]
async fn a_message_delivered_twice_sends_one_email() {
    let shop = TestShop::open().await;
    let id = order(&shop, 1).await;
    let (event, payload): (i64, Value) =
        sqlx::query_as("select id, payload from outbox order by id desc limit 1").fetch_one(&shop.db).await.unwrap();
    // Two more copies wait before the worker comes, and a third comes after it is done.
    let name = format!("outbox-{event}");
    publish(&shop, &name, &payload.to_string()).await;
    publish(&shop, &name, &payload.to_string()).await;
    let (_connection, channel) = shop.channel().await;
    let topology = shop.topology();
    let depths = async || checkout::worker::waiting(&channel, &topology).await.unwrap();
    eventually("three wait", async || depths().await[0] == ("order-worker", 3)).await;
    let _worker = shop.worker().await;
    eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
    publish(&shop, &name, &payload.to_string()).await;
    let queue = shop.topology().queue;
    eventually("all taken", async || shop.waiting_in(&queue).await == 0).await;
    // The next order passes after them, so they are done.
    let next = order(&shop, 2).await;
    eventually("the next confirmed", async || shop.status_of(next).await == "confirmed").await;
    assert_eq!(shop.emails_to(1).await.len(), 1);
    assert_eq!(shop.partner_saw("warehouse", "effects").await, 2);
    assert_eq!(depths().await.map(|(_, messages)| messages), [0, 0, 0]);
    shop.close().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_dead_lettered_at_once() {
    let shop = TestShop::open().await;
    let _worker = shop.worker().await;
    publish(&shop, "poison-1", "this is no JSON").await;
    publish(&shop, "poison-2", r#"{"version": 2, "order_id": 1, "user_id": 1, "total_cents": 1, "lines": []}"#).await;
    publish(&shop, "", r#"{"version": 1, "order_id": 1, "user_id": 1, "total_cents": 1, "lines": []}"#).await;
    publish(&shop, "no order", r#"{"version": 1, "order_id": 99999999, "user_id": 1, "total_cents": 1, "lines": []}"#)
        .await;
    let dead = shop.topology().dead;
    eventually("dead-lettered", async || shop.waiting_in(&dead).await == 4).await;
    // It did no harm.
    let id = order(&shop, 1).await;
    eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
    assert_eq!(shop.partner_saw("email", "received").await, 1);
    shop.close().await;
}

#[tokio::test]
async fn a_partner_that_fails_is_asked_again_three_times_and_then_a_person_is() {
    let shop = TestShop::open().await;
    shop.partner_fails("email", json!({"mode": "status", "status": 503})).await;
    let _worker = shop.worker().await;
    let id = order(&shop, 1).await;
    let dead = shop.topology().dead;
    eventually("dead-lettered", async || shop.waiting_in(&dead).await == 1).await;
    assert_eq!(shop.partner_saw("email", "received").await, 4);
    assert_eq!(shop.partner_saw("warehouse", "effects").await, 1);
    assert_eq!(shop.status_of(id).await, "placed");
    shop.close().await;
}

#[tokio::test]
async fn a_partner_that_comes_back_in_time_gets_the_message() {
    let shop = TestShop::open().await;
    shop.partner_fails("warehouse", json!({"mode": "refuse"})).await;
    let _worker = shop.worker().await;
    let id = order(&shop, 1).await;
    eventually("asked once", async || shop.partner_saw("warehouse", "received").await >= 1).await;
    shop.partner_fails("warehouse", json!({"mode": "none"})).await;
    eventually("confirmed", async || shop.status_of(id).await == "confirmed").await;
    assert_eq!(shop.emails_to(1).await.len(), 1);
    shop.close().await;
}

#[tokio::test]
async fn a_worker_that_lost_the_broker_and_the_database_goes_on() {
    let shop = TestShop::open().await;
    let cable = Cable::to(target(&shop.amqp_url)).await;
    let worker = shop.worker_at(&cable.url(&shop.amqp_url)).await;
    let first = order(&shop, 1).await;
    eventually("confirmed", async || shop.status_of(first).await == "confirmed").await;

    cable.cut();
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'order-worker'",
    )
    .execute(&shop.db)
    .await
    .unwrap();
    let second = order(&shop, 2).await;
    assert_eq!(shop.status_of(second).await, "placed");
    cable.mend();
    eventually("confirmed", async || shop.status_of(second).await == "confirmed").await;

    // And it ends in order.
    shop.shutdown.begin();
    tokio::time::timeout(std::time::Duration::from_secs(5), worker.finish()).await.unwrap();
    shop.close().await;
}
