//! Loading: what arrives, in which state of the database, and what is left alone.

use crate::server::{empty, small};
use catalogue::{Catalogue, Size, Table, is_loaded, load, migrate};
use sqlx::Row as _;
use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

#[tokio::test]
async fn every_row_arrives_and_keys_and_foreign_keys_hold() {
    let database = small("arrives").await;
    let catalogue = Catalogue::new(Size::small());
    for table in [Table::Products, Table::Stock, Table::Users, Table::Orders] {
        assert_eq!(database.count(table.name()).await as u64, catalogue.sources(table), "{}", table.name());
    }
    let lines: usize = (1..=400).map(|id| catalogue.order(id).lines.len()).sum();
    assert_eq!(database.count("order_lines").await as usize, lines);
    assert_eq!(database.count("related_products").await, 500 * 12);
    assert!(database.count("co_purchases").await > 100);
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from orders where total_cents <>
            (select sum(quantity * unit_price_cents) from order_lines where order_id = orders.id)",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert_eq!(wrong, 0);
    let next: i64 =
        sqlx::query_scalar("insert into orders (user_id, status, total_cents) values (1, 'placed', 5) returning id")
            .fetch_one(&database.pool)
            .await
            .unwrap();
    assert_eq!(next, 401, "the sequence goes on after the history");
    database.close().await;
}

#[tokio::test]
async fn a_product_is_read_back_as_it_was_drawn_in_any_script() {
    let database = small("unicode").await;
    let catalogue = Catalogue::new(Size::small());
    let rows =
        sqlx::query("select *, specifications::text as json from products").fetch_all(&database.pool).await.unwrap();
    let mut scripts = [false; 3];
    for row in rows {
        let drawn = catalogue.product(row.get::<i64, _>("id") as u64);
        let text = |column: &str| row.get::<String, _>(column);
        assert_eq!(
            (text("sku"), text("name"), text("keywords")),
            (drawn.sku.clone(), drawn.name.clone(), drawn.keywords.clone())
        );
        assert_eq!((text("brand"), text("category")), (drawn.brand.to_owned(), drawn.category.to_owned()));
        assert_eq!(row.get::<i64, _>("price_cents") as u64, drawn.price_cents);
        assert_eq!((row.get::<f32, _>("rating"), text("description")), (drawn.rating, drawn.description()));
        let [stored, made] = [text("json"), drawn.specifications()]
            .map(|json| serde_json::from_str::<serde_json::Value>(&json).unwrap());
        assert_eq!(stored, made);
        for (script, sample) in scripts.iter_mut().zip(['ø', 'ü', '山']) {
            *script |= text("name").contains(sample) || text("brand").contains(sample);
        }
    }
    assert_eq!(scripts, [true; 3]);
    database.close().await;
}

#[tokio::test]
async fn the_last_hour_and_the_last_day_have_orders_and_none_is_in_the_future() {
    let database = small("trending").await;
    let (day, future, all): (i64, i64, i64) = sqlx::query_as(
        "select count(*) filter (where placed_at > now() - interval '1 day'),
                count(*) filter (where placed_at > now()),
                count(*) filter (where placed_at > now() - interval '31 days') from orders",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert!((5..=20).contains(&day), "{day}");
    assert_eq!((future, all), (0, 400));
    database.close().await;
}

#[tokio::test]
async fn a_migrated_database_is_loaded_too_and_a_second_load_leaves_it_alone() {
    let database = empty("migrated").await;
    assert!(!is_loaded(&database.url).await.unwrap(), "no tables");
    migrate(&database.url).await.unwrap();
    assert!(!is_loaded(&database.url).await.unwrap(), "no rows");
    let (last, steps) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let loaded = load(&database.url, Size::small(), |progress| {
        last.store(progress.done, Ordering::Relaxed);
        assert!(progress.done <= progress.total);
        steps.lock().unwrap().push(progress.step);
    });
    assert!(loaded.await.unwrap());
    assert_eq!(last.into_inner(), Catalogue::new(Size::small()).rows());
    assert_eq!(steps.into_inner().unwrap().last(), Some(&"keys and indexes"));
    assert!(is_loaded(&database.url).await.unwrap());

    sqlx::raw_sql("update stock set available = 7").execute(&database.pool).await.unwrap();
    assert!(!load(&database.url, Size::default(), |_| {}).await.unwrap(), "loaded twice");
    assert_eq!(database.count("stock where available = 7").await, 500);
    database.close().await;
}

#[tokio::test]
async fn an_interrupted_load_is_started_again_and_foreign_rows_are_never_touched() {
    let database = small("interrupted").await;
    sqlx::raw_sql("update catalogue_load set finished_at = null; delete from order_lines")
        .execute(&database.pool)
        .await
        .unwrap();
    assert!(!is_loaded(&database.url).await.unwrap());
    assert!(load(&database.url, Size::small(), |_| {}).await.unwrap());
    assert!(database.count("order_lines").await > 400);

    sqlx::raw_sql("delete from catalogue_load").execute(&database.pool).await.unwrap();
    let error = load(&database.url, Size::small(), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    assert_eq!(database.count("products").await, 500);
    database.close().await;
}

#[tokio::test]
async fn two_loads_of_one_database_at_once_load_it_once() {
    let database = empty("twice").await;
    let (one, other) =
        tokio::join!(load(&database.url, Size::small(), |_| {}), load(&database.url, Size::small(), |_| {}));
    let mut loaded = [one.unwrap(), other.unwrap()];
    loaded.sort_unstable();
    assert_eq!(loaded, [false, true]);
    assert_eq!(database.count("products").await, 500);
    database.close().await;
}
