//! The result in the shape of any other run: one object, one page.

use super::demand::Demand;
use super::judge::judge;
use super::pair::Compared;
use crate::clock;
use crate::machine::Machine;
use crate::pipeline::{Counted, Difference, mde, placebo, ratios, remark};
use crate::report::{ArmReport, PageData, Report, of_latency};
use crate::verdict::{Verdict, verdict};

/// What a comparison is called among the runs.
const NAME: &str = "compare";

/// What was found about two addresses; `compared` is `None` where they answer differently and nothing was timed.
pub fn result(
    addresses: [String; 2],
    demand: &Demand,
    (compared, difference): (Option<&Compared>, Option<Difference>),
    (margin, seconds, reproduce): (f64, f64, String),
) -> (Report, PageData) {
    let latency = compared.map(|compared| &compared.latency);
    let mut report = Report {
        exercise: NAME.to_owned(),
        verdict: Verdict::BehaviourChanged,
        difference,
        machine: Machine::here(),
        seconds,
        ..Report::default()
    };
    if let Some(Compared { latency, unsteady }) = compared {
        if !unsteady.is_empty() {
            report.remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
        }
        let [base, candidate] =
            [0, 1].map(|place| ArmReport::of(&addresses[place], &Counted::default(), Some(latency), place));
        report.ratio = ratios(&latency.arms[0], &latency.arms[1]);
        report.targets = judge(&report.ratio, latency.kept(), margin);
        report.verdict = verdict(&report.targets);
        report.placebo = placebo(latency);
        report.minimum_detectable_effect =
            Some(mde(&latency.arms[0], &latency.arms[1], 0.95)).filter(|mde| mde.is_finite());
        report.rounds = Some([latency.planned, latency.kept()]);
        remark(latency, report.placebo, &mut report.remarks);
        (report.baseline, report.candidate) = (Some(base), Some(candidate));
    }
    let page = PageData {
        title: format!("{} against {}", addresses[1], addresses[0]),
        at: clock::now(),
        reproduce,
        behaviour_cases: demand.cases.len(),
        ..latency.map_or_else(PageData::default, |latency| of_latency(&["base", "candidate"], latency))
    };
    (report, page)
}
