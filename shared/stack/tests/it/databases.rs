//! Databases copied from a template.

use std::time::{Duration, Instant};

use sqlx::Connection as _;
use stack::{Needs, Provider, Stack, to_stderr};

use crate::{forced, state};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_the_templates_rows_waits_for_its_users_and_can_be_dropped_in_use() {
    let state = state();
    let surroundings = forced(state.path(), Provider::Native);
    let stack = Stack::start_in(&surroundings, Needs::NONE.with_postgres(), &to_stderr).await.unwrap();
    let template = stack.create_database_from("template1", "seeded").await.unwrap();
    let mut seeding = sqlx::PgConnection::connect(&template).await.unwrap();
    sqlx::raw_sql("create table stock as select n, repeat('x', 200) as text from generate_series(1, 100000) as n")
        .execute(&mut seeding)
        .await
        .unwrap();

    // Somebody is still in the template: the copy waits for them, instead of failing.
    let leaving = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        seeding.close().await.unwrap();
    });
    let begun = Instant::now();
    let url = stack.create_database_from("seeded", "copy_1").await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(250), "it waited");
    leaving.await.unwrap();

    let begun = Instant::now();
    stack.create_database_from("seeded", "copy_2").await.unwrap();
    println!("a copy of 30 MB took {} ms", begun.elapsed().as_millis());

    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from stock").fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, 100_000);
    stack.drop_database("copy_1").await.unwrap();
    assert!(sqlx::query("select 1").execute(&mut connection).await.is_err(), "its user was thrown out");
    stack.drop_database("copy_1").await.unwrap();

    let error = stack.create_database_from("seeded", "x\"; drop table stock").await.unwrap_err();
    assert!(error.to_string().contains("lower-case letters"), "{error}");
    let error = stack.create_database_from("absent", "copy_3").await.unwrap_err();
    assert!(error.to_string().contains("absent"), "{error}");
    stack.stop().await.unwrap();
}
