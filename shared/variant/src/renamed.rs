//! Exercises that had another id once: what a learner kept under the old one belongs to the new one.

/// Old id, new id.
const RENAMED: [(&str, &str); 8] = [
    ("ch05-client-per-request", "ch05-quote-sources"),
    ("ch06-stampede", "ch06-product-pages"),
    ("ch07-like-search", "ch07-product-lookup"),
    ("ch08-critical-path", "ch08-follow-up"),
    ("ch09-blocking-runtime", "ch09-password-checks"),
    ("ch10-bulkhead-breaker", "ch10-outgoing-calls"),
    ("ch12-uncacheable-api", "ch12-edge-caching"),
    ("ch13-graphql-n1", "ch13-order-details"),
];

/// Every id that is no longer used, with the one that took its place.
pub fn renamed() -> impl Iterator<Item = (&'static str, &'static str)> {
    RENAMED.into_iter()
}

/// The id that took the place of this one; `None` for an id that was never renamed.
#[must_use]
pub fn renamed_to(id: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(old, _)| *old == id).map(|(_, new)| *new)
}

#[cfg(test)]
mod tests {
    use super::renamed;
    use crate::SEAMS;

    #[test]
    fn every_new_id_is_a_seam_and_no_old_one_is() {
        for (old, new) in renamed() {
            assert!(SEAMS.iter().any(|seam| seam.id == new), "{new}");
            assert!(SEAMS.iter().all(|seam| seam.id != old), "{old}");
        }
    }
}
