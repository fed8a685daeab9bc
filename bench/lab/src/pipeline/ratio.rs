//! One arm over another: ratios of latency with their intervals, what could have been seen, and the placebo.

use super::{ArmLatency, Latency, SEED};
use hdrhistogram::Histogram;
use stats::{self, Interval};
use std::collections::BTreeMap;

/// Candidate over baseline at a quantile (`None`: the mean). Where every slice has enough samples above the quantile: the
/// Hodges-Lehmann estimate over rounds. Else all samples pooled, with a block bootstrap over rounds.
pub fn ratio(baseline: &ArmLatency, candidate: &ArmLatency, quantile: Option<f64>, seed: u64) -> Option<Interval> {
    let per_round = effects(baseline, candidate, quantile);
    let by_slice = per_round.and_then(|effects| stats::hodges_lehmann(&effects, stats::CONFIDENCE)).map(Interval::exp);
    by_slice.or_else(|| stats::pooled_ratio(&baseline.by_round(), &candidate.by_round(), quantile, seed))
}

/// The effect of every round at a quantile (`None`: the mean), as a logarithm; `None` where a slice has too few samples above
/// it.
fn effects(baseline: &ArmLatency, candidate: &ArmLatency, quantile: Option<f64>) -> Option<Vec<f64>> {
    let value = |h: &Histogram<u64>| match quantile {
        None => stats::mean(h),
        Some(q) => stats::percentile(h, q).map(|ns| ns as f64),
    };
    let both = |round: &[Histogram<u64>; 2]| Some([value(&round[0])?, value(&round[1])?]);
    let rounds = baseline.rounds.iter().zip(&candidate.rounds);
    rounds.map(|(base, cand)| stats::round_effect(&both(base)?, &both(cand)?)).collect()
}

/// All latency ratios there is enough data for: of everything that counts, and by tag where there are several.
pub fn ratios(baseline: &ArmLatency, candidate: &ArmLatency) -> BTreeMap<String, Interval> {
    let names = [("p50", Some(0.5)), ("p95", Some(0.95)), ("p99", Some(0.99)), ("mean", None)];
    let found = names.into_iter().filter_map(|(name, q)| Some((name.to_owned(), ratio(baseline, candidate, q, SEED)?)));
    let mut found: BTreeMap<String, Interval> = found.collect();
    for tag in baseline.tags.keys() {
        let (Some(baseline), Some(candidate)) = (baseline.of_tag(tag), candidate.of_tag(tag)) else { continue };
        let by_tag = names.into_iter().filter_map(|(name, q)| Some((name, ratio(&baseline, &candidate, q, SEED)?)));
        found.extend(by_tag.map(|(name, ratio)| (format!("{tag}.{name}"), ratio)));
    }
    found
}

/// The effect of every round as far as it can be had, as a logarithm: those the ratio is made of, or, where slices are too short
/// for those, from the quantiles of whole rounds, however few samples lie above.
pub fn observed(baseline: &ArmLatency, candidate: &ArmLatency, quantile: f64) -> Vec<f64> {
    effects(baseline, candidate, Some(quantile)).unwrap_or_else(|| {
        let at = |h: &Histogram<u64>| h.value_at_quantile(quantile) as f64;
        let rounds = baseline.by_round().into_iter().zip(candidate.by_round());
        rounds.filter_map(|(b, c)| stats::round_effect(&[at(&b)], &[at(&c)])).collect()
    })
}

/// Candidate over baseline at a quantile, round by round: the Hodges-Lehmann estimate over the quantiles of whole rounds, however few
/// samples lie above. Those few make both quantiles of a round a little too low or too high alike; in exchange a round that the host
/// disturbed counts as one of many, while in a pooled tail all samples may be its own.
#[must_use]
pub fn ratio_by_round(baseline: &ArmLatency, candidate: &ArmLatency, quantile: f64) -> Option<Interval> {
    stats::hodges_lehmann(&observed(baseline, candidate, quantile), stats::CONFIDENCE).map(Interval::exp)
}

/// The smallest change at a quantile seen with 80 % power, as a share.
pub fn mde(baseline: &ArmLatency, candidate: &ArmLatency, quantile: f64) -> f64 {
    stats::minimum_detectable_effect(&observed(baseline, candidate, quantile))
}

/// The baseline's second slices against its first, at p50.
pub fn placebo(latency: &Latency) -> Option<Interval> {
    let p50 = |h: &Histogram<u64>| h.value_at_quantile(0.5) as f64;
    let pairs: Vec<(f64, f64)> = latency.arms.first()?.rounds.iter().map(|[a, b]| (p50(a), p50(b))).collect();
    stats::placebo(&pairs)
}

/// The ratios of the second arm that runs the same variant as another to the first one: a placebo over two starts. `None` in a run in
/// which every arm runs a variant of its own.
pub fn twins(latency: &Latency, variants: &[&str]) -> Option<BTreeMap<String, Interval>> {
    let pairs = variants.iter().enumerate().filter_map(|(place, variant)| {
        let first = variants[..place].iter().position(|other| other == variant)?;
        Some((latency.arms.get(first)?, latency.arms.get(place)?))
    });
    pairs.map(|(first, second)| ratios(first, second)).next()
}

#[cfg(test)]
mod tests {
    use super::{ArmLatency, Latency, ratio, ratio_by_round, twins};
    use load::histogram;

    fn arm(rounds: usize, samples: u64, ns: u64) -> ArmLatency {
        let slice = |round: usize| {
            let mut h = histogram();
            (0..samples).for_each(|i| h.saturating_record(ns + i * ns / 100 + round as u64 * ns / 50));
            h
        };
        ArmLatency { rounds: (0..rounds).map(|round| [slice(round), slice(round)]).collect(), ..ArmLatency::default() }
    }

    #[test]
    fn short_slices_are_pooled_and_long_ones_judged_round_by_round() {
        for samples in [20, 300] {
            let ratio = ratio(&arm(8, samples, 8_000_000), &arm(8, samples, 4_000_000), Some(0.95), 1).unwrap();
            assert!((ratio.estimate - 0.5).abs() < 0.01 && ratio.high < 0.55, "{ratio:?}");
        }
    }

    #[test]
    fn a_disturbed_round_moves_the_pooled_tail_and_not_the_ratio_by_round() {
        let (baseline, mut candidate) = (arm(9, 15, 8_000_000), arm(9, 15, 4_000_000));
        candidate.rounds[4] = arm(1, 15, 40_000_000).rounds[0].clone();
        let by_round = ratio_by_round(&baseline, &candidate, 0.95).unwrap();
        assert!((by_round.estimate - 0.5).abs() < 0.01, "{by_round:?}");
        let pooled = ratio(&baseline, &candidate, Some(0.95), 1).unwrap();
        assert!(pooled.estimate > 2.0, "{pooled:?}");
    }

    #[test]
    fn two_arms_of_one_variant_are_compared_and_others_are_not() {
        let arms = vec![arm(8, 300, 8_000_000), arm(8, 300, 4_000_000), arm(8, 300, 8_400_000)];
        let latency = Latency { arms, ..Latency::default() };
        assert!(twins(&latency, &["flawed", "fixed", "yours"]).is_none());
        let twins = twins(&latency, &["flawed", "fixed", "flawed"]).unwrap();
        assert!((twins["p50"].estimate - 1.05).abs() < 0.01, "{twins:?}");
    }

    #[test]
    fn a_quantile_beyond_the_data_has_no_ratio() {
        assert_eq!(ratio(&arm(8, 20, 8_000_000), &arm(8, 20, 4_000_000), Some(0.999), 1), None);
    }
}
