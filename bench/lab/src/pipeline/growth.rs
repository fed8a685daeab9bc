//! The second size of an exercise: everything counted once more there, and how latency grows from the first.

use super::start::start;
use super::together::count_alive;
use super::warm_up::warm_up_scope;
use super::{ArmLatency, Bench, Comparison, Lane, Plan, SEED, Scope, SystemUnderTest, ratio, reconcile};
use crate::arms::Shop;
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::verdict::quotient;
use load::{KeptAnswer, Mix};
use stats::Interval;
use std::collections::BTreeMap;

/// What is there at the second size.
pub(super) struct Scaling {
    /// What is asked there.
    pub mix: Mix,
    /// By arm: the answers of the counted slices.
    pub answers: Vec<Vec<Vec<KeptAnswer>>>,
    /// Arms with the larger catalogue; `None` where only the requests grow.
    shop: Option<Shop>,
}

impl Scaling {
    /// Counts every arm at the second size; `None` for an exercise without sizes.
    ///
    /// # Errors
    /// Those of starting and counting.
    pub async fn of(
        bench: &Bench<'_>,
        exercise: &Exercise,
        first: &Shop,
        (alive, scope): (&[bool], Scope),
        comparison: &mut Comparison,
    ) -> Result<Option<Self>, Failure> {
        let Some(shape) = &exercise.shape else { return Ok(None) };
        bench.step("counts: at the second size");
        let shop = match shape.catalogue {
            Some(_) => {
                let mut shop = start(bench, exercise, &comparison.names, 1).await?;
                for arm in (0..alive.len()).filter(|arm| !alive[*arm]) {
                    shop.retire(arm).await;
                }
                Some(shop)
            }
            None => None,
        };
        let mut scaling = Self { answers: Vec::new(), mix: shop.as_ref().unwrap_or(first).mix(exercise, 1)?, shop };
        let arms = &scaling.shop(first).arms;
        let lane =
            |arm: usize| Lane { arm: alive[arm].then_some(&arms[arm] as &dyn SystemUnderTest), mix: &scaling.mix };
        let lanes: Vec<Lane<'_>> = (0..arms.len()).map(lane).collect();
        warm_up_scope(bench, &lanes, Plan::of(&exercise.load), scope).await?;
        let mut second = count_alive(bench, exercise, (arms, alive), &scaling.mix, scope).await?;
        let remarks = reconcile(&comparison.names, &mut second).into_iter();
        comparison.remarks.extend(remarks.map(|remark| format!("{remark} (second size)")));
        for (first, second) in comparison.counted.iter_mut().zip(&second) {
            add(&mut first.counts, &second.counts);
        }
        scaling.answers = second.into_iter().map(|counted| counted.answers).collect();
        Ok(Some(scaling))
    }

    /// The arms at the second size.
    pub fn shop<'a>(&'a self, first: &'a Shop) -> &'a Shop {
        self.shop.as_ref().unwrap_or(first)
    }

    /// Ends what was started for the second size alone.
    pub async fn stop(self, bench: &Bench<'_>) {
        if let Some(shop) = self.shop {
            shop.stop(bench.test_bed).await;
        }
    }
}

/// `COUNT@4n` and `COUNT_growth` beside each count.
fn add(counts: &mut BTreeMap<String, f64>, second: &BTreeMap<String, f64>) {
    let both: Vec<(String, f64, f64)> =
        counts.iter().filter_map(|(name, first)| Some((name.clone(), *first, *second.get(name)?))).collect();
    for (name, first, second) in both {
        counts.insert(format!("{name}_growth"), quotient(second, first));
        counts.insert(format!("{name}@4n"), second);
    }
}

/// Whether a target asks how latency grows: measuring it doubles the slices.
pub(super) fn is_timed(exercise: &Exercise) -> bool {
    exercise.target.iter().any(|target| matches!(target.name.as_str(), "p50_growth" | "p95_growth"))
}

/// `p50_growth` and `p95_growth` of one arm.
pub(super) fn of(first: &ArmLatency, second: &ArmLatency) -> BTreeMap<String, Interval> {
    let of = |(name, q): (&str, f64)| Some((name.to_owned(), ratio(first, second, Some(q), SEED)?));
    [("p50_growth", 0.5), ("p95_growth", 0.95)].into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::add;
    use std::collections::BTreeMap;

    #[test]
    fn every_count_gets_its_second_value_and_its_growth() {
        let of = |queries: f64| -> BTreeMap<String, f64> {
            [("db_queries_per_request".to_owned(), queries), ("rpc_calls_per_request".to_owned(), 0.0)].into()
        };
        let mut counts = of(11.0);
        add(&mut counts, &of(41.0));
        assert_eq!(counts["db_queries_per_request@4n"], 41.0);
        assert!((counts["db_queries_per_request_growth"] - 41.0 / 11.0).abs() < 1e-12);
        assert_eq!(counts["rpc_calls_per_request_growth"], 1.0, "none and none: it does not grow");
    }
}
