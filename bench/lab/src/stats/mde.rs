//! The minimum detectable effect: the smallest change a run of this length would have seen.

use super::{CONFIDENCE, change, hodges_lehmann, median_of_sorted, student};

/// The normal quantile of 80 % power.
const POWER: f64 = 0.84;

/// The smallest relative change seen with 80 % power, as a share (0.06 is 6 %), of the rounds' log effects `d`. Infinite with
/// fewer than two rounds.
///
/// It is exp((t + 0.84)·s/√n) − 1 with t Student's quantile at the confidence of a change ([`super::change()`]) and s/√n the larger
/// of two estimates of the error: 1.48·MAD/√n, and half the Hodges-Lehmann interval over its own quantile, where
/// there are rounds enough for one. The first alone is too small where the noise has outliers, as that of a machine has: of
/// simulated runs with an effect as large as what they printed, six of ten found it.
pub fn minimum_detectable_effect(d: &[f64]) -> f64 {
    standard_error(d)
        .map_or(f64::INFINITY, |error| ((quantile(d.len()) * change::stretch(d.len()) + POWER) * error).exp_m1())
}

/// The standard error of the rounds' centre; `None` with fewer than two rounds.
fn standard_error(d: &[f64]) -> Option<f64> {
    let n = d.len();
    let robust = 1.48 * median_absolute_deviation(d).filter(|_| n >= 2)? / (n as f64).sqrt();
    let half = hodges_lehmann(d, CONFIDENCE).map_or(0.0, |interval| (interval.high - interval.low) / 2.0);
    Some(robust.max(half / quantile(n)))
}

/// Student's quantile for the confidence of an interval over so many rounds.
fn quantile(rounds: usize) -> f64 {
    student::quantile(0.5 + CONFIDENCE / 2.0, rounds - 1)
}

/// How many times longer a run must be to detect an effect of `margin` when this one detects `mde`: (mde/margin)².
pub fn longer_by(mde: f64, margin: f64) -> f64 {
    (mde / margin).powi(2).max(1.0)
}

/// The smallest relative effect that [`super::change()`] calls a change with 80 % power, in a run of `rounds` rounds that detects
/// `mde`: the estimate has to pass the margin too, so this is at least (1 + margin)·exp(0.84·s/√n) − 1, with s/√n taken from
/// `mde`. Infinite with fewer than two rounds.
pub fn detectable_beyond(mde: f64, rounds: usize, margin: f64) -> f64 {
    if rounds < 2 {
        return f64::INFINITY;
    }
    let error = mde.ln_1p() / (quantile(rounds) * change::stretch(rounds) + POWER);
    mde.max((1.0 + margin) * (POWER * error).exp() - 1.0)
}

fn median_absolute_deviation(d: &[f64]) -> Option<f64> {
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values
    };
    let centre = median_of_sorted(&sorted(d.to_vec()))?;
    median_of_sorted(&sorted(d.iter().map(|value| (value - centre).abs()).collect()))
}

#[cfg(test)]
mod tests {
    use super::{detectable_beyond, longer_by, minimum_detectable_effect};

    #[test]
    fn four_times_the_rounds_halve_the_effect_that_is_seen() {
        let d: Vec<f64> = (0..40).map(|i| if i % 2 == 0 { 0.1 } else { -0.1 }).collect();
        let (short, long) = (minimum_detectable_effect(&d), minimum_detectable_effect(&d.repeat(4)));
        assert!((short / long - 2.0).abs() < 0.15, "{short} against {long}");
        // t at 99 % with 39 degrees is 2.708: (2.708 + 0.84) · 0.148 / √40 = 0.0830
        assert!((short - 0.0866).abs() < 0.001, "{short}");
    }

    #[test]
    fn outliers_count_although_the_median_deviation_does_not_see_them() {
        let calm: Vec<f64> = (0..12).map(|i| 0.01 * f64::from(i % 3 - 1)).collect();
        let mut wild = calm.clone();
        wild[3..7].copy_from_slice(&[0.3, -0.3, 0.25, -0.2]);
        assert!(minimum_detectable_effect(&wild) > 3.0 * minimum_detectable_effect(&calm));
    }

    #[test]
    fn one_round_detects_nothing() {
        assert_eq!(minimum_detectable_effect(&[0.1]), f64::INFINITY);
        assert_eq!(minimum_detectable_effect(&[]), f64::INFINITY);
    }

    #[test]
    fn half_the_margin_takes_four_times_the_length() {
        assert!((longer_by(0.10, 0.05) - 4.0).abs() < 1e-9);
        assert!((longer_by(0.01, 0.05) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_found_has_to_pass_the_margin_too() {
        assert!(detectable_beyond(0.20, 20, 0.05) == 0.20, "noise is the larger obstacle");
        let quiet = detectable_beyond(0.002, 20, 0.05);
        assert!(quiet > 0.05 && quiet < 0.052, "the margin is: {quiet}");
        assert_eq!(detectable_beyond(0.002, 1, 0.05), f64::INFINITY);
    }
}
