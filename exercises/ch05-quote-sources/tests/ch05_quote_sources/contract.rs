//! One table of cases, run over every implementation.

use crate::{
    recommendations::{HANGS, Recommendations, UNKNOWN},
    tax::{Tax, basket},
    variants::{all, at, sources},
};
use quote_sources::TaxError;
use shop::ProductId;
use std::time::{Duration, Instant};

fn ids(numbers: impl IntoIterator<Item = i64>) -> Vec<ProductId> {
    numbers.into_iter().map(ProductId).collect()
}

/// What the contract says: up to three, as many as the number modulo four, none for who is not known.
fn lengths(products: &[ProductId]) -> Vec<(i64, usize)> {
    let mut expected: Vec<(i64, usize)> =
        products.iter().map(|p| (p.0, if p.0 == UNKNOWN { 0 } else { (p.0 % 4) as usize })).collect();
    expected.sort_unstable();
    expected.dedup();
    expected
}

#[tokio::test]
async fn every_product_has_its_list_in_every_implementation() {
    let (recommendations, tax) = (Recommendations::start().await, Tax::start().await);
    let cases = [
        ("nothing asked", ids([])),
        ("one", ids([3])),
        ("one that nothing goes with", ids([4])),
        ("one that is not known", ids([UNKNOWN, 3])),
        ("in no order", ids([9, 2, 7])),
        ("given twice", ids([5, 5, 6])),
        ("a whole page", ids(1..=20)),
    ];
    for variant in all() {
        let sources = sources(&variant, &recommendations, &tax);
        for (name, products) in &cases {
            if products.is_empty() {
                continue;
            }
            let found = sources.suggestions(products).await.unwrap_or_else(|| panic!("{variant}: {name}"));
            let found_lengths: Vec<(i64, usize)> = found.iter().map(|(id, cards)| (id.0, cards.len())).collect();
            assert_eq!(found_lengths, lengths(products), "{variant}: {name}");
            for (product, cards) in &found {
                for (n, card) in cards.iter().enumerate() {
                    assert_eq!(card.id.0, product.0 * 10 + n as i64, "{variant}: {name}: best first");
                    assert_eq!(card.name, format!("\"Größe\" {n} 富士 🪑"), "{variant}: {name}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_extra_that_cannot_be_had_is_none_and_soon() {
    let (recommendations, tax) = (Recommendations::start().await, Tax::start().await);
    for variant in all() {
        let nowhere = at(&variant, Some("http://127.0.0.1:9"), &tax.server.url);
        assert_eq!(nowhere.suggestions(&ids([1])).await, None, "{variant}");
        assert_eq!(at(&variant, None, &tax.server.url).suggestions(&ids([1])).await, None, "{variant}");
        let sources = sources(&variant, &recommendations, &tax);
        let begun = Instant::now();
        assert_eq!(sources.suggestions(&ids([1, HANGS])).await, None, "{variant}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{variant}: {:?}", begun.elapsed());
        assert!(sources.suggestions(&ids([1, 2])).await.is_some(), "{variant}: it works again at once");
    }
}

#[tokio::test]
async fn tax_is_that_of_the_partner_or_a_reason() {
    let (recommendations, tax) = (Recommendations::start().await, Tax::start().await);
    for variant in all() {
        let sources = sources(&variant, &recommendations, &tax);
        let taxed = sources.tax(&basket("DE", &[3, 1, 20])).await.unwrap();
        let cents: Vec<(i64, i64)> = taxed.lines.iter().map(|line| (line.product_id.0, line.tax_cents.0)).collect();
        assert_eq!((cents, taxed.total_tax_cents.0), (vec![(3, 30), (1, 10), (20, 200)], 240), "{variant}");
        assert_eq!(
            sources.tax(&basket("XX", &[1])).await,
            Err(TaxError::Refused("no deliveries to XX".to_owned())),
            "{variant}"
        );
        for broken in ["ZZ", "QQ", "HH"] {
            let error = sources.tax(&basket(broken, &[1])).await;
            assert!(matches!(error, Err(TaxError::Unavailable(_))), "{variant}, {broken}: {error:?}");
        }
        let nowhere = at(&variant, None, "http://127.0.0.1:9").tax(&basket("DE", &[1])).await;
        assert!(matches!(nowhere, Err(TaxError::Unavailable(_))), "{variant}: {nowhere:?}");
    }
}

#[tokio::test]
async fn quotes_at_the_same_time_do_not_mix_their_answers() {
    let (recommendations, tax) = (Recommendations::taking(Duration::from_millis(2)).await, Tax::start().await);
    for variant in all() {
        let sources = sources(&variant, &recommendations, &tax);
        let mut quotes = tokio::task::JoinSet::new();
        for start in 0..16 {
            let sources = sources.clone();
            quotes.spawn(async move {
                let products = ids(start * 5 + 1..start * 5 + 6);
                let numbers: Vec<i64> = products.iter().map(|product| product.0).collect();
                let basket = basket("DE", &numbers);
                let (tax, found) = tokio::join!(sources.tax(&basket), sources.suggestions(&products));
                (products, found.unwrap(), tax.unwrap(), numbers)
            });
        }
        while let Some(quote) = quotes.join_next().await {
            let (products, found, taxed, numbers) = quote.unwrap();
            assert_eq!(found.iter().map(|(id, cards)| (id.0, cards.len())).collect::<Vec<_>>(), lengths(&products));
            assert_eq!(taxed.lines.iter().map(|line| line.product_id.0).collect::<Vec<_>>(), numbers, "{variant}");
        }
    }
}

#[tokio::test]
async fn a_quote_that_is_dropped_holds_nothing_up() {
    let (recommendations, tax) = (Recommendations::taking(Duration::from_millis(5)).await, Tax::start().await);
    for variant in all() {
        let sources = sources(&variant, &recommendations, &tax);
        for micros in (0..12).map(|n| n * 700) {
            let _ = tokio::time::timeout(Duration::from_micros(micros), sources.suggestions(&ids([1, 2, 3]))).await;
            let _ = tokio::time::timeout(Duration::from_micros(micros), sources.tax(&basket("DE", &[1]))).await;
        }
        let found = tokio::time::timeout(Duration::from_secs(2), sources.suggestions(&ids([1, 2, 3]))).await;
        assert!(found.unwrap().is_some(), "{variant}");
        assert!(sources.tax(&basket("DE", &[1])).await.is_ok(), "{variant}");
    }
}
