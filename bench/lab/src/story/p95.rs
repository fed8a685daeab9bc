//! A steady p95 of few hundred samples: Harrell and Davis' estimate, and the ratio of two with its interval.
//!
//! The usual p95 is one sample, the one at its rank; the next slower one may be several per cent slower. Harrell and Davis
//! ("A new distribution-free quantile estimator", Biometrika 69, 1982) take the mean of all samples, weighted by how likely
//! each is to be at the rank: the estimate moves smoothly, and has a smaller variance.

use crate::pipeline::ArmLatency;
use hdrhistogram::Histogram;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use stats::{self, Interval};

const P95: f64 = 0.95;
const RESAMPLES: usize = 2000;
const NS_PER_MS: f64 = 1e6;

/// The quantile of samples that are sorted already; `None` of none.
///
/// The weight of the sample at rank i of n is the Beta((n+1)q, (n+1)(1−q)) distribution's share between (i−1)/n and i/n. Its
/// density in the middle, divided by the sum of all, differs from that by less than a thousandth from twenty samples on.
pub(super) fn harrell_davis(sorted: &[f64], q: f64) -> Option<f64> {
    let n = sorted.len() as f64;
    let (a, b) = ((n + 1.0) * q - 1.0, (n + 1.0) * (1.0 - q) - 1.0);
    let density = |rank: usize| {
        let at = (rank as f64 + 0.5) / n;
        a * at.ln() + b * (-at).ln_1p()
    };
    // In logarithms and from the largest: at a few hundred samples the powers alone are below the smallest number.
    let largest = (0..sorted.len()).map(density).fold(f64::NEG_INFINITY, f64::max);
    let (sum, weights) = sorted.iter().enumerate().fold((0.0, 0.0), |(sum, weights), (rank, value)| {
        let weight = (density(rank) - largest).exp();
        (sum + weight * value, weights + weight)
    });
    (weights > 0.0).then(|| sum / weights)
}

/// The samples of histograms in milliseconds, sorted.
pub(super) fn samples<'a>(histograms: impl IntoIterator<Item = &'a Histogram<u64>>) -> Vec<f64> {
    let mut samples: Vec<f64> = histograms.into_iter().flat_map(each).collect();
    samples.sort_by(f64::total_cmp);
    samples
}

fn each(histogram: &Histogram<u64>) -> Vec<f64> {
    let point = |value: u64, count: u64| {
        std::iter::repeat_n(histogram.median_equivalent(value) as f64 / NS_PER_MS, count as usize)
    };
    histogram.iter_recorded().flat_map(|one| point(one.value_iterated_to(), one.count_at_value())).collect()
}

/// An arm's p95 in milliseconds; `None` where the usual one has too few samples above it.
pub(super) fn p95_ms(arm: &ArmLatency) -> Option<f64> {
    arm.ms(P95)?;
    harrell_davis(&samples(arm.rounds.iter().flatten()), P95)
}

/// The p95 of one arm over another's, all rounds pooled; `None` with too few samples or rounds. The interval is the one of
/// `stats::pooled_ratio`: a bootstrap over whole rounds, both arms' together, stretched for their small number.
pub(super) fn ratio(baseline: &ArmLatency, candidate: &ArmLatency, seed: u64) -> Option<Interval> {
    let rounds = baseline.rounds.len();
    if rounds < 2 || rounds != candidate.rounds.len() {
        return None;
    }
    let estimate = (p95_ms(candidate)? / p95_ms(baseline)?).ln();
    let (baseline, candidate) = (by_round(baseline), by_round(candidate));
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut effects: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            let drawn: Vec<usize> = (0..rounds).map(|_| random.random_range(0..rounds)).collect();
            let of = |arm: &[Vec<f64>]| harrell_davis(&pooled(arm, &drawn), P95);
            Some((of(&candidate)? / of(&baseline)?).ln())
        })
        .collect();
    effects.sort_by(f64::total_cmp);
    let tail = (1.0 - stats::CONFIDENCE) / 2.0;
    let at = |share: f64| effects.get(((effects.len() - 1) as f64 * share).round() as usize).copied();
    let stretch = stats::student_quantile(1.0 - tail, rounds - 1) / stats::normal_quantile(1.0 - tail)
        * (rounds as f64 / (rounds - 1) as f64).sqrt();
    let bound = |percentile: f64| estimate + stretch * (percentile - estimate);
    let (low, high) = (bound(at(tail)?).min(estimate), bound(at(1.0 - tail)?).max(estimate));
    Some(Interval { estimate, low, high }.exp())
}

fn by_round(arm: &ArmLatency) -> Vec<Vec<f64>> {
    arm.rounds.iter().map(samples).collect()
}

fn pooled(rounds: &[Vec<f64>], drawn: &[usize]) -> Vec<f64> {
    let mut pooled: Vec<f64> = drawn.iter().flat_map(|round| rounds[*round].iter().copied()).collect();
    // Runs that are sorted already: this is a merge.
    pooled.sort_by(f64::total_cmp);
    pooled
}

#[cfg(test)]
mod tests {
    use super::{P95, harrell_davis, ratio};
    use crate::pipeline::ArmLatency;
    use load::histogram;
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_estimate_is_the_one_of_the_exact_weights() {
        // The integers from 1 to 100: with exact weights (differences of the regularised incomplete beta function, counted out
        // with a program of its own) the p95 is 95.49998 and the median 50.5.
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((harrell_davis(&values, 0.5).unwrap() - 50.5).abs() < 1e-9);
        let p95 = harrell_davis(&values, P95).unwrap();
        assert!((p95 - 95.49998).abs() < 0.001, "{p95}");
        assert_eq!(harrell_davis(&[], P95), None);
        assert_eq!(harrell_davis(&[7.0], P95), Some(7.0));
    }

    fn drawn(random: &mut ChaCha8Rng, n: usize) -> Vec<f64> {
        // The sum of twelve draws is nearly normal; 3 % of a request is what a quiet machine moves it by.
        let mut values: Vec<f64> =
            (0..n).map(|_| 40.0 + 1.2 * ((0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0)).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn it_moves_less_from_run_to_run_than_the_sample_at_the_rank() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let runs: Vec<(f64, f64)> = (0..400)
            .map(|_| {
                let values = drawn(&mut random, 234);
                (harrell_davis(&values, P95).unwrap(), values[(P95 * 234.0).ceil() as usize - 1])
            })
            .collect();
        let variance = |of: fn(&(f64, f64)) -> f64| {
            let mean = runs.iter().map(of).sum::<f64>() / runs.len() as f64;
            runs.iter().map(|run| (of(run) - mean).powi(2)).sum::<f64>() / runs.len() as f64
        };
        let (smooth, one) = (variance(|run| run.0), variance(|run| run.1));
        assert!(smooth < 0.95 * one, "{smooth} and {one}");
    }

    fn arm(ms: f64, seed: u64) -> ArmLatency {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut slice = || {
            let mut h = histogram();
            drawn(&mut random, 13).iter().for_each(|value| h.saturating_record((value / 40.0 * ms * 1e6) as u64));
            h
        };
        ArmLatency { rounds: (0..9).map(|_| [slice(), slice()]).collect(), ..ArmLatency::default() }
    }

    #[test]
    fn the_ratio_has_an_interval_that_holds_it() {
        let found = ratio(&arm(40.0, 1), &arm(28.0, 2), 7).unwrap();
        assert!((found.estimate - 0.7).abs() < 0.015, "{found:?}");
        assert!(found.low < found.estimate && found.estimate < found.high && found.inside(0.6, 0.8), "{found:?}");
        assert_eq!(ratio(&arm(40.0, 1), &ArmLatency::default(), 7), None);
    }
}
