//! The placebo: the baseline measured against itself, in every run, for nothing.

use super::{CONFIDENCE, Interval, hodges_lehmann, round_effect};

/// The ratio of the second to the first baseline slice over all rounds, each entry holding the statistic of both. It should
/// hold 1; if it excludes 1, the machine drifts within a round by more than chance, and a verdict must say so. `None`
/// with too few rounds for an interval, rounds with a missing value left out.
pub fn placebo(slices: &[(f64, f64)]) -> Option<Interval> {
    let effects: Vec<f64> = slices.iter().filter_map(|(first, second)| round_effect(&[*first], &[*second])).collect();
    hodges_lehmann(&effects, CONFIDENCE).map(Interval::exp)
}

#[cfg(test)]
mod tests {
    use super::placebo;

    #[test]
    fn a_steady_machine_passes_and_a_drifting_one_is_caught() {
        let steady: Vec<_> = (0..20).map(|i| if i % 2 == 0 { (10.0, 10.4) } else { (10.4, 10.0) }).collect();
        assert!(!placebo(&steady).unwrap().excludes(1.0));
        let drifting: Vec<_> = (0..20).map(|i| (10.0, 10.8 + 0.01 * f64::from(i))).collect();
        assert!(placebo(&drifting).unwrap().excludes(1.0));
    }

    #[test]
    fn rounds_without_a_value_are_left_out() {
        assert_eq!(placebo(&[(1.0, 0.0); 10]), None);
        assert_eq!(placebo(&[]), None);
    }
}
