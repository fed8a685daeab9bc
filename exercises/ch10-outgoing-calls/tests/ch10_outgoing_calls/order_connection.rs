//! The connection of an order, against a real Postgres.

use crate::other_side::variants;
use fixture::Database;
use outgoing_calls::OutgoingCalls;
use sqlx::Connection as _;
use std::time::Duration;
use variant::Variant;

const PATIENCE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn an_order_has_a_connection_before_and_after_its_charge_and_gives_it_back() {
    let database = Database::new("calls").await;
    for variant in variants() {
        let calls = OutgoingCalls::new(&variant, PATIENCE).unwrap();
        // More orders than connections, one after the other: none is kept for good.
        for _ in 0..5 {
            let mut db = calls.order_connection(&database.pool);
            let mut transaction = db.get().await.unwrap().begin().await.unwrap();
            sqlx::query("update stock set available = available - 1 where product_id = 1")
                .execute(&mut *transaction)
                .await
                .unwrap();
            transaction.commit().await.unwrap();
            db.before_charging();
            let one: i32 = sqlx::query_scalar("select 1").fetch_one(db.get().await.unwrap()).await.unwrap();
            assert_eq!(one, 1, "{variant}");
        }
        let left = async { drop(calls.order_connection(&database.pool).get().await) };
        let _ = tokio::time::timeout(Duration::from_micros(50), left).await;
        let both = [database.pool.acquire().await, database.pool.acquire().await];
        assert!(both.iter().all(Result::is_ok), "{variant} keeps a connection");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_transaction_that_an_order_gave_up_leaves_nothing_open_behind() {
    let database = Database::new("calls").await;
    for variant in variants() {
        let calls = OutgoingCalls::new(&variant, PATIENCE).unwrap();
        let mut db = calls.order_connection(&database.pool);
        let mut transaction = db.get().await.unwrap().begin().await.unwrap();
        sqlx::query("delete from order_lines").execute(&mut *transaction).await.unwrap();
        drop(transaction);
        let lines: i64 =
            sqlx::query_scalar("select count(*) from order_lines").fetch_one(db.get().await.unwrap()).await.unwrap();
        assert!(lines > 0, "{variant}");
    }
    database.drop().await;
}

#[tokio::test]
async fn while_its_card_is_charged_the_fixed_order_keeps_no_connection() {
    let database = Database::new("calls").await;
    let calls = OutgoingCalls::new(&Variant::Fixed, PATIENCE).unwrap();
    let mut db = calls.order_connection(&database.pool);
    db.get().await.unwrap();
    assert!(db.is_held());
    db.before_charging();
    assert!(!db.is_held());
    drop(db);
    database.drop().await;
}
