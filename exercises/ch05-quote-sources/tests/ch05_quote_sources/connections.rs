//! What the reference saves, and what the trap loses again.

use crate::{
    recommendations::Recommendations,
    tax::{Tax, basket},
    variants::sources,
};
use shop::ProductId;
use std::time::{Duration, Instant};
use variant::Variant;

const PRODUCTS: [i64; 5] = [1, 2, 3, 5, 6];

/// Connections to recommendations, calls to it, and connections to the tax partner, for ten quotes one after the other.
async fn ten_quotes(variant: &Variant) -> (usize, usize, usize) {
    let (recommendations, tax) = (Recommendations::start().await, Tax::start().await);
    let sources = sources(variant, &recommendations, &tax);
    for _ in 0..10 {
        sources.suggestions(&PRODUCTS.map(ProductId)).await.unwrap();
        sources.tax(&basket("DE", &PRODUCTS)).await.unwrap();
    }
    (recommendations.server.accepted(), recommendations.calls(), tax.server.accepted())
}

#[tokio::test]
async fn the_flawed_version_connects_for_every_call_and_the_reference_once() {
    assert_eq!(ten_quotes(&Variant::Flawed).await, (50, 50, 10));
    assert_eq!(ten_quotes(&Variant::Fixed).await, (1, 10, 1));
    assert_eq!(ten_quotes(&Variant::Trap("mutex".to_owned())).await, (1, 10, 1));
}

/// How long sixteen quotes at once take when a call takes 40 ms.
async fn sixteen_at_once(variant: &Variant) -> Duration {
    let (recommendations, tax) = (Recommendations::taking(Duration::from_millis(40)).await, Tax::start().await);
    let sources = sources(variant, &recommendations, &tax);
    sources.suggestions(&[ProductId(1)]).await.unwrap();
    let begun = Instant::now();
    let mut quotes = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let sources = sources.clone();
        quotes.spawn(async move { sources.suggestions(&PRODUCTS.map(ProductId)).await.unwrap() });
    }
    quotes.join_all().await;
    begun.elapsed()
}

#[tokio::test]
async fn calls_share_a_connection_side_by_side_unless_a_lock_is_held_over_them() {
    let (fixed, locked) =
        (sixteen_at_once(&Variant::Fixed).await, sixteen_at_once(&Variant::Trap("mutex".to_owned())).await);
    assert!(locked >= Duration::from_millis(16 * 40), "{locked:?}");
    assert!(fixed < locked / 2, "{fixed:?}, {locked:?} behind the lock");
}
