//! One table of cases, run over every implementation.

use fixture::Database;
use related_products::{PER_PRODUCT, Related, RelatedProducts};
use shop::{Money, ProductCard, ProductId};
use sqlx::PgPool;
use std::time::Duration;

/// Product 1 has two related products, 2 has none, 3 has equal scores throughout; 4 has a name that is not ASCII.
const AWKWARD: &str = "
    delete from related_products where product_id = 1 and related_id not in (
        select related_id from related_products where product_id = 1 order by score desc limit 2);
    delete from related_products where product_id = 2;
    update related_products set score = 0.5 where product_id = 3;
    update products set name = 'Größe Ω 富士 🪑' where id in (
        select related_id from related_products where product_id = 4);";

async fn catalogue() -> Database {
    let database = Database::new("related").await;
    database.run(AWKWARD).await;
    database
}

/// What the contract says, worked out without a seam: read everything, sort, cut.
async fn expected(pool: &PgPool, hits: &[ProductId]) -> Related {
    type Row = (i64, f32, i64, String, String, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "select r.product_id, r.score, p.id, p.sku, p.name, p.price_cents
         from related_products r join products p on p.id = r.related_id",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let of = |hit: &ProductId| {
        let mut rows: Vec<&Row> = rows.iter().filter(|row| row.0 == hit.0).collect();
        rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.2.cmp(&b.2)));
        let card = |row: &&Row| ProductCard {
            id: ProductId(row.2),
            sku: row.3.clone(),
            name: row.4.clone(),
            price_cents: Money(row.5),
        };
        (*hit, rows.iter().take(PER_PRODUCT).map(card).collect())
    };
    hits.iter().map(of).collect()
}

fn ids(numbers: impl IntoIterator<Item = i64>) -> Vec<ProductId> {
    numbers.into_iter().map(ProductId).collect()
}

#[tokio::test]
async fn every_implementation_finds_the_same_related_products() {
    let database = catalogue().await;
    let cases = [
        ("no hits", ids([])),
        ("one hit", ids([10])),
        ("fewer than four related", ids([1])),
        ("none related", ids([2])),
        ("equal scores come by id", ids([3])),
        ("names beyond ASCII", ids([4])),
        ("a hit given twice", ids([7, 7, 8, 7])),
        ("hits in no order", ids([90, 3, 41, 1])),
        ("unknown and impossible ids", ids([999_999, -1, 0, i64::MAX, 5])),
        ("a full page", ids(100..150)),
    ];
    for implementation in RelatedProducts::under_test() {
        implementation.prepare(&database.pool).await.unwrap();
        for (name, hits) in &cases {
            let found = implementation.of(&database.pool, hits).await.unwrap();
            assert_eq!(found, expected(&database.pool, hits).await, "{implementation:?}: {name}");
        }
    }
    let (few, none) = (expected(&database.pool, &ids([1])).await, expected(&database.pool, &ids([2])).await);
    assert_eq!((few[&ProductId(1)].len(), none[&ProductId(2)].len()), (2, 0), "the awkward products are not");
    database.drop().await;
}

#[tokio::test]
async fn searches_at_the_same_time_do_not_mix_their_results() {
    let database = catalogue().await;
    for implementation in RelatedProducts::under_test() {
        let mut searches = tokio::task::JoinSet::new();
        for start in 0..16 {
            let pool = database.pool.clone();
            searches.spawn(async move {
                let hits = ids(start * 10 + 1..start * 10 + 21);
                (implementation.of(&pool, &hits).await.unwrap(), hits)
            });
        }
        while let Some(search) = searches.join_next().await {
            let (found, hits) = search.unwrap();
            assert_eq!(found, expected(&database.pool, &hits).await, "{implementation:?}");
        }
    }
    database.drop().await;
}

#[tokio::test]
async fn a_request_that_is_dropped_gives_its_connection_back() {
    let database = catalogue().await;
    let hits = ids(1..51);
    for implementation in RelatedProducts::under_test() {
        // More requests are cut than there are connections, at moments spread over the work.
        for micros in (0..12).map(|n| n * 150) {
            let work = implementation.of(&database.pool, &hits);
            let _ = tokio::time::timeout(Duration::from_micros(micros), work).await;
        }
        let found = tokio::time::timeout(Duration::from_secs(10), implementation.of(&database.pool, &hits)).await;
        assert_eq!(found.unwrap().unwrap(), expected(&database.pool, &hits).await, "{implementation:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_an_error_and_not_an_empty_answer() {
    let database = catalogue().await;
    let pool = database.pool.clone();
    database.drop().await;
    for implementation in RelatedProducts::under_test() {
        assert!(implementation.of(&pool, &ids([5])).await.is_err(), "{implementation:?}");
    }
}
