//! Faster, slower, the same, or not to be told: an interval read with a margin.

use super::{CONFIDENCE, Interval, student};

/// What a change has to pass where nothing else is declared: nobody cares about smaller changes.
pub const MARGIN: f64 = 0.05;

/// What an interval of a ratio says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The candidate takes less time, by more than the margin.
    Faster,
    /// It takes more, by more than the margin.
    Slower,
    /// Whatever the difference is, it is smaller than the margin.
    Same,
    /// The interval allows more than one of these.
    Inconclusive,
}

/// The confidence at which a change is said. Of two runs of the same thing at most one in a hundred may be called different, and
/// where the noise is larger than the margin only the interval stands in the way: with one of 95 % three to five of a hundred
/// were (simulated, 6 to 30 rounds, normal and heavy-tailed noise three times the margin), with 99 % at most 1.5.
const CONFIDENCE_OF_A_CHANGE: f64 = 0.99;

/// Reads `ratio` (candidate over baseline, from so many rounds): the same if the whole interval lies within the margin, on both
/// sides alike (1/(1+m) to 1+m); a change if the estimate passes the margin *and* the interval, stretched from 95 to 99 %
/// (`stretch`), excludes 1; else not to be told.
pub fn change(ratio: &Interval, rounds: usize, margin: f64) -> Change {
    let most = 1.0 + margin;
    let stretched = |bound: f64| ratio.estimate * (bound / ratio.estimate).powf(stretch(rounds));
    if ratio.inside(1.0 / most, most) {
        Change::Same
    } else if stretched(ratio.low) > 1.0 && ratio.estimate >= most {
        Change::Slower
    } else if stretched(ratio.high) < 1.0 && ratio.estimate <= 1.0 / most {
        Change::Faster
    } else {
        Change::Inconclusive
    }
}

/// How much wider an interval is at the confidence of a change than at that which is printed, in logarithms: the quotient of
/// Student's quantiles for so many rounds. Infinite with fewer than two.
pub(super) fn stretch(rounds: usize) -> f64 {
    if rounds < 2 {
        return f64::INFINITY;
    }
    let t = |confidence: f64| student::quantile(0.5 + confidence / 2.0, rounds - 1);
    t(CONFIDENCE_OF_A_CHANGE) / t(CONFIDENCE)
}

#[cfg(test)]
mod tests {
    use super::{Change, change};
    use crate::stats::{
        CONFIDENCE, Interval, MARGIN, detectable_beyond, hodges_lehmann, minimum_detectable_effect, normal_quantile,
    };
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    /// Effects of the rounds of one run: normal noise three times the margin, every seventh round four times as wild where there
    /// are to be outliers.
    fn noise(random: &mut ChaCha8Rng, rounds: usize, outliers: bool) -> Vec<f64> {
        let draw = |random: &mut ChaCha8Rng| normal_quantile(random.random_range(1e-9..1.0));
        (0..rounds)
            .map(|_| {
                let wild = outliers && random.random_range(0..7) == 0;
                3.0 * MARGIN * draw(random) * if wild { 4.0 } else { 1.0 }
            })
            .collect()
    }

    /// Where the noise is far larger than the margin the margin protects nothing: the interval alone has to.
    #[test]
    fn in_much_noise_the_same_is_called_different_in_about_one_run_of_a_hundred_at_most() {
        let mut random = ChaCha8Rng::seed_from_u64(23);
        for (rounds, outliers) in [(6, false), (12, false), (24, false), (6, true), (12, true), (24, true)] {
            let alarm = |_: &usize| {
                let ratio = hodges_lehmann(&noise(&mut random, rounds, outliers), CONFIDENCE).unwrap().exp();
                matches!(change(&ratio, rounds, MARGIN), Change::Faster | Change::Slower)
            };
            let alarms = (0..1000).filter(alarm).count();
            // One in a hundred are 10; chance alone goes up to 18 in 99 of 100 such counts.
            assert!(alarms <= 18, "{rounds} rounds, outliers {outliers}: {alarms} of 1000");
        }
    }

    #[test]
    fn an_effect_as_large_as_what_a_run_prints_is_found_in_four_runs_of_five() {
        let mut random = ChaCha8Rng::seed_from_u64(29);
        for (rounds, outliers) in [(6, false), (12, false), (24, false), (6, true), (12, true), (24, true)] {
            let runs: Vec<Vec<f64>> = (0..600).map(|_| noise(&mut random, rounds, outliers)).collect();
            // What a run of this kind prints at the median; those that print more do not claim to see it.
            let printed = |run: &Vec<f64>| detectable_beyond(minimum_detectable_effect(run), rounds, MARGIN);
            let effect = crate::stats::median(runs.iter().map(printed).collect());
            let claim: Vec<&Vec<f64>> = runs.iter().filter(|run| printed(run) <= effect).collect();
            let found = |run: &&&Vec<f64>| {
                let moved: Vec<f64> = run.iter().map(|d| d + effect.ln_1p()).collect();
                change(&hodges_lehmann(&moved, CONFIDENCE).unwrap().exp(), rounds, MARGIN) == Change::Slower
            };
            let share = claim.iter().filter(found).count() as f64 / claim.len() as f64;
            assert!(share >= 0.8, "{rounds} rounds, outliers {outliers}: {share}");
        }
    }

    #[test]
    fn an_interval_is_read_with_its_margin() {
        let read = |low, estimate, high| change(&Interval { estimate, low, high }, 30, 0.05);
        assert_eq!(read(1.06, 1.10, 1.14), Change::Slower);
        assert_eq!(read(0.80, 0.85, 0.90), Change::Faster);
        assert_eq!(read(0.98, 1.01, 1.04), Change::Same);
        assert_eq!(read(1.01, 1.03, 1.04), Change::Same, "there, but smaller than anybody cares for");
        assert_eq!(read(0.90, 1.02, 1.15), Change::Inconclusive);
        assert_eq!(read(1.01, 1.04, 1.09), Change::Inconclusive, "beyond 1, perhaps beyond the margin");
        assert_eq!(read(1.01, 1.06, 1.11), Change::Inconclusive, "beyond 1 at 95 %, not at 99 %");
        let ratio = Interval { estimate: 1.10, low: 1.05, high: 1.15 };
        assert_eq!(change(&ratio, 30, 0.05), Change::Slower);
        assert_eq!(change(&ratio, 3, 0.05), Change::Inconclusive, "three rounds say less than thirty");
        assert_eq!(change(&ratio, 1, 0.05), Change::Inconclusive);
    }
}
