//! The ratio of a pooled statistic between two arms, with a block bootstrap over rounds.

use super::{CONFIDENCE, Interval, normal, percentile, student};
use hdrhistogram::Histogram;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const RESAMPLES: usize = 2000;

/// Candidate over baseline for the mean (`quantile` None) or a quantile of all samples together, for statistics a single
/// slice has too few samples for. Entry i of both slices is round i; rounds are drawn whole, both arms together, because
/// what disturbs a round disturbs both.
///
/// The bounds are the 2.5 % and 97.5 % points of 2000 resamples (Efron and Tibshirani, An Introduction to the Bootstrap,
/// chapter 13), in logarithms, each half stretched by t/z·√(n/(n−1)): the percentile interval of few blocks is too narrow
/// (Hesterberg, What Teachers Should Know about the Bootstrap, 2015).
///
/// `None` if the arms differ in their number of rounds, if there are fewer than two, or if an arm has fewer than ten
/// samples above the quantile.
pub fn pooled_ratio(
    baseline: &[Histogram<u64>],
    candidate: &[Histogram<u64>],
    quantile: Option<f64>,
    seed: u64,
) -> Option<Interval> {
    let rounds = baseline.len();
    if rounds < 2 || rounds != candidate.len() {
        return None;
    }
    let (baseline, candidate) = (Pool::new(baseline), Pool::new(candidate));
    let once = vec![1_u32; rounds];
    if let Some(q) = quantile
        && !(percentile::reaches(baseline.len(), q) && percentile::reaches(candidate.len(), q))
    {
        return None;
    }
    let estimate = (candidate.statistic(&once, quantile)? / baseline.statistic(&once, quantile)?).ln();

    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = vec![0_u32; rounds];
    let mut effects: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            drawn.fill(0);
            (0..rounds).for_each(|_| drawn[random.random_range(0..rounds)] += 1);
            Some((candidate.statistic(&drawn, quantile)? / baseline.statistic(&drawn, quantile)?).ln())
        })
        .collect();
    effects.sort_by(f64::total_cmp);

    let tail = (1.0 - CONFIDENCE) / 2.0;
    let at = |share: f64| effects.get(((effects.len() - 1) as f64 * share).round() as usize).copied();
    let stretch = student::quantile(1.0 - tail, rounds - 1) / normal::quantile(1.0 - tail)
        * (rounds as f64 / (rounds - 1) as f64).sqrt();
    let bound = |percentile: f64| estimate + stretch * (percentile - estimate);
    // The estimate may lie outside its own percentiles when rounds are few; the interval always holds it.
    let (low, high) = (bound(at(tail)?).min(estimate), bound(at(1.0 - tail)?).max(estimate));
    Some(Interval { estimate, low, high }.exp())
}

/// The samples of one arm, laid out so that a resample is a weighted sum instead of a merge of histograms.
struct Pool {
    /// The distinct values, rising.
    values: Vec<f64>,
    /// For each value, one column a round: that round's samples up to and including the value.
    cumulative: Vec<u64>,
    /// The sum of each round's samples.
    sums: Vec<f64>,
}

impl Pool {
    fn new(histograms: &[Histogram<u64>]) -> Self {
        let rounds = histograms.len();
        let mut cells = std::collections::BTreeMap::<u64, Vec<u64>>::new();
        for (round, histogram) in histograms.iter().enumerate() {
            for point in histogram.iter_recorded() {
                let value = histogram.median_equivalent(point.value_iterated_to());
                cells.entry(value).or_insert_with(|| vec![0; rounds])[round] += point.count_at_value();
            }
        }
        let values: Vec<f64> = cells.keys().map(|value| *value as f64).collect();
        let (mut so_far, mut sums, mut cumulative) = (vec![0; rounds], vec![0.0; rounds], Vec::new());
        for (value, row) in values.iter().zip(cells.into_values()) {
            for (round, count) in row.into_iter().enumerate() {
                so_far[round] += count;
                sums[round] += count as f64 * value;
            }
            cumulative.extend_from_slice(&so_far);
        }
        Self { values, cumulative, sums }
    }

    fn len(&self) -> u64 {
        self.up_to(self.values.len(), &vec![1; self.sums.len()])
    }

    /// Samples among the `values` lowest values, with round i taken `weights[i]` times.
    fn up_to(&self, values: usize, weights: &[u32]) -> u64 {
        let Some(row) = values.checked_sub(1) else { return 0 };
        let row = &self.cumulative[row * weights.len()..][..weights.len()];
        row.iter().zip(weights).map(|(count, weight)| count * u64::from(*weight)).sum()
    }

    /// The mean or a quantile with round i taken `weights[i]` times; `None` without samples or if it is zero.
    fn statistic(&self, weights: &[u32], quantile: Option<f64>) -> Option<f64> {
        let total = self.up_to(self.values.len(), weights);
        if total == 0 {
            return None;
        }
        let found = match quantile {
            None => self.sums.iter().zip(weights).map(|(sum, w)| sum * f64::from(*w)).sum::<f64>() / total as f64,
            Some(q) => {
                let rank = ((q * total as f64).ceil() as u64).clamp(1, total);
                let (mut below, mut at) = (0, self.values.len());
                while at - below > 1 {
                    let middle = (below + at) / 2;
                    if self.up_to(middle, weights) < rank { below = middle } else { at = middle }
                }
                self.values[at - 1]
            }
        };
        (found > 0.0).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::pooled_ratio;
    use crate::histogram;
    use hdrhistogram::Histogram;
    use rand::{RngExt as _, SeedableRng as _};

    /// Rounds of exponential latencies whose mean wanders from round to round.
    fn rounds(n: usize, mean_ns: f64, wander: f64, seed: u64) -> Vec<Histogram<u64>> {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        (0..n)
            .map(|_| {
                let mood = 1.0 + wander * (random.random::<f64>() - 0.5);
                let mut h = histogram();
                (0..200).for_each(|_| h.record((-mean_ns * mood * random.random::<f64>().ln()) as u64).unwrap());
                h
            })
            .collect()
    }

    #[test]
    fn half_the_latency_is_a_ratio_of_one_half() {
        let (slow, fast) = (rounds(20, 8e6, 0.2, 1), rounds(20, 4e6, 0.2, 2));
        for quantile in [None, Some(0.5), Some(0.95)] {
            let ratio = pooled_ratio(&slow, &fast, quantile, 3).unwrap();
            assert!(!ratio.excludes(0.5) && ratio.inside(0.4, 0.6), "{quantile:?}: {ratio:?}");
        }
    }

    #[test]
    fn a_weighted_statistic_is_the_one_of_the_merged_histograms() {
        let arms = rounds(4, 8e6, 0.8, 9);
        let pool = super::Pool::new(&arms);
        let merged = crate::merged([&arms[0], &arms[2], &arms[2], &arms[3]]);
        for q in [0.001, 0.25, 0.5, 0.95, 0.999, 1.0] {
            let expected = merged.median_equivalent(merged.value_at_quantile(q)) as f64;
            assert_eq!(pool.statistic(&[1, 0, 2, 1], Some(q)), Some(expected), "{q}");
        }
        let mean = pool.statistic(&[1, 0, 2, 1], None).unwrap();
        assert!((mean / merged.mean() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let (a, b) = (rounds(10, 8e6, 0.5, 1), rounds(10, 8e6, 0.5, 2));
        assert_eq!(pooled_ratio(&a, &b, Some(0.9), 5), pooled_ratio(&a, &b, Some(0.9), 5));
    }

    #[test]
    fn too_few_rounds_or_samples_give_nothing() {
        let a = rounds(3, 8e6, 0.0, 1);
        assert_eq!(pooled_ratio(&a[..1], &a[..1], None, 1), None);
        assert_eq!(pooled_ratio(&a, &a[..2], None, 1), None);
        assert_eq!(pooled_ratio(&a, &a, Some(0.99), 1), None, "600 samples leave six above p99");
    }

    #[test]
    fn two_arms_of_the_same_build_are_called_different_about_as_rarely_as_promised() {
        let trials = 60;
        let alarms = (0..trials)
            .filter(|trial| {
                let (a, b) = (rounds(12, 5e6, 0.6, 1000 + trial), rounds(12, 5e6, 0.6, 5000 + trial));
                pooled_ratio(&a, &b, None, *trial).unwrap().excludes(1.0)
            })
            .count();
        assert!(alarms <= 7, "{alarms} of {trials}");
    }
}
