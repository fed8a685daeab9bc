//! Every implementation, by name, over the same two servers.

use crate::{recommendations::Recommendations, tax::Tax};
use quote_sources::{Addresses, QuoteSources, SEAM};
use std::time::Duration;
use variant::Variant;

pub(crate) fn all() -> Vec<Variant> {
    variant::under_test(SEAM)
}

pub(crate) fn sources(variant: &Variant, recommendations: &Recommendations, tax: &Tax) -> QuoteSources {
    at(variant, Some(&recommendations.server.url), &tax.server.url)
}

pub(crate) fn at(variant: &Variant, recommendations: Option<&str>, tax: &str) -> QuoteSources {
    let addresses = Addresses::new(recommendations, tax, Duration::from_millis(400)).unwrap();
    QuoteSources::new(variant, addresses).unwrap()
}

#[test]
fn an_unknown_trap_has_no_implementation_and_a_wrong_address_is_refused() {
    let addresses = || Addresses::new(None, "http://127.0.0.1:9", Duration::from_secs(1));
    assert!(QuoteSources::new(&Variant::Trap("pool".to_owned()), addresses().unwrap()).is_err());
    assert!(Addresses::new(None, "https://tax", Duration::from_secs(1)).is_err());
    assert!(Addresses::new(Some("no address"), "http://127.0.0.1:9", Duration::from_secs(1)).is_err());
}
