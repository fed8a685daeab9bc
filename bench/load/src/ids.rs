//! Fresh trace ids and the W3C `traceparent` header that carries them.

use http::HeaderValue;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::hash::{BuildHasher as _, RandomState};

/// Random ids: unlike schedules they must never repeat, so they are seeded from the operating system's randomness, by way
/// of the standard library's hasher, which is the one place it shows it.
pub(super) struct Ids(ChaCha8Rng);

impl Ids {
    pub(super) fn new() -> Self {
        let seed: Vec<u8> = (0..4_u8).flat_map(|part| RandomState::new().hash_one(part).to_le_bytes()).collect();
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&seed);
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// A number of this driver alone.
    pub(super) fn secret(&mut self) -> u64 {
        self.0.random()
    }

    /// A new trace id and the header for it; `sampled` sets the flag that asks every service to record.
    pub(super) fn next(&mut self, sampled: bool) -> ([u8; 16], HeaderValue) {
        // An id of zeros is invalid in both places; the lowest bit set keeps it away.
        let trace = self.0.random::<u128>() | 1;
        let parent = self.0.random::<u64>() | 1;
        let header = format!("00-{trace:032x}-{parent:016x}-{:02x}", u8::from(sampled));
        let header = HeaderValue::from_maybe_shared(bytes::Bytes::from(header));
        (trace.to_be_bytes(), header.unwrap_or_else(|_| HeaderValue::from_static("")))
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn the_header_carries_the_id_and_the_flag() {
        let mut ids = Ids::new();
        let (trace, header) = ids.next(true);
        let hex: String = trace.iter().map(|byte| format!("{byte:02x}")).collect();
        let header = header.to_str().unwrap();
        assert_eq!(header.len(), 55);
        assert!(header.starts_with(&format!("00-{hex}-")) && header.ends_with("-01"), "{header}");
        assert!(ids.next(false).1.to_str().unwrap().ends_with("-00"));
    }

    #[test]
    fn ids_never_repeat_within_or_between_drivers() {
        let (mut a, mut b) = (Ids::new(), Ids::new());
        let all: std::collections::BTreeSet<_> = (0..500).flat_map(|_| [a.next(true).0, b.next(true).0]).collect();
        assert_eq!(all.len(), 1000);
    }
}
