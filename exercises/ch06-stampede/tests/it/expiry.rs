//! What happens when a page runs out: how old it may get, and how often it is loaded.

use crate::shop::{Shop, text, variants};
use product_pages::ProductPages;
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

/// Everybody asks at once for a page that nobody has.
async fn rush(shop: &Shop, processes: &[&ProductPages], visitors: usize) -> usize {
    shop.loads();
    let mut waiting = JoinSet::new();
    for pages in processes.iter().copied().cycle().take(visitors) {
        let (pages, load) = (pages.clone(), shop.load(1, LOAD));
        waiting.spawn(async move { text(pages.get(ProductId(1), load).await) });
    }
    waiting.join_all().await;
    // A load that nobody waits for has begun by now.
    sleep(LOAD).await;
    shop.loads()
}

#[tokio::test]
async fn a_rush_for_a_page_that_nobody_has_loads_it_once_for_each_process() {
    let shop = Shop::open().await;
    for (variant, loads) in [("flawed", 15..=20), ("trap:jitter", 15..=20), ("trap:leader", 1..=1), ("fixed", 1..=1)] {
        let pages = shop.process(&variant.parse().unwrap(), variant, LIFETIME).await;
        let found = rush(&shop, &[&pages], 20).await;
        assert!(loads.contains(&found), "{variant}: {found} loads");
    }
    let (one, two) = fleet(&shop).await;
    let found = rush(&shop, &[&one, &two], 20).await;
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
    for pages in [&one, &two] {
        shop.get(pages, 1).await.unwrap();
    }
    for expiry in 0..4 {
        // Both have the page, and both see it run out.
        sleep(LIFETIME + LIFETIME / 10).await;
        let begin = Instant::now();
        let loads = rush(&shop, &[&one, &two], 40).await;
        let took = begin.elapsed().saturating_sub(LOAD);
        assert!(loads <= 2, "expiry {expiry}: {loads} loads");
        assert!(took < LOAD, "expiry {expiry}: somebody waited {took:?} for a load");
        all += loads;
        sleep(LOAD * 2).await;
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
        let loads = rush(&shop, &[&one, &two], 20).await;
        assert!(loads >= 15, "{variant}: {loads} loads");
    }
    shop.close().await;
}

#[tokio::test]
async fn a_refresh_that_fails_leaves_the_last_page_and_the_next_visitor_tries_again() {
    let shop = Shop::open().await;
    let pages = shop.process(&Variant::Fixed, "failing", LIFETIME).await;
    text(shop.get(&pages, 1).await);
    shop.rename(1, "new").await;
    sleep(LIFETIME + LIFETIME / 10).await;
    text(pages.get(ProductId(1), async { Err(sqlx::Error::PoolTimedOut) }).await);
    sleep(LOAD).await;
    assert_ne!(&*text(shop.get(&pages, 1).await), "new", "the last page, while the next is made");
    sleep(LOAD).await;
    assert_eq!(&*text(shop.get(&pages, 1).await), "new");
    shop.close().await;
}

#[tokio::test]
async fn a_product_that_went_away_is_gone_from_both_tiers_once_somebody_noticed() {
    let shop = Shop::open().await;
    let (one, two) = fleet(&shop).await;
    text(shop.get(&one, 1).await);
    sleep(LIFETIME + LIFETIME / 10).await;
    assert!(one.get(ProductId(1), async { Ok(None) }).await.unwrap().is_some(), "the last page");
    sleep(LOAD).await;
    for pages in [&one, &two] {
        assert!(pages.get(ProductId(1), async { Ok(None) }).await.unwrap().is_none());
    }
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
