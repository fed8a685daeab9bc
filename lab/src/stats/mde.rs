//! The minimum detectable effect: the smallest change a run of this length would have seen.

use super::{CONFIDENCE, median_of_sorted, student};

/// The normal quantile of 80 % power.
const POWER: f64 = 0.84;

/// The smallest relative change seen with 80 % power, as a share (0.06 is 6 %): exp((t + 0.84)·s/√n) − 1 with
/// s = 1.48·MAD of the rounds' log effects `d`. Infinite with fewer than two rounds.
pub fn minimum_detectable_effect(d: &[f64]) -> f64 {
    let n = d.len();
    let Some(deviation) = median_absolute_deviation(d).filter(|_| n >= 2) else { return f64::INFINITY };
    let t = student::quantile(0.5 + CONFIDENCE / 2.0, n - 1);
    ((t + POWER) * 1.48 * deviation / (n as f64).sqrt()).exp_m1()
}

/// How many times longer a run must be to detect an effect of `margin` when this one detects `mde`: (mde/margin)².
pub fn longer_by(mde: f64, margin: f64) -> f64 {
    (mde / margin).powi(2).max(1.0)
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
    use super::{longer_by, minimum_detectable_effect};

    #[test]
    fn four_times_the_rounds_halve_the_effect_that_is_seen() {
        let d: Vec<f64> = (0..40).map(|i| if i % 2 == 0 { 0.1 } else { -0.1 }).collect();
        let (short, long) = (minimum_detectable_effect(&d), minimum_detectable_effect(&d.repeat(4)));
        assert!((short / long - 2.0).abs() < 0.15, "{short} against {long}");
        // (2.023 + 0.84) · 0.148 / √40 = 0.0670
        assert!((short - 0.0693).abs() < 0.001, "{short}");
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
}
