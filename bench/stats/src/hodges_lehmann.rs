//! The Hodges–Lehmann estimate of the centre of few, ill-behaved values, with the interval of the signed-rank test.

use super::{Interval, median_of_sorted, signed_rank};

/// The median of the Walsh averages of `d`, with the interval got by inverting Wilcoxon's signed-rank test
/// (Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 3.2 and 3.3; the same bounds R's
/// `wilcox.test(conf.int = TRUE)` gives).
///
/// `None` if `d` holds a value that is not finite, or fewer values than the confidence needs: with n values the widest
/// interval there is covers 1 − 2^(1−n), so 95 % needs six.
pub fn hodges_lehmann(d: &[f64], confidence: f64) -> Option<Interval> {
    let walsh = walsh_averages(d)?;
    let rank = signed_rank::quantile((1.0 - confidence) / 2.0, d.len());
    if rank == 0 {
        return None;
    }
    Some(Interval { estimate: median_of_sorted(&walsh)?, low: walsh[rank - 1], high: walsh[walsh.len() - rank] })
}

/// The estimate alone, which any number of values above none has.
pub fn hodges_lehmann_estimate(d: &[f64]) -> Option<f64> {
    median_of_sorted(&walsh_averages(d)?)
}

/// The averages of all pairs, each value paired with itself too, sorted. `None` when empty or not finite.
fn walsh_averages(d: &[f64]) -> Option<Vec<f64>> {
    if d.is_empty() || d.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut averages = Vec::with_capacity(d.len() * (d.len() + 1) / 2);
    for (i, a) in d.iter().enumerate() {
        averages.extend(d[i..].iter().map(|b| 0.5 * (a + b)));
    }
    averages.sort_by(f64::total_cmp);
    Some(averages)
}

#[cfg(test)]
mod tests {
    use super::{hodges_lehmann, hodges_lehmann_estimate};
    use proptest::prelude::*;
    use rand::SeedableRng as _;

    #[test]
    fn the_interval_is_the_one_r_gives() {
        // wilcox.test(x, conf.int = TRUE) takes the 4th smallest and the 4th largest of the 36 Walsh averages, for
        // qsignrank(0.025, 8) is 4; the same was counted out over all 256 signs with a program of its own.
        let found = hodges_lehmann(&[1.1, 2.3, 0.7, 1.9, 3.2, 2.8, 0.2, 1.5], 0.95).unwrap();
        for (found, expected) in [(found.estimate, 1.7), (found.low, 0.7), (found.high, 2.75)] {
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    #[test]
    fn five_values_give_an_estimate_but_no_interval_at_95_percent() {
        let d = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(hodges_lehmann(&d, 0.95), None);
        assert_eq!(hodges_lehmann_estimate(&d), Some(3.0));
        assert!(hodges_lehmann(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 0.95).is_some());
    }

    #[test]
    fn nothing_and_not_a_number_have_no_estimate() {
        assert_eq!(hodges_lehmann(&[], 0.95), None);
        assert_eq!(hodges_lehmann_estimate(&[1.0, f64::NAN]), None);
    }

    #[test]
    fn the_interval_covers_the_truth_about_as_often_as_it_says() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        let trials = 800;
        let covered = (0..trials)
            .filter(|_| {
                // Laplace noise about 0.3: symmetric, with tails heavier than the normal's.
                let d: Vec<f64> = (0..20)
                    .map(|_| {
                        let u: f64 = random.random::<f64>() - 0.5;
                        0.3 - u.signum() * (1.0 - 2.0 * u.abs()).ln()
                    })
                    .collect();
                !hodges_lehmann(&d, 0.95).unwrap().excludes(0.3)
            })
            .count();
        let share = covered as f64 / f64::from(trials);
        assert!((0.93..0.975).contains(&share), "covered {share}");
    }

    proptest! {
        #[test]
        fn a_shift_shifts_all_three_numbers_and_a_mirror_swaps_the_bounds(
            d in proptest::collection::vec(-10.0..10.0_f64, 6..40), shift in -5.0..5.0_f64
        ) {
            let found = hodges_lehmann(&d, 0.95).unwrap();
            let shifted: Vec<f64> = d.iter().map(|value| value + shift).collect();
            let moved = hodges_lehmann(&shifted, 0.95).unwrap();
            prop_assert!((moved.estimate - found.estimate - shift).abs() < 1e-9);
            prop_assert!((moved.low - found.low - shift).abs() < 1e-9);
            let mirrored: Vec<f64> = d.iter().map(|value| -value).collect();
            let swapped = hodges_lehmann(&mirrored, 0.95).unwrap();
            prop_assert!((swapped.low + found.high).abs() < 1e-9 && (swapped.high + found.low).abs() < 1e-9);
            prop_assert!(found.low <= found.estimate && found.estimate <= found.high);
        }
    }
}
