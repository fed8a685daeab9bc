//! The slices that are timed against those that are traced: a version that does more per request in one kind is told, and the
//! larger number counts.

use super::background::Background;
use super::judge::{COMPARED, shown};
use crate::pipeline::{Counted, Latency};

/// What the timed slices may have more of, per request: half a call, or a quarter of all. What expires in a cache is loaded more
/// often there, because the arms pause while the others are driven; a version that works otherwise when it is not traced differs
/// by whole calls.
const ABSOLUTE: f64 = 0.5;
const RELATIVE: f64 = 0.25;
/// How many times as many queries make it likely that loads are not shared where nobody looks. Counts of loads are of spans, and an
/// exercise whose cache expires has every request of its traced slice sampled.
const LOADS: f64 = 2.5;

/// Holds what passed in the timed slices of each arm against its counts; what to say.
pub(in crate::pipeline) fn compare_timed(names: &[String], counted: &mut [Counted], latency: &Latency) -> Vec<String> {
    let Some(baseline) = counted.first() else { return Vec::new() };
    let background = Background::of(&baseline.passed, &baseline.analysis.queries);
    let mut remarks = Vec::new();
    for ((name, counted), arm) in names.iter().zip(counted).zip(&latency.arms) {
        let passed = background.taken_from(&arm.passed);
        for one in &COMPARED {
            let Some(timed) = passed.per_request(one.dependencies) else { continue };
            let known = counted.outside.get(one.name).or_else(|| counted.counts.get(one.spans)).copied();
            let Some(traced) = known else { continue };
            if one.name == "db_queries_per_request" && traced > 0.0 && timed > LOADS * traced {
                let more = timed / traced;
                if let Some(loads) = counted.counts.get_mut("loads_per_expiry") {
                    *loads *= more;
                    remarks.push(format!(
                        "{name}: {} times as many statements a request while it is timed as while every request is traced; the \
                         loads per expiry count so many times",
                        shown(more)
                    ));
                }
            }
            if timed <= traced + ABSOLUTE.max(RELATIVE * traced) {
                continue;
            }
            *counted.counts.entry(one.name.to_owned()).or_default() += timed - traced;
            counted.outside.insert(one.name.to_owned(), timed);
            remarks.push(format!(
                "{name}: {} {} a request while it is timed, and {} while it is traced; the larger number counts",
                shown(timed),
                one.what,
                shown(traced)
            ));
        }
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::compare_timed;
    use crate::pipeline::outside::judge::tests::{counted, passed, shown};
    use crate::pipeline::{ArmLatency, Counted, Latency, reconcile};

    fn of(timed: u64, expiring: bool) -> (Counted, Vec<String>) {
        let names = ["flawed".to_owned(), "yours".to_owned()];
        let baseline = counted(&[shown("select a", 21.0)], passed(&[("select a", 2100)], 4.0, 100));
        let candidate = counted(&[shown("select b", 2.0)], passed(&[("select b", 200)], 4.0, 100));
        let mut both = [baseline, candidate];
        if expiring {
            both[1].counts.insert("loads_per_expiry".to_owned(), 1.0);
        }
        assert!(reconcile(&names, &mut both).is_empty());
        let arm = |calls: &[(&str, u64)]| ArmLatency { passed: passed(calls, 9.0, 200), ..ArmLatency::default() };
        let latency =
            Latency { arms: vec![arm(&[("select a", 4300)]), arm(&[("select b", timed)])], ..Latency::default() };
        let remarks = compare_timed(&names, &mut both, &latency);
        let [_, candidate] = both;
        (candidate, remarks)
    }

    #[test]
    fn more_calls_while_timed_are_told_and_count() {
        let (found, remarks) = of(4200, false);
        assert_eq!(found.counts["db_queries_per_request"], 21.0);
        assert_eq!(
            remarks,
            ["yours: 21 statements a request while it is timed, and 2 while it is traced; the larger number counts"]
        );
    }

    #[test]
    fn what_a_cache_loads_again_after_a_pause_does_not_count() {
        let (found, remarks) = of(490, false);
        assert_eq!((found.counts["db_queries_per_request"], remarks.len()), (2.0, 0));
        assert_eq!(of(490, true).0.counts["loads_per_expiry"], 1.0);
        assert_eq!(of(1200, true).0.counts["loads_per_expiry"], 3.0);
    }
}
