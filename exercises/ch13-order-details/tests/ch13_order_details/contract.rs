//! One table of cases, run over every implementation.

use crate::{
    company::{ALONE, Company, FAILS, UNKNOWN, company},
    page::{Shown, all, page, variants},
};
use fixture::Database;
use order_details::{Line, Lookups, Product, Sources};
use shop::{OrderId, ProductId};
use sqlx::PgPool;
use std::time::Duration;
use variant::Variant;

/// Order 1 has no line; 2 has a product whose name is not ASCII and whose stock nobody counts; 3 has 100 lines, 4 the same.
const AWKWARD: &str = "
    delete from order_lines where order_id in (1, 2, 3, 4);
    insert into order_lines values (2, 1, 50, 99, 995);
    update products set name = 'Größe Ω 富士 🪑', rating = 0 where id = 50;
    delete from stock where product_id = 50;
    insert into order_lines select o, n, 100 + n, 1, n from generate_series(1, 100) n, (values (3), (4)) orders (o);
    delete from order_lines where product_id = 13;";

async fn orders() -> (Database, Company) {
    let database = Database::new("details").await;
    database.run(AWKWARD).await;
    (database, Company::start().await)
}

/// What the contract says, read without a seam: everything, then picked.
async fn expected(pool: &PgPool, orders: &[i64]) -> Vec<Shown> {
    let lines: Vec<(i64, i64, i32, i64)> = sqlx::query_as(
        "select order_id, product_id, quantity, unit_price_cents from order_lines order by order_id, line_no",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let products: Vec<Product> = sqlx::query_as(
        "select p.*, coalesce((select available from stock where product_id = p.id), 0) as available from products p",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let shown = |&(order_id, product_id, quantity, unit_price_cents): &(i64, i64, i32, i64)| {
        let product = products.iter().find(|product| product.id == product_id).cloned();
        let line = Line { order_id, product_id, quantity, unit_price_cents };
        (line, product, Some(company(product_id, 3)))
    };
    let of = |order: &i64| lines.iter().filter(|line| line.0 == *order).map(shown).collect();
    orders.iter().map(of).collect()
}

#[tokio::test]
async fn every_implementation_shows_the_same_orders() {
    let (database, company) = orders().await;
    let cases: [(&str, Vec<i64>); 8] = [
        ("no orders", vec![]),
        ("one order", vec![10]),
        ("an order without lines", vec![1]),
        ("a name beyond ASCII, and no stock", vec![2]),
        ("orders that do not exist", vec![UNKNOWN, -1, 0, i64::MAX]),
        ("an order given twice", vec![10, 11, 10]),
        ("more products than one call takes", vec![3, 4, 5, 6, 7, 8, 9]),
        ("a full page", (21..71).collect()),
    ];
    for (name, lookups) in all(&database, Some(&company)) {
        for (case, orders) in &cases {
            let shown = page(&lookups, orders).await.unwrap();
            assert_eq!(shown, expected(&database.pool, orders).await, "{name}: {case}");
        }
    }
    let awkward = expected(&database.pool, &[2, 3]).await;
    assert_eq!((awkward[0].len(), awkward[1].len()), (1, 100), "the awkward orders are not");
    assert_eq!(awkward[0][0].1.as_ref().map(|product| product.available), Some(0));
    database.drop().await;
}

#[tokio::test]
async fn a_product_that_is_not_known_is_none_and_has_no_company() {
    let (database, company) = orders().await;
    for (name, lookups) in all(&database, Some(&company)) {
        let request = lookups.for_request();
        for id in [UNKNOWN, 0, -1, i64::MAX] {
            assert_eq!(request.product(ProductId(id)).await.unwrap(), None, "{name}: {id}");
        }
        assert_eq!(request.goes_well_with(ProductId(UNKNOWN), 3).await, Some(Vec::new()), "{name}");
        assert_eq!(request.goes_well_with(ProductId(ALONE), 3).await, Some(Vec::new()), "{name}");
    }
    database.drop().await;
}

#[tokio::test]
async fn lists_of_different_lengths_in_one_request_keep_their_lengths() {
    let (database, with) = orders().await;
    for (name, lookups) in all(&database, Some(&with)) {
        let request = lookups.for_request();
        let (one, three, other) = tokio::join!(
            request.goes_well_with(ProductId(5), 1),
            request.goes_well_with(ProductId(5), 20),
            request.goes_well_with(ProductId(6), 1)
        );
        assert_eq!((one, three, other), (Some(company(5, 1)), Some(company(5, 20)), Some(company(6, 1))), "{name}");
    }
    database.drop().await;
}

#[tokio::test]
async fn without_recommendations_there_are_orders_all_the_same() {
    let (database, company) = orders().await;
    for (name, lookups) in all(&database, Some(&company)) {
        assert_eq!(lookups.for_request().goes_well_with(ProductId(FAILS), 3).await, None, "{name}");
    }
    for (name, lookups) in all(&database, None) {
        let shown = page(&lookups, &[2]).await.unwrap();
        assert_eq!((shown[0].len(), &shown[0][0].2), (1, &None), "{name}");
    }
    database.drop().await;
}

#[tokio::test]
async fn requests_at_the_same_time_do_not_mix_their_orders() {
    let (database, company) = orders().await;
    for (name, lookups) in all(&database, Some(&company)) {
        let mut requests = tokio::task::JoinSet::new();
        for start in 0..8 {
            let lookups = lookups.clone();
            requests.spawn(async move {
                let orders: Vec<i64> = (start * 10 + 20..start * 10 + 30).collect();
                (page(&lookups, &orders).await.unwrap(), orders)
            });
        }
        while let Some(request) = requests.join_next().await {
            let (shown, orders) = request.unwrap();
            assert_eq!(shown, expected(&database.pool, &orders).await, "{name}");
        }
    }
    database.drop().await;
}

#[tokio::test]
async fn a_request_that_is_dropped_gives_its_connections_back() {
    let (database, company) = orders().await;
    let orders: Vec<i64> = (20..60).collect();
    for (name, lookups) in all(&database, Some(&company)) {
        // More requests are cut than there are connections, at moments spread over the work.
        for micros in (0..12).map(|n| n * 400) {
            let _ = tokio::time::timeout(Duration::from_micros(micros), page(&lookups, &orders)).await;
        }
        let shown = tokio::time::timeout(Duration::from_secs(20), page(&lookups, &orders)).await;
        assert_eq!(shown.unwrap().unwrap(), expected(&database.pool, &orders).await, "{name}");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_an_error_and_not_an_empty_order() {
    let (database, company) = orders().await;
    let lookups = all(&database, Some(&company));
    database.drop().await;
    for (name, lookups) in lookups {
        let request = lookups.for_request();
        assert!(request.lines(OrderId(10)).await.is_err(), "{name}");
        assert!(request.product(ProductId(10)).await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let pool = PgPool::connect_lazy("postgres://nobody@127.0.0.1:1/none").unwrap();
    let sources = Sources { db: pool, recommendations: None };
    for variant in variants() {
        let made = Lookups::new(&variant, sources.clone()).unwrap();
        let right = matches!(
            (&variant, &made),
            (Variant::Flawed, Lookups::Flawed(_))
                | (Variant::Yours, Lookups::Yours(_))
                | (Variant::Fixed, Lookups::Fixed(_))
                | (Variant::Trap(_), Lookups::Shared(_) | Lookups::Delay(_))
                | (Variant::Broken(_), _)
        );
        assert!(right, "{variant}");
    }
    assert!(Lookups::new(&Variant::Trap("cache".to_owned()), sources).is_err());
}
