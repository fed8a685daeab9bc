//! What happens when a page runs out: how old it may get, and how often it is loaded.

use crate::shop::{Shop, text, variants};
use product_pages::{Page, ProductPages};
use shop::ProductId;
use std::time::{Duration, Instant};
use tokio::{task::JoinSet, time::sleep};
use variant::Variant;

/// Many times a load, so that a busy machine does not let a page run out in mid-test.
const LIFETIME: Duration = Duration::from_millis(400);
const LOAD: Duration = Duration::from_millis(40);

#[tokio::test]
async fn no_page_is_older_than_two_lifetimes() {
    let shop = Shop::open().await;
    for variant in variants() {
        let corner = variant.to_string();
        let (one, two) =
            (shop.process(&variant, &corner, LIFETIME).await, shop.process(&variant, &corner, LIFETIME).await);
        shop.rename(1, "old").await;
        text(shop.get(&one, 1).await);
        shop.rename(1, "new").await;
        // The other process takes the page over when it is nearly at its end.
        sleep(LIFETIME * 7 / 10).await;
        text(shop.get(&two, 1).await);
        sleep(LIFETIME * 14 / 10).await;
        for pages in [&one, &two] {
            assert_eq!(&*text(shop.get(pages, 1).await), "new", "{variant}");
        }
    }
    shop.close().await;
}

/// Everybody asks at once; how many loads that made, and the pages they got.
async fn rush(shop: &Shop, processes: &[&ProductPages], visitors: usize, load: Duration) -> (usize, Vec<Page>) {
    shop.loads();
    let mut waiting = JoinSet::new();
    for pages in processes.iter().copied().cycle().take(visitors) {
        let (pages, load) = (pages.clone(), shop.load(1, load));
        waiting.spawn(async move { text(pages.get(ProductId(1), load).await) });
    }
    let got = waiting.join_all().await;
    // A load that nobody waits for is over by then.
    sleep(load * 2).await;
    (shop.loads(), got)
}

#[tokio::test]
async fn a_rush_for_a_page_that_nobody_has_loads_it_once_for_each_process() {
    let shop = Shop::open().await;
    for (variant, loads) in [("flawed", 15..=20), ("trap:jitter", 15..=20), ("trap:leader", 1..=1), ("fixed", 1..=1)] {
        let pages = shop.process(&variant.parse().unwrap(), variant, LIFETIME).await;
        let (found, _) = rush(&shop, &[&pages], 20, LOAD).await;
        assert!(loads.contains(&found), "{variant}: {found} loads");
    }
    let (one, two) = fleet(&shop).await;
    let (found, _) = rush(&shop, &[&one, &two], 20, LOAD).await;
    assert!(found <= 2, "two processes that know nothing: {found} loads");
    shop.close().await;
}

async fn fleet(shop: &Shop) -> (ProductPages, ProductPages) {
    (shop.process(&Variant::Fixed, "fleet", LIFETIME).await, shop.process(&Variant::Fixed, "fleet", LIFETIME).await)
}

#[tokio::test]
async fn a_fleet_loads_a_page_that_runs_out_once_and_nobody_waits_for_it() {
    let shop = Shop::open().await;
    let (one, two) = fleet(&shop).await;
    let mut all = 0;
    shop.rename(1, "page 0").await;
    for pages in [&one, &two] {
        assert_eq!(&*text(shop.get(pages, 1).await), "page 0");
    }
    for expiry in 1..=4 {
        let (last, next) = (format!("page {}", expiry - 1), format!("page {expiry}"));
        shop.rename(1, &next).await;
        // Both have the page, and both see it run out.
        sleep(LIFETIME + LIFETIME / 10).await;
        // So long a load that everybody has been served before it is over.
        let (loads, got) = rush(&shop, &[&one, &two], 40, LIFETIME / 2).await;
        assert!(loads <= 2, "expiry {expiry}: {loads} loads");
        assert!(got.iter().all(|page| **page == *last), "expiry {expiry}: somebody waited for the load: {got:?}");
        all += loads;
        // The process that did not load finds the page in Redis.
        for pages in [&one, &two] {
            shop.get(pages, 1).await.unwrap();
        }
        sleep(LOAD).await;
    }
    assert!((4..=5).contains(&all), "four expiries took {all} loads");
    shop.close().await;
}

#[tokio::test]
async fn the_same_fleet_without_the_fix_loads_once_for_every_visitor() {
    let shop = Shop::open().await;
    for variant in ["flawed", "trap:jitter"] {
        let parsed: Variant = variant.parse().unwrap();
        let (one, two) =
            (shop.process(&parsed, variant, LIFETIME).await, shop.process(&parsed, variant, LIFETIME).await);
        for pages in [&one, &two] {
            shop.get(pages, 1).await.unwrap();
        }
        sleep(LIFETIME + LIFETIME / 10).await;
        let (loads, _) = rush(&shop, &[&one, &two], 20, LOAD).await;
        assert!(loads >= 15, "{variant}: {loads} loads");
    }
    shop.close().await;
}

#[tokio::test]
async fn a_refresh_that_fails_leaves_the_last_page_and_the_next_visitor_tries_again() {
    let shop = Shop::open().await;
    let lifetime = LIFETIME * 4;
    let pages = shop.process(&Variant::Fixed, "failing", lifetime).await;
    shop.rename(1, "old").await;
    text(shop.get(&pages, 1).await);
    shop.rename(1, "new").await;
    sleep(lifetime + LOAD).await;
    let failing = async { Err(sqlx::Error::PoolTimedOut) };
    assert_eq!(&*text(pages.get(ProductId(1), failing).await), "old");
    // Well within the second lifetime, in which the last page is still of use.
    let asked = Instant::now();
    while &*text(shop.get(&pages, 1).await) == "old" {
        assert!(asked.elapsed() < lifetime / 2, "nobody tried again");
        sleep(LOAD / 4).await;
    }
    shop.close().await;
}

#[tokio::test]
async fn a_product_that_went_away_is_gone_from_both_tiers_once_somebody_noticed() {
    let shop = Shop::open().await;
    let lifetime = LIFETIME * 4;
    let one = shop.process(&Variant::Fixed, "gone", lifetime).await;
    text(shop.get(&one, 1).await);
    sleep(lifetime + LOAD).await;
    assert!(one.get(ProductId(1), async { Ok(None) }).await.unwrap().is_some(), "the last page");
    let asked = Instant::now();
    while one.get(ProductId(1), async { Ok(None) }).await.unwrap().is_some() {
        assert!(asked.elapsed() < lifetime / 2, "it is still in memory");
        sleep(LOAD / 4).await;
    }
    let two = shop.process(&Variant::Fixed, "gone", lifetime).await;
    assert!(two.get(ProductId(1), async { Ok(None) }).await.unwrap().is_none(), "it is still in Redis");
    shop.close().await;
}

#[tokio::test]
async fn a_claim_whose_owner_died_keeps_nobody_from_the_page() {
    let shop = Shop::open().await;
    let (one, _) = fleet(&shop).await;
    text(shop.get(&one, 1).await);
    let mut redis = shop.redis().await;
    let claim = format!("{}loading:1", shop.prefix("fleet"));
    redis::cmd("SET").arg(&claim).arg("somebody who died").arg("PX").arg(60_000).exec_async(&mut redis).await.unwrap();
    shop.rename(1, "new").await;
    sleep(LIFETIME + LIFETIME / 10).await;
    assert_ne!(&*text(shop.get(&one, 1).await), "new", "the last page is still good");
    sleep(LIFETIME).await;
    assert_eq!(&*text(shop.get(&one, 1).await), "new", "past two lifetimes a page is loaded, claim or not");
    shop.close().await;
}
