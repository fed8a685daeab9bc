//! Who is popular: Zipf's law in whole numbers, and a shuffle that can be undone.

use crate::row_rng::RowRng;

/// Zipf's law with exponent 1: the item of rank `r`, from 0, is drawn in proportion to `1 / (r + 1)`.
#[derive(Clone, Debug)]
pub struct Zipf {
    cumulative: Vec<u64>,
}

impl Zipf {
    /// The law over `items` items; eight bytes of memory an item.
    #[must_use]
    pub fn new(items: u32) -> Self {
        // 2^40 keeps eight digits of the smallest weight and the sum of ten million of them within 64 bits.
        let mut total = 0;
        let weights = (1..=u64::from(items)).map(|rank| (1 << 40) / rank);
        let cumulative = weights.inspect(|weight| total += weight).scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { cumulative: cumulative.collect() }
    }

    /// How often rank `rank` is drawn, as a share of 1.
    #[must_use]
    pub fn share(&self, rank: usize) -> f64 {
        let before = if rank == 0 { 0 } else { self.cumulative[rank - 1] };
        let total = self.cumulative[self.cumulative.len() - 1];
        (self.cumulative[rank] - before) as f64 / total as f64
    }

    /// A rank, from 0, among the first `items`.
    pub(crate) fn sample(&self, rng: &mut RowRng, items: u64) -> u64 {
        let among = &self.cumulative[..items as usize];
        let point = rng.below(among[among.len() - 1]);
        among.partition_point(|&sum| sum <= point) as u64
    }
}

/// A one-to-one map between ranks (from 0) and ids (from 1) that spreads neighbours far apart.
///
/// Without it the popular products would have the lowest ids and lie side by side on a few pages of the table, which
/// no real shop's do.
#[derive(Clone, Copy, Debug)]
pub struct Permutation {
    items: u64,
    step: u64,
    back: u64,
}

impl Permutation {
    /// A map of `items` items, at least one.
    #[must_use]
    pub fn new(items: u32) -> Self {
        let items = u64::from(items.max(1));
        // A step near the golden section spreads evenly; it must have no factor in common with `items`.
        let mut step = (items * 618 / 1000).max(1);
        loop {
            if let Some(back) = inverse(step, items) {
                return Self { items, step, back };
            }
            step += 1;
        }
    }

    /// The id of a rank below the number of items.
    #[must_use]
    pub fn id(&self, rank: u64) -> u64 {
        rank * self.step % self.items + 1
    }

    /// The rank of an id.
    #[must_use]
    pub fn rank(&self, id: u64) -> u64 {
        (id - 1) * self.back % self.items
    }
}

/// `x` with `step * x = 1` modulo `modulus`, where there is one.
fn inverse(step: u64, modulus: u64) -> Option<u64> {
    let (mut r0, mut r1) = (modulus as i64, (step % modulus) as i64);
    let (mut t0, mut t1) = (0_i64, 1_i64);
    while r1 != 0 {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (t0, t1) = (t1, t0 - quotient * t1);
    }
    (r0 == 1).then(|| t0.rem_euclid(modulus as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row_rng::Purpose;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_shuffle_is_undone_for_every_item(items in 1_u32..5_000) {
            let map = Permutation::new(items);
            let mut seen = vec![false; items as usize + 1];
            for rank in 0..u64::from(items) {
                let id = map.id(rank);
                prop_assert_eq!(map.rank(id), rank);
                prop_assert!(!std::mem::replace(&mut seen[id as usize], true));
            }
        }
    }

    #[test]
    fn the_first_rank_is_drawn_twice_as_often_as_the_second_and_ten_times_as_often_as_the_tenth() {
        let zipf = Zipf::new(1_000);
        let mut rng = RowRng::new(Purpose::Order, 1);
        let mut seen = [0_u32; 1_000];
        for _ in 0..200_000 {
            seen[zipf.sample(&mut rng, 1_000) as usize] += 1;
        }
        let ratio = |a: usize, b: usize| f64::from(seen[a]) / f64::from(seen[b]);
        assert!((1.9..2.1).contains(&ratio(0, 1)), "{}", ratio(0, 1));
        assert!((9.0..11.0).contains(&ratio(0, 9)), "{}", ratio(0, 9));
        assert!((zipf.share(0) - 0.1336).abs() < 0.001, "{}", zipf.share(0));
    }
}
