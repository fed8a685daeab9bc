//! What real clients send to real servers, counted exactly: one at a time, in pipelines and side by side.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

use futures_util::future::join_all;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, ConnectionProperties};
use relay::{Protocol, Relay, Traffic};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, Row as _};
use stack::{Needs, Stack};
use std::net::SocketAddr;
use std::time::Duration;

async fn stack() -> Stack {
    stack::test_stack(Needs { postgres: true, redis: true, rabbitmq: true }).await.unwrap()
}

/// A relay without a distance before the server of this URL, and the URL that leads through it.
async fn before(url: &str, protocol: Protocol) -> (Relay, String) {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (user, rest) = rest.rsplit_once('@').map_or(("", rest), |(user, rest)| (user, rest));
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let address: SocketAddr = tokio::net::lookup_host(authority).await.unwrap().next().unwrap();
    let relay = Relay::counting(address, Duration::ZERO, protocol).await.unwrap();
    let at = if user.is_empty() { "" } else { "@" };
    let through = format!("{scheme}://{user}{at}{}{path}", relay.address());
    (relay, through)
}

fn calls(traffic: &Traffic) -> Vec<(&str, u64)> {
    traffic.calls.iter().map(|(label, count)| (&**label, *count)).collect()
}

#[tokio::test]
async fn statements_of_sqlx_are_counted_exactly() {
    let stack = stack().await;
    let (relay, url) = before(stack.database_url().unwrap(), Protocol::Postgres).await;
    let pool = PgPoolOptions::new()
        .max_connections(5)
        .test_before_acquire(false)
        .connect_with(url.parse::<PgConnectOptions>().unwrap())
        .await
        .unwrap();
    let start = relay.traffic();
    assert_eq!(calls(&start), [], "connecting is no statement: {start:?}");
    for number in 0..20_i32 {
        let row = sqlx::query("select $1::int4 + 1").bind(number).fetch_one(&pool).await.unwrap();
        assert_eq!(row.get::<i32, _>(0), number + 1);
    }
    let rows = join_all((0..30).map(|_| sqlx::query("select * from generate_series(1, 100)").fetch_all(&pool))).await;
    assert!(rows.into_iter().all(|rows| rows.unwrap().len() == 100));
    let mut connection = pool.acquire().await.unwrap();
    for _ in 0..10 {
        connection.ping().await.unwrap();
    }
    let mut transaction = connection.begin().await.unwrap();
    sqlx::raw_sql("create temporary table t (n int4); insert into t values (1), (2); select n from t")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let mut copy = transaction.copy_in_raw("copy t from stdin").await.unwrap();
    copy.send(&b"3\n4\n"[..]).await.unwrap();
    assert_eq!(copy.finish().await.unwrap(), 2);
    transaction.rollback().await.unwrap();
    sqlx::query("select 1/0").execute(&mut *connection).await.unwrap_err();
    sqlx::query("selekt").execute(&mut *connection).await.unwrap_err();
    drop(connection);
    pool.close().await;
    // A chunk is counted when it has been written on, so the client may know before the relay's thread does.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let traffic = relay.traffic();
    let expected = [
        ("copy t from stdin", 1),
        ("create temporary table t (n int4); insert into t values (1), (2); select n from t", 3),
        ("select $1::int4 + 1", 20),
        ("select * from generate_series(1, 100)", 30),
        ("select 1/0", 1),
    ];
    assert_eq!(calls(&traffic), expected);
    assert_eq!((traffic.control, traffic.rows, traffic.unsure), (2, 20 + 30 * 100 + 2, 0));
    assert!(relay.stats().connections >= 2, "side by side");
}

#[tokio::test]
async fn commands_of_redis_are_counted_exactly() {
    let stack = stack().await;
    let (relay, url) = before(stack.redis_url().unwrap(), Protocol::Redis).await;
    let client = redis::Client::open(url).unwrap();
    let connection = client.get_multiplexed_async_connection().await.unwrap();
    assert_eq!(calls(&relay.traffic()), [], "connecting is no command");
    let large = "x".repeat(300_000);
    let key = |name: &str| format!("relay-test-{}-{name}", std::process::id());
    let mut pipeline = redis::pipe();
    for number in 0..100 {
        pipeline.set(key(&number.to_string()), &large).ignore();
    }
    pipeline.exec_async(&mut connection.clone()).await.unwrap();
    join_all((0..50).map(|number| {
        let (mut connection, key) = (connection.clone(), key(&number.to_string()));
        async move { redis::cmd("GET").arg(key).query_async::<String>(&mut connection).await.unwrap() }
    }))
    .await;
    let mut atomic = redis::pipe();
    atomic.atomic().incr(key("n"), 1).ignore().expire(key("n"), 9).ignore();
    atomic.exec_async(&mut connection.clone()).await.unwrap();
    redis::cmd("PING").exec_async(&mut connection.clone()).await.unwrap();
    let keys: Vec<String> = (0..100).map(|number| key(&number.to_string())).chain([key("n")]).collect();
    redis::cmd("DEL").arg(keys).exec_async(&mut connection.clone()).await.unwrap();
    let traffic = relay.traffic();
    assert_eq!(calls(&traffic), [("DEL", 1), ("EXPIRE", 1), ("GET", 50), ("INCRBY", 1), ("SET", 100)]);
    assert_eq!((traffic.control, traffic.unsure), (2, 0));
}

#[tokio::test]
async fn messages_published_to_rabbitmq_are_counted_exactly() {
    let stack = stack().await;
    let (relay, url) = before(stack.amqp_url().unwrap(), Protocol::Amqp).await;
    let connection = lapin::Connection::connect(&url, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    assert_eq!(calls(&relay.traffic()), [], "connecting is no message");
    #[allow(clippy::async_yields_async, reason = "the confirmation is awaited later")]
    let publish = async |key: &'static str, body: &[u8]| {
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
        channel.basic_publish("amq.direct".into(), key.into(), options, body, properties).await.unwrap()
    };
    for _ in 0..5 {
        publish("one", b"{}").await.await.unwrap();
    }
    // Sent without waiting for a confirmation in between; a body of several frames is one message.
    let mut confirmations = Vec::new();
    for _ in 0..40 {
        confirmations.push(publish("two", &[b'x'; 300_000]).await);
    }
    for confirmation in confirmations {
        confirmation.await.unwrap();
    }
    connection.close(200, "done".into()).await.unwrap();
    let traffic = relay.traffic();
    assert_eq!(calls(&traffic), [("amq.direct/one", 5), ("amq.direct/two", 40)]);
    assert_eq!(traffic.unsure, 0);
}
