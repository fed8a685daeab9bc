//! What every implementation promises, whoever asks and in whatever order.

use crate::shop::{Shop, text, variants};
use product_pages::ProductPages;
use shop::ProductId;
use std::time::Duration;
use variant::Variant;

/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_page_is_loaded_once_and_then_kept_in_memory_and_in_redis() {
    let shop = Shop::open().await;
    let large = "Größe Ω 富士 🪑 \"<b>\" ".repeat(40_000);
    for variant in variants() {
        let (one, two) = (shop.process(&variant, "a", LONG).await, shop.process(&variant, "a", LONG).await);
        for (id, name) in [(1, "plain"), (2, "Größe Ω 富士 🪑 \"<b>\" \\"), (3, large.as_str())] {
            shop.rename(id, name).await;
            for pages in [&one, &one, &two, &two] {
                assert_eq!(&*text(shop.get(pages, id).await), name, "{variant}");
            }
            assert_eq!(shop.loads(), 1, "{variant}");
        }
        clear(&shop, "a").await;
    }
    shop.close().await;
}

async fn clear(shop: &Shop, corner: &str) {
    let mut redis = shop.redis().await;
    for id in 1..=3 {
        let key = format!("{}page:{id}", shop.prefix(corner));
        redis::cmd("DEL").arg(key).exec_async(&mut redis).await.unwrap();
    }
}

#[tokio::test]
async fn what_does_not_exist_is_asked_for_each_time_and_found_when_it_comes() {
    let shop = Shop::open().await;
    for (at, variant) in variants().into_iter().enumerate() {
        let pages = shop.process(&variant, &variant.to_string(), LONG).await;
        shop.loads();
        for id in [0, -1, i64::MIN, i64::MAX, 900_000] {
            assert!(shop.get(&pages, id).await.unwrap().is_none(), "{variant}: {id}");
            assert!(shop.get(&pages, id).await.unwrap().is_none(), "{variant}: {id}");
            assert_eq!(shop.loads(), 2, "{variant}: {id}");
        }
        let id = 5_000 + at as i64;
        assert!(shop.get(&pages, id).await.unwrap().is_none(), "{variant}");
        let copy = "insert into products (id, sku, name, brand, category, price_cents, image_url, rating, keywords,
            description, specifications, created_at)
            select $1, 'NEW-' || $1, 'new', brand, category, price_cents, image_url, rating, keywords, description,
            specifications, created_at from products where id = 1";
        sqlx::query(copy).bind(id).execute(&shop.pool).await.unwrap();
        assert_eq!(&*text(shop.get(&pages, id).await), "new", "{variant}");
    }
    shop.close().await;
}

#[tokio::test]
async fn many_pages_at_once_do_not_get_mixed_up() {
    let shop = Shop::open().await;
    let names: Vec<(i64, String)> =
        sqlx::query_as("select id, name from products where id <= 40 order by id").fetch_all(&shop.pool).await.unwrap();
    for variant in variants() {
        let pages = shop.process(&variant, &variant.to_string(), LONG).await;
        let mut visitors = tokio::task::JoinSet::new();
        for (id, name) in names.iter().cycle().take(200).cloned() {
            let (pages, load) = (pages.clone(), shop.load(id, Duration::ZERO));
            visitors.spawn(async move { assert_eq!(*text(pages.get(ProductId(id), load).await), *name) });
        }
        visitors.join_all().await;
    }
    shop.close().await;
}

#[tokio::test]
async fn a_failure_is_passed_on_and_not_kept() {
    let shop = Shop::open().await;
    for variant in variants() {
        let pages = shop.process(&variant, &variant.to_string(), LONG).await;
        for _ in 0..2 {
            let failed = pages.get(ProductId(1), async { Err(sqlx::Error::PoolTimedOut) }).await;
            assert!(matches!(*failed.unwrap_err(), sqlx::Error::PoolTimedOut), "{variant}");
        }
        assert!(shop.get(&pages, 1).await.unwrap().is_some(), "{variant}");
    }
    shop.close().await;
}

#[tokio::test]
async fn without_an_answer_from_redis_pages_are_loaded() {
    let shop = Shop::open().await;
    let mut redis = shop.redis().await;
    for variant in variants() {
        let corner = variant.to_string();
        // Commands for texts fail on a list. The claims of a load are spoilt as well.
        for key in ["page:1", "loading:1"].map(|key| format!("{}{key}", shop.prefix(&corner))) {
            redis::cmd("LPUSH").arg(key).arg("x").exec_async(&mut redis).await.unwrap();
        }
        let pages = shop.process(&variant, &corner, LONG).await;
        assert!(shop.get(&pages, 1).await.unwrap().is_some(), "{variant}");
        assert!(shop.get(&pages, 1).await.unwrap().is_some(), "{variant}");
        assert_eq!(shop.loads(), 1, "{variant}: memory does without Redis");
    }
    shop.close().await;
}

#[tokio::test]
async fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let shop = Shop::open().await;
    for variant in variants() {
        shop.process(&variant, "any", LONG).await;
    }
    let redis = shop.manager().await;
    assert!(ProductPages::new(&Variant::Trap("index".to_owned()), redis, "", LONG).is_err());
    shop.close().await;
}
