//! What a question is called: the same for the same question, and another for another.

use edge_caching::{EdgeCaching, SEAM};
use variant::Variant;

/// The questions of pairs that the origin answers alike.
const ALIKE: [(&str, &str); 5] = [
    ("q=lamp&page=2", "page=2&q=lamp"),
    ("q=lamp", "utm_source=mail&q=lamp&utm_campaign=w47"),
    ("q=lamp", "q=lamp&gclid=a1&fbclid=b2"),
    ("q=lamp", "&q=lamp&&"),
    ("", "utm_source=mail"),
];

/// Pairs that the origin answers differently, or may.
const DIFFERENT: [(&str, &str); 9] = [
    ("q=lamp", "q=lamps"),
    ("q=lamp", "q=Lamp"),
    ("q=lamp&page=2", "q=lamp&page=3"),
    ("page=1&page=2", "page=2&page=1"),
    ("q=lamp", "q="),
    ("q=lamp", ""),
    ("q=utm_source", "q=gclid"),
    ("q=a%26utm_b=c", "q=a"),
    ("q=%E5%AF%8C", "q=%E5%AF%AB"),
];

fn name(caching: EdgeCaching, query: &str) -> String {
    caching.question("/v1/search", Some(query))
}

#[test]
fn different_questions_never_have_one_name() {
    for caching in EdgeCaching::under_test() {
        for (one, other) in DIFFERENT {
            assert_ne!(name(caching, one), name(caching, other), "{caching:?}: {one} and {other}");
        }
        assert_ne!(caching.question("/v1/products/1", None), caching.question("/v1/products/2", None), "{caching:?}");
    }
}

#[test]
fn the_reference_gives_one_question_one_name() {
    for (one, other) in ALIKE {
        assert_eq!(name(EdgeCaching::Fixed, one), name(EdgeCaching::Fixed, other), "{one} and {other}");
    }
    assert_eq!(EdgeCaching::Fixed.question("/v1/search", None), "/v1/search");
}

#[test]
fn a_name_is_an_address_that_can_be_asked_for() {
    let long = "x".repeat(8_000);
    for caching in EdgeCaching::under_test() {
        for query in ["q=a%20b&page=2", "q=%F0%9F%AA%91", "q", "=", "a=b=c", &long] {
            let name = name(caching, query);
            let address: http::Uri = name.parse().unwrap_or_else(|error| panic!("{caching:?}: {name}: {error}"));
            assert_eq!(address.path(), "/v1/search", "{caching:?}");
        }
    }
}

#[test]
fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let traps = variant::SEAMS.iter().find(|seam| seam.id == SEAM).unwrap().traps;
    let traps = traps.iter().map(|trap| Variant::Trap((*trap).to_owned()));
    let variants = [Variant::Flawed, Variant::Yours, Variant::Fixed].into_iter().chain(traps);
    let built: Vec<_> = variants.map(|variant| EdgeCaching::try_from(&variant).unwrap()).collect();
    assert_eq!(built, EdgeCaching::under_test());
    assert!(EdgeCaching::try_from(&Variant::Trap("forever".to_owned())).is_err());
}
