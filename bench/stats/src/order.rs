//! The order of the slices: each round a random permutation of the arms followed by its mirror.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The arms of every slice, round by round: ABBA or BAAB for two arms, ABCCBA and its like for three. The mirror cancels a
/// drift that is linear within the round; the random start keeps a periodic disturbance from siding with one arm.
pub fn order(arms: usize, rounds: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..rounds)
        .map(|_| {
            let mut round: Vec<usize> = (0..arms).collect();
            for last in (1..arms).rev() {
                round.swap(last, random.random_range(0..=last));
            }
            round.extend_from_within(..);
            round[arms..].reverse();
            round
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::order;
    use proptest::prelude::*;

    #[test]
    fn two_arms_run_as_abba_or_baab_about_equally_often() {
        let rounds = order(2, 400, 11);
        let abba = rounds.iter().filter(|round| **round == [0, 1, 1, 0]).count();
        let baab = rounds.iter().filter(|round| **round == [1, 0, 0, 1]).count();
        assert_eq!(abba + baab, 400);
        assert!((150..=250).contains(&abba), "{abba} of 400");
    }

    #[test]
    fn three_arms_start_with_every_permutation() {
        let rounds = order(3, 600, 5);
        let starts: std::collections::BTreeSet<_> = rounds.iter().map(|round| round[..3].to_vec()).collect();
        assert_eq!(starts.len(), 6);
    }

    proptest! {
        #[test]
        fn every_round_reads_the_same_backwards_and_drives_each_arm_twice(
            arms in 1..6_usize, rounds in 0..30_usize, seed: u64
        ) {
            let log = order(arms, rounds, seed);
            prop_assert_eq!(log.len(), rounds);
            prop_assert_eq!(&log, &order(arms, rounds, seed));
            for round in log {
                prop_assert!(round.iter().eq(round.iter().rev()));
                // A linear drift weighs the same on every arm: the slots of each arm have the same sum.
                for arm in 0..arms {
                    let slots: Vec<usize> = (0..round.len()).filter(|slot| round[*slot] == arm).collect();
                    prop_assert_eq!(slots.len(), 2);
                    prop_assert_eq!(slots[0] + slots[1], 2 * arms - 1);
                }
            }
        }
    }
}
