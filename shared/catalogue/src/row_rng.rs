//! Random numbers that are the same on every machine: one independent sequence per row.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// What a sequence is for. Two purposes of one row never share numbers, so a new one disturbs none of the others.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Purpose {
    Product = 1,
    Opened,
    Price,
    Description,
    Specifications,
    Stock,
    Related,
    User,
    Order,
}

/// A sequence of random numbers that depends on a purpose and a row's number alone.
///
/// Rows can therefore be made in any order, by any number of tasks, and a chunk in the middle costs what it costs and
/// not all rows before it. Integers only: `powf` and `ln` may differ in the last bit from one machine to the next.
pub(crate) struct RowRng(ChaCha8Rng);

impl RowRng {
    pub(crate) fn new(purpose: Purpose, row: u64) -> Self {
        let mut generator = ChaCha8Rng::from_seed(*b"the shop is slow out of the box.");
        generator.set_stream((purpose as u64) << 56 | row);
        Self(generator)
    }

    /// A number from 0 to `limit - 1`. The bias of this method is below `limit / 2^64`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_purposes_have_sequences_of_their_own() {
        let mut first = RowRng::new(Purpose::Product, 7);
        let mut again = RowRng::new(Purpose::Product, 7);
        let mut other = RowRng::new(Purpose::Price, 7);
        let (a, b, c) = (first.below(u64::MAX), again.below(u64::MAX), other.below(u64::MAX));
        assert_eq!(a, b);
        assert_ne!(a, c);
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_both_ends() {
        let mut rng = RowRng::new(Purpose::User, 1);
        let seen: std::collections::BTreeSet<u64> = (0..200).map(|_| rng.between(3, 6)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6]);
    }
}
