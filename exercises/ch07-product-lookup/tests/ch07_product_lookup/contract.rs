//! One table of cases, run over every implementation.

use fixture::Database;
use product_lookup::{Found, ProductLookup};
use shop::{Money, ProductCard, ProductId};
use sqlx::PgPool;
use std::time::Duration;

/// Names that a careless pattern reads differently, and one that many products share.
const AWKWARD: &str = r"
    update products set name = '100% wool_blend \ größe L' where id = 1;
    update products set name = 'GRÖSSE Ω 富士山 🪑 chair' where id = 2;
    update products set name = 'wool blend 1000' where id = 3;
    update products set name = 'O''Reilly -- shelf; (x)' where id = 4;
    update products set name = 'Zygomorph quixotic stool' where id between 100 and 160;";

async fn catalogue() -> Database {
    let database = Database::new("lookup").await;
    database.run(AWKWARD).await;
    database
}

/// What the contract says, worked out without a seam: read everything, compare, cut.
async fn expected(pool: &PgPool, fragment: &str, limit: u32) -> Found {
    let rows: Vec<(i64, String, String, i64)> =
        sqlx::query_as("select id, sku, name, price_cents from products order by id").fetch_all(pool).await.unwrap();
    let fragment = fragment.to_ascii_lowercase();
    let contains = |text: &str| text.to_ascii_lowercase().contains(&fragment);
    let mut found: Vec<ProductCard> = rows
        .into_iter()
        .filter(|(_, sku, name, _)| contains(name) || contains(sku))
        .map(|(id, sku, name, price)| ProductCard { id: ProductId(id), sku, name, price_cents: Money(price) })
        .collect();
    let total = i64::try_from(found.len()).unwrap();
    found.truncate(limit as usize);
    Found { total, products: found }
}

#[tokio::test]
async fn every_implementation_finds_the_same_products() {
    let database = catalogue().await;
    let long = "x".repeat(50);
    let cases = [
        ("a word", "desk", 20, true),
        ("the middle of a word", "ygomorp", 20, true),
        ("across words", "ph quixotic st", 20, true),
        ("capitals", "QUIXOTIC", 20, true),
        ("more than fit", "quixotic", 5, true),
        ("the largest page", "o", 50, true),
        ("a whole SKU", "-000123", 20, true),
        ("a part of many SKUs", "-0001", 20, true),
        ("nothing", "xyzzy", 20, false),
        ("a per cent sign", "100%", 20, true),
        ("only per cent signs", "%%%", 20, false),
        ("an underscore", "wool_", 20, true),
        ("only underscores", "___", 20, false),
        ("a backslash", "\\ gr", 20, true),
        ("a backslash at the end", "blend \\", 20, true),
        ("a quote", "o'reilly -- shelf; (x)", 20, true),
        ("small letters beyond ASCII", "größe", 20, true),
        ("capitals beyond ASCII", "GRÖSSE", 20, true),
        ("characters of three and four bytes", "富士山 🪑", 20, true),
        ("no letter or digit", " -- ", 20, true),
        ("as long as allowed", &long, 20, false),
        ("a limit of one", "desk", 1, true),
    ];
    for implementation in ProductLookup::under_test() {
        implementation.prepare(&database.pool).await.unwrap();
        for (name, fragment, limit, any) in cases {
            let found = implementation.containing(&database.pool, fragment, limit).await.unwrap();
            assert_eq!(found, expected(&database.pool, fragment, limit).await, "{implementation:?}: {name}");
            assert_eq!(found.total > 0, any, "{implementation:?}: {name}: {found:?}");
        }
    }
    database.drop().await;
}

#[tokio::test]
async fn a_product_is_found_as_soon_as_it_is_there_and_by_its_new_name_at_once() {
    let database = catalogue().await;
    for implementation in ProductLookup::under_test() {
        implementation.prepare(&database.pool).await.unwrap();
        database.run("update products set name = 'Brimborium' where id = 7").await;
        let found = implementation.containing(&database.pool, "rimbor", 20).await.unwrap();
        assert_eq!((found.total, found.products[0].id), (1, ProductId(7)), "{implementation:?}");
        database.run("update products set name = 'plain' where id = 7").await;
        let found = implementation.containing(&database.pool, "rimbor", 20).await.unwrap();
        assert_eq!(found, Found::default(), "{implementation:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn the_total_is_that_of_the_moment_the_products_were_read_at() {
    let database = catalogue().await;
    for implementation in ProductLookup::under_test() {
        implementation.prepare(&database.pool).await.unwrap();
        let pool = database.pool.clone();
        // Ten products at a time lose the name and get it back while they are looked for.
        let writer = tokio::spawn(async move {
            for name in ["Other stool", "Zygomorph quixotic stool"].iter().cycle().take(20) {
                let rename = "update products set name = $1 where id between 100 and 109";
                sqlx::query(rename).bind(name).execute(&pool).await.unwrap();
            }
        });
        for _ in 0..20 {
            let found = implementation.containing(&database.pool, "quixotic", 100).await.unwrap();
            assert_eq!(usize::try_from(found.total).unwrap(), found.products.len(), "{implementation:?}");
            assert!([51, 61].contains(&found.total), "{implementation:?}: {}", found.total);
        }
        writer.await.unwrap();
    }
    database.drop().await;
}

#[tokio::test]
async fn a_lookup_that_is_dropped_gives_its_connection_back() {
    let database = catalogue().await;
    for implementation in ProductLookup::under_test() {
        implementation.prepare(&database.pool).await.unwrap();
        // More are cut than there are connections, at moments spread over the work.
        for micros in (0..12).map(|n| n * 150) {
            let work = implementation.containing(&database.pool, "quixotic", 50);
            let _ = tokio::time::timeout(Duration::from_micros(micros), work).await;
        }
        let work = implementation.containing(&database.pool, "quixotic", 50);
        let found = tokio::time::timeout(Duration::from_secs(10), work).await.unwrap().unwrap();
        assert_eq!((found.total, found.products.len()), (61, 50), "{implementation:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_an_error_and_not_an_empty_answer() {
    let database = catalogue().await;
    let pool = database.pool.clone();
    database.drop().await;
    for implementation in ProductLookup::under_test() {
        assert!(implementation.containing(&pool, "desk", 20).await.is_err(), "{implementation:?}");
    }
}
