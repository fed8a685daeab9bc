//! What the four RPCs recommend.

use crate::service::{Service, ids};
use proto::recommendations::v1::{
    ForEachProductRequest, ForProductRequest, ForProductsRequest, ProductRecommendations, Recommendation,
    TrendingRequest,
};
use std::{collections::BTreeSet, time::Duration, time::Instant};

async fn for_product(service: &Service, product_id: i64, limit: u32) -> Vec<Recommendation> {
    service.client.clone().for_product(ForProductRequest { product_id, limit }).await.unwrap().into_inner().items
}

async fn for_products(service: &Service, product_ids: &[i64], limit: u32) -> Vec<Recommendation> {
    let request = ForProductsRequest { product_ids: product_ids.to_vec(), limit };
    service.client.clone().for_products(request).await.unwrap().into_inner().items
}

async fn for_each(service: &Service, product_ids: &[i64], limit: u32) -> Vec<ProductRecommendations> {
    let request = ForEachProductRequest { product_ids: product_ids.to_vec(), limit };
    service.client.clone().for_each_product(request).await.unwrap().into_inner().lists
}

async fn trending(service: &Service, limit: u32) -> Vec<Recommendation> {
    service.client.clone().trending(TrendingRequest { limit }).await.unwrap().into_inner().items
}

fn assert_best_first(items: &[Recommendation]) {
    assert!(items.windows(2).all(|pair| pair[0].score >= pair[1].score), "{items:?}");
    assert!(items.iter().all(|item| item.score > 0.0 && item.price_cents > 0 && !item.name.is_empty()), "{items:?}");
    assert_eq!(ids(items).into_iter().collect::<BTreeSet<_>>().len(), items.len(), "no product twice");
}

#[tokio::test]
async fn one_product_is_recommended_what_was_bought_with_it_best_first() {
    let service = Service::start().await;
    let asked = service.product_with_company().await;
    let items = for_product(&service, asked, 5).await;
    assert_eq!(items.len(), 5);
    assert_best_first(&items);
    assert!(!ids(&items).contains(&asked));
    // The same by hand: both tables, weighted, in Rust.
    let both: Vec<(i64, f64)> = sqlx::query_as(
        "select other_id, score::float8 from co_purchases where product_id = $1
         union all select related_id, score::float8 / 2 from related_products where product_id = $1",
    )
    .bind(asked)
    .fetch_all(&service.db)
    .await
    .unwrap();
    let mut expected = std::collections::BTreeMap::<i64, f64>::new();
    for (id, score) in both {
        *expected.entry(id).or_default() += score;
    }
    let mut expected: Vec<_> = expected.into_iter().collect();
    expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    assert_eq!(ids(&items), expected.iter().take(5).map(|(id, _)| *id).collect::<Vec<_>>());
    assert_eq!(for_product(&service, asked, 0).await.len(), 10, "0 stands for 10");
    service.stop().await;
}

#[tokio::test]
async fn many_products_get_one_list_without_themselves() {
    let service = Service::start().await;
    let asked: Vec<i64> = (1..=40).collect();
    let items = for_products(&service, &asked, 8).await;
    assert_eq!(items.len(), 8);
    assert_best_first(&items);
    assert!(items.iter().all(|item| !asked.contains(&item.product_id)));
    let twice: Vec<i64> = asked.iter().chain(&asked).copied().collect();
    assert_eq!(for_products(&service, &twice, 8).await, items, "a product given twice counts once");
    let with_unknown: Vec<i64> = asked.iter().copied().chain([999_999]).collect();
    assert_eq!(for_products(&service, &with_unknown, 8).await, items, "an unknown product contributes nothing");
    service.stop().await;
}

#[tokio::test]
async fn a_list_for_one_product_is_the_same_whichever_way_it_is_asked_for() {
    let service = Service::start().await;
    let asked = service.product_with_company().await;
    assert_eq!(for_products(&service, &[asked], 10).await, for_product(&service, asked, 10).await);
    service.stop().await;
}

#[tokio::test]
async fn a_list_for_each_of_many_products_is_the_list_that_each_has_alone() {
    let service = Service::start().await;
    // In no order, one twice, one that does not exist, one without company.
    sqlx::query("delete from co_purchases where product_id = 9").execute(&service.db).await.unwrap();
    sqlx::query("delete from related_products where product_id = 9").execute(&service.db).await.unwrap();
    let lists = for_each(&service, &[40, 3, 999_999, 9, 17, 3, 1], 6).await;
    let asked: Vec<i64> = lists.iter().map(|list| list.product_id).collect();
    assert_eq!(asked, [40, 3, 999_999, 9, 17, 1]);
    for list in &lists {
        match list.product_id {
            999_999 | 9 => assert_eq!(list.items, []),
            known => assert_eq!(list.items, for_product(&service, known, 6).await, "{known}"),
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn trending_counts_the_last_day_and_is_kept_for_seconds() {
    let service = Service::start().await;
    let sold: i64 = sqlx::query_scalar(
        "insert into orders (user_id, status, total_cents) values ((select min(id) from users), 'placed', 0) returning id",
    )
    .fetch_one(&service.db)
    .await
    .unwrap();
    let insert =
        "insert into order_lines (order_id, line_no, product_id, quantity, unit_price_cents) values ($1, 1, 77, 99, 1)";
    sqlx::query(insert).bind(sold).execute(&service.db).await.unwrap();
    let first = trending(&service, 5).await;
    assert_best_first(&first);
    assert_eq!(first[0].product_id, 77, "{first:?}");
    assert!(first[0].score >= 99.0);
    let keys = service.keys().await;
    assert!(matches!(&keys[..], [(key, 1..=10)] if key == "recommendations:trending:1"), "{keys:?}");
    sqlx::query("update orders set status = 'cancelled' where id = $1").bind(sold).execute(&service.db).await.unwrap();
    assert_eq!(trending(&service, 3).await, first[..3], "shorter lists come from the same copy");
    service.stop().await;
}

#[tokio::test]
async fn many_calls_that_find_no_trending_list_ask_the_database_once() {
    let service = Service::start().await;
    // Whoever counts needs this table; all of them wait here, or behind the one that does.
    let mut lock = service.db.begin().await.unwrap();
    sqlx::query("lock table orders in access exclusive mode").execute(&mut *lock).await.unwrap();
    let calls: Vec<_> = (0..30)
        .map(|_| {
            let mut client = service.client.clone();
            tokio::spawn(async move { client.trending(TrendingRequest { limit: 5 }).await.unwrap().into_inner().items })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&mut *lock).await.unwrap();
    assert_eq!(waiting, 1);
    lock.rollback().await.unwrap();
    for call in calls {
        assert_best_first(&call.await.unwrap());
    }
    service.stop().await;
}

#[tokio::test]
async fn the_declared_time_of_the_model_is_taken_by_every_ranked_list_and_not_by_trending() {
    let service = Service::with(&[("RECOMMENDATIONS_MODEL_MS", "150.5")]).await;
    let asked = service.product_with_company().await;
    let time = Duration::from_micros(150_500);
    let started = Instant::now();
    for_product(&service, asked, 5).await;
    let one = started.elapsed();
    for_products(&service, &[asked], 5).await;
    let both = started.elapsed();
    assert!(one >= time && both - one >= time, "{one:?} {both:?}");
    trending(&service, 5).await;
    let started = Instant::now();
    trending(&service, 5).await;
    assert!(started.elapsed() < time, "{:?}", started.elapsed());
    service.stop().await;
}
