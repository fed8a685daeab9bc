//! Whether the machine stood still while a story was told: where it did not, a time that is off says nothing about the stages.

use crate::delays::Calibration;
use crate::pipeline::Latency;

/// A stage's requests are alike and come one at a time, so a p95 this far above the median is the machine's doing. Seen in 22 quiet
/// runs: 1.04 to 1.25; beside a program that streams through memory on 40 % of a core: 1.19 to 1.36.
const TAIL: f64 = 1.25;
/// The delays were solved for a first stage of some length. Seen in quiet runs: 0.97 to 1.07 of it; 1.11 in a run that read 0.75 and
/// 0.50 after the host had become slower.
const DRIFT: f64 = 0.10;
/// How far the database's share that both ratios ask for may lie beyond the bounds: six points of it are five of a ratio. Seen in quiet
/// runs: up to four points below them.
const BEYOND: f64 = 0.06;

/// What speaks against a verdict "missed", one sentence each.
pub(super) fn doubts(latency: &Latency, calibration: &Calibration) -> Vec<String> {
    let mut doubts = Vec::new();
    let stages = latency.arms.iter().map(|stage| stage.merged());
    let tail = stages.map(|all| all.value_at_quantile(0.95) as f64 / all.value_at_quantile(0.5).max(1) as f64);
    let widest = tail.fold(0.0, f64::max);
    if widest > TAIL {
        doubts.push(format!(
            "requests that are alike had a p95 {widest:.2} times their median: something disturbed them"
        ));
    }
    let first = latency.arms.first().map_or(0.0, |stage| stats::mean(&stage.merged()).unwrap_or(0.0) / 1e6);
    if (first / calibration.request_ms - 1.0).abs() > DRIFT {
        doubts.push(format!(
            "the delays were solved for requests of {:.1} ms, which then took {first:.1} ms: the machine changed meanwhile",
            calibration.request_ms
        ));
    }
    if calibration.beyond.abs() > BEYOND {
        doubts.push(format!(
            "for both ratios the database would need a share that is {:+.0} points beyond what may be set for it here",
            calibration.beyond * 100.0
        ));
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::ArmLatency;
    use load::histogram;

    /// A stage whose requests take these milliseconds.
    fn stage(ms: impl IntoIterator<Item = u64> + Clone) -> ArmLatency {
        let slice = || {
            let mut slice = histogram();
            ms.clone().into_iter().for_each(|ms| slice.record(ms * 1_000_000).unwrap());
            slice
        };
        ArmLatency { rounds: vec![[slice(), slice()]], ..ArmLatency::default() }
    }

    fn doubted(stages: Vec<ArmLatency>, request_ms: f64, beyond: f64) -> usize {
        let latency = Latency { arms: stages, ..Latency::default() };
        doubts(&latency, &Calibration { request_ms, beyond, ..Calibration::default() }).len()
    }

    #[test]
    fn a_machine_that_stood_still_excuses_nothing() {
        assert_eq!(doubted(vec![stage(95..105), stage(48..52)], 97.0, -0.04), 0);
    }

    #[test]
    fn a_long_tail_a_drift_and_a_share_out_of_reach_are_each_told() {
        let disturbed = stage((0..20).map(|nth| if nth < 18 { 50 } else { 80 }));
        assert_eq!(doubted(vec![stage(95..105), disturbed], 97.0, 0.0), 1);
        assert_eq!(doubted(vec![stage(95..105)], 85.0, 0.0), 1);
        assert_eq!(doubted(vec![stage(95..105)], 115.0, 0.0), 1);
        assert_eq!(doubted(vec![stage(95..105)], 97.0, 0.07), 1);
    }
}
