//! Real work on each server: what it takes to believe that a URL leads to the thing it names.

use lapin::options::{BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties};
use redis::AsyncTypedCommands as _;
use sqlx::Connection as _;
use stack::Stack;

/// One query, one SET and GET, one confirmed message there and back.
pub async fn works(stack: &Stack) {
    queries(stack.database_url().unwrap()).await;
    remembers(stack.redis_url().unwrap()).await;
    delivers(stack.amqp_url().unwrap()).await;
}

pub async fn queries(url: &str) {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let sum: i64 = sqlx::query_scalar("select sum(n)::bigint from generate_series(1, $1) as n")
        .bind(100_i64)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(sum, 5050);
    connection.close().await.unwrap();
}

/// Letters beyond ASCII have a lower case: search depends on it. A server of somebody else may be set up otherwise.
pub async fn knows_letters(url: &str) {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let lower: String = sqlx::query_scalar("select lower('ÅÄÖ')").fetch_one(&mut connection).await.unwrap();
    assert_eq!(lower, "åäö");
    connection.close().await.unwrap();
}

pub async fn remembers(url: &str) {
    let client = redis::Client::open(url).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let key = format!("stack-test:{}", uuid::Uuid::new_v4());
    connection.set(&key, "seen").await.unwrap();
    assert_eq!(connection.get(&key).await.unwrap().as_deref(), Some("seen"));
    connection.del(&key).await.unwrap();
}

pub async fn delivers(url: &str) {
    let connection = Connection::connect(url, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    let queue = format!("stack-test-{}", uuid::Uuid::new_v4());
    let options = QueueDeclareOptions { durable: true, auto_delete: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(queue.as_str().into(), options, FieldTable::default()).await.unwrap();
    let confirmation = channel
        .basic_publish(
            "".into(),
            queue.as_str().into(),
            BasicPublishOptions::default(),
            b"order 1",
            BasicProperties::default(),
        )
        .await
        .unwrap()
        .await
        .unwrap();
    assert!(confirmation.is_ack(), "the broker took the message: {confirmation:?}");
    let message = channel.basic_get(queue.as_str().into(), BasicGetOptions { no_ack: true }).await.unwrap().unwrap();
    assert_eq!(message.delivery.data, b"order 1");
    connection.close(200, "done".into()).await.unwrap();
}
