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
pub(crate) const DIFFERENT: [(&str, &str); 9] = [
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

pub(crate) fn name(caching: EdgeCaching, query: &str) -> String {
    caching.question("/v1/search", Some(query))
}

#[test]
fn the_reference_gives_one_question_one_name() {
    for (one, other) in ALIKE {
        assert_eq!(name(EdgeCaching::Fixed, one), name(EdgeCaching::Fixed, other), "{one} and {other}");
    }
    assert_eq!(EdgeCaching::Fixed.question("/v1/search", None), "/v1/search");
}

#[test]
fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let built: Vec<_> = variant::under_test(SEAM).iter().map(|one| EdgeCaching::try_from(one).unwrap()).collect();
    assert_eq!(built, EdgeCaching::under_test());
    assert!(EdgeCaching::try_from(&Variant::Trap("forever".to_owned())).is_err());
}
