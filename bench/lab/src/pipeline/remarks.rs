//! What a reader should know about a run: an unsteady machine, rounds that were lost, how much longer would have told.

use super::{Latency, twins};
use crate::verdict::TargetOutcome;
use stats::{self, Interval};

/// What the run says about the machine.
pub fn remark(latency: &Latency, placebo: Option<Interval>, remarks: &mut Vec<String>) {
    if let Some(placebo) = placebo.filter(|placebo| placebo.excludes(1.0)) {
        remarks.push(format!(
            "the machine is unsteady: the baseline against itself gives {:.2} [{:.2}–{:.2}], which should include 1",
            placebo.estimate, placebo.low, placebo.high
        ));
    }
    if latency.taken > 0 {
        let taken = latency.taken;
        remarks.push(format!("the host took the CPU during {taken} rounds; others were driven in their place"));
    }
    let lost = latency.planned - latency.kept();
    if lost > 0 {
        let why = latency.voided.first().cloned().unwrap_or_default();
        remarks.push(format!("{lost} of {} rounds are void; {why}", latency.planned));
    }
    if latency.busy > 0.7 {
        remarks.push(format!(
            "the cores were {:.0} % busy, so the latencies show queues and not only work",
            latency.busy * 100.0
        ));
    }
}

/// What two arms of the same variant say, where a run has them: whether starting it twice makes a difference of its own.
pub fn remark_twins(latency: &Latency, names: &[String], remarks: &mut Vec<String>) {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (statistic, ratio) in twins(latency, &names).unwrap_or_default() {
        if ratio.excludes(1.0) && !statistic.contains('.') {
            remarks.push(format!(
                "two arms that run the same variant differ at {statistic}: {:.2} [{:.2}–{:.2}], which should include 1; a difference \
                 of this size between two versions says nothing",
                ratio.estimate, ratio.low, ratio.high
            ));
        }
    }
}

/// What an inconclusive target would have taken: the length at which its distance from the limit is the smallest effect
/// that is seen. `None` where the estimate lies on the limit.
pub fn longer(judged: &TargetOutcome, mde: Option<f64>, seconds: f64) -> Option<f64> {
    let margin = (judged.value? / judged.limit).ln().abs();
    let mde = mde.filter(|mde| mde.is_finite())?;
    (margin > 1e-3).then(|| seconds * stats::longer_by(mde, margin.exp_m1()))
}
