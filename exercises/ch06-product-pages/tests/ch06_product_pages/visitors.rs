//! Visitors who leave before they have their page.

use crate::shop::{Shop, variants};
use product_pages::ProductPages;
use shop::ProductId;
use std::time::Duration;
use tokio::time::timeout;
use variant::Variant;

const LONG: Duration = Duration::from_secs(600);
const LOAD: Duration = Duration::from_millis(40);
/// Before the load is over, and long after it.
const IMPATIENT: Duration = Duration::from_millis(15);
const PATIENT: Duration = Duration::from_secs(2);

/// Whether a patient visitor gets the page after impatient ones have left at different moments of the load.
async fn is_served_after_others_left(shop: &Shop, pages: &ProductPages) -> bool {
    for _ in 0..4 {
        let _ = timeout(IMPATIENT, pages.get(ProductId(1), shop.load(1, LOAD))).await;
    }
    timeout(PATIENT, pages.get(ProductId(1), shop.load(1, LOAD))).await.is_ok_and(|page| page.unwrap().is_some())
}

#[tokio::test]
async fn a_visitor_who_leaves_takes_nobodys_page_away() {
    let shop = Shop::open().await;
    let leader = Variant::Trap("leader".to_owned());
    for variant in variants().into_iter().filter(|variant| *variant != leader) {
        let pages = shop.process(&variant, &variant.to_string(), LONG).await;
        assert!(is_served_after_others_left(&shop, &pages).await, "{variant}");
    }
    shop.close().await;
}

#[tokio::test]
async fn a_leader_who_leaves_locks_the_page_of_the_trap_for_ever() {
    let shop = Shop::open().await;
    let pages = shop.process(&Variant::Trap("leader".to_owned()), "leader", LONG).await;
    assert!(!is_served_after_others_left(&shop, &pages).await);
    assert!(timeout(PATIENT, shop.get(&pages, 2)).await.is_ok(), "other pages are as they were");
    shop.close().await;
}

#[tokio::test]
async fn the_load_of_a_visitor_who_left_is_there_for_the_next_one() {
    let shop = Shop::open().await;
    let pages = shop.process(&Variant::Fixed, "left", LONG).await;
    assert!(timeout(IMPATIENT, pages.get(ProductId(1), shop.load(1, LOAD))).await.is_err());
    tokio::time::sleep(LOAD * 2).await;
    assert!(shop.get(&pages, 1).await.unwrap().is_some());
    assert_eq!(shop.loads(), 1);
    shop.close().await;
}
