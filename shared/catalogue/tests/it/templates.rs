//! Templates: built once, shared by everybody, never half-built; and clones that know nothing of one another.

use crate::server::{admin, start, unique};
use catalogue::{Size, clone_database, drop_database, template};
use sqlx::{Connection, PgConnection};

/// A size of this test alone: other tests must not wait for what it does to its template.
fn own_size() -> Size {
    Size { products: 60 + std::process::id() % 400, users: 10, orders: 20 }
}

async fn oid(admin: &mut PgConnection, name: &str) -> Option<i64> {
    sqlx::query_scalar("select oid::bigint from pg_database where datname = $1")
        .bind(name)
        .fetch_optional(admin)
        .await
        .expect("the oid of a database")
}

#[tokio::test]
async fn a_template_is_built_once_by_many_callers_and_built_anew_when_it_was_left_half_built() {
    let stack = start().await;
    let (url, size) = (admin(&stack), own_size());
    let (one, two, three) =
        tokio::join!(template(url, size, |_| {}), template(url, size, |_| {}), template(url, size, |_| {}));
    let name = one.unwrap();
    assert_eq!((&name, &name), (&two.unwrap(), &three.unwrap()));
    let mut connection = PgConnection::connect(url).await.unwrap();
    let first = oid(&mut connection, &name).await;
    assert!(first.is_some());

    assert_eq!(template(url, size, |_| panic!("nothing to load")).await.unwrap(), name);
    assert_eq!(oid(&mut connection, &name).await, first, "built again");

    // As a process leaves it that is killed while it loads.
    let unmark = sqlx::AssertSqlSafe(format!("alter database {name} is_template false"));
    sqlx::raw_sql(unmark).execute(&mut connection).await.unwrap();
    assert_eq!(template(url, size, |_| {}).await.unwrap(), name);
    assert_ne!(oid(&mut connection, &name).await, first, "not built again");

    // As it is after a night.
    let age = sqlx::AssertSqlSafe(format!("comment on database {name} is '2024-01-01 00:00:00+00'"));
    let second = oid(&mut connection, &name).await;
    sqlx::raw_sql(age).execute(&mut connection).await.unwrap();
    template(url, size, |_| {}).await.unwrap();
    assert_ne!(oid(&mut connection, &name).await, second, "stale");

    let clear = format!("alter database {name} is_template false");
    sqlx::raw_sql(sqlx::AssertSqlSafe(clear)).execute(&mut connection).await.unwrap();
    drop_database(url, &name).await.unwrap();
    connection.close().await.unwrap();
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn clones_of_one_template_do_not_see_each_other_and_the_template_does_not_change() {
    let stack = start().await;
    let url = admin(&stack);
    let template = template(url, Size::small(), |_| {}).await.unwrap();
    let names = [unique("one"), unique("two")];
    let (one, two) = tokio::join!(clone_database(url, &template, &names[0]), clone_database(url, &template, &names[1]));
    let mut one = PgConnection::connect(&one.unwrap()).await.unwrap();
    let mut two = PgConnection::connect(&two.unwrap()).await.unwrap();
    sqlx::raw_sql("truncate products cascade").execute(&mut one).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from products").fetch_one(&mut two).await.unwrap();
    assert_eq!(seen, 500);
    assert!(clone_database(url, &template, &names[0]).await.is_err(), "the name is taken");
    // The other connection is still open: dropping disconnects it.
    for name in &names {
        drop_database(url, name).await.unwrap();
        drop_database(url, name).await.expect("dropping what is gone");
    }
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn a_size_that_cannot_be_built_is_refused_before_anything_is_made() {
    let stack = start().await;
    let error = template(admin(&stack), Size { products: 0, ..Size::small() }, |_| {}).await.unwrap_err();
    assert!(error.to_string().starts_with("products must be"), "{error}");
    stack.stop().await.unwrap();
}

#[test]
fn loading_and_cloning_can_be_given_to_another_task() {
    fn can_be_spawned(_: impl Send) {}
    can_be_spawned(template("", Size::small(), |_| {}));
    can_be_spawned(catalogue::load("", Size::small(), |_| {}));
    can_be_spawned(clone_database("", "", ""));
}
