//! The result in the shape of any other run: one object, one page.

use super::demand::Demand;
use super::judge::judge;
use super::margin::Margin;
use super::pair::Compared;
use crate::clock;
use crate::machine::Machine;
use crate::pipeline::{Counted, Difference, Latency, mde, placebo, ratios, remark};
use crate::report::{ArmReport, PageData, Report, of_latency};
use crate::verdict::{Verdict, verdict};
use trace::Analysis;

/// What a comparison is called among the runs.
const NAME: &str = "compare";

/// What a service must do for its traces to come.
const NO_TRACES: &str =
    "it must continue the trace of a `traceparent` header, and send spans to the address above within six seconds";

/// What was found about two addresses; `compared` is `None` where they answer differently and nothing was timed.
pub fn result(
    addresses: [String; 2],
    demand: &Demand,
    (compared, difference): (Option<&Compared>, Option<Difference>),
    (margin, seconds, reproduce): (Margin, f64, String),
) -> (Report, PageData) {
    let mut report = Report {
        exercise: NAME.to_owned(),
        verdict: Verdict::BehaviourChanged,
        difference,
        machine: Machine::here(),
        seconds,
        ..Report::default()
    };
    if let Some(Compared { latency, unsteady, traces }) = compared {
        if !unsteady.is_empty() {
            report.remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
        }
        let [base, candidate] = [0, 1].map(|place| {
            let traced = traces.as_ref().and_then(|traces| traces[place].as_ref());
            arm(&addresses[place], traced, latency, place)
        });
        let silent = traces.iter().flatten().zip(["base", "candidate"]).filter(|(traced, _)| traced.is_none());
        report.remarks.extend(silent.map(|(_, name)| format!("no traces came from the {name}: {NO_TRACES}")));
        if let Some([Some(was), Some(is)]) = traces {
            report.traced = Some([was.requests, is.requests]);
        }
        report.ratio = ratios(&latency.arms[0], &latency.arms[1]);
        report.targets = judge(&report.ratio, latency.kept(), margin, |name| base.ms(name));
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
        ..compared.map_or_else(PageData::default, |Compared { latency, traces, .. }| {
            of_latency(&["base", "candidate"], latency, traces.as_ref().map_or(&[], |traces| traces.as_slice()))
        })
    };
    (report, page)
}

fn arm(address: &str, traced: Option<&Analysis>, latency: &Latency, place: usize) -> ArmReport {
    let Some(analysis) = traced else { return ArmReport::of(address, &Counted::default(), Some(latency), place) };
    let counted = Counted { analysis: analysis.clone(), counts: analysis.counts.clone(), ..Counted::default() };
    ArmReport {
        where_time_goes: Some(analysis.where_time_goes.clone()),
        suspects: analysis.suspects.clone(),
        ..ArmReport::of(address, &counted, Some(latency), place)
    }
}
