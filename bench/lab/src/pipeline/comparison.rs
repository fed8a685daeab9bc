//! One seam exercise: flawed against any number of candidates, in one interleaved run, all other seams fixed.

use super::contract::all_hold;
use super::effects::Books;
use super::start::start;
use super::trial::Trial;
use super::{Asking, Bench, Candidate, Comparison, Scope, compare_all};
use crate::arms::Arm;
use crate::exercise::Exercise;
use crate::exit::Failure;
use std::collections::BTreeMap;
use std::time::Instant;

/// Runs flawed against `candidates` (`fixed`, `yours`, `trap:NAME`); the exercise is drawn ([`Exercise::drawn`]).
///
/// # Errors
/// Those of the parts: exit 2, 3 or 4.
pub async fn run(
    bench: &Bench<'_>,
    exercise: &Exercise,
    candidates: &[String],
    scope: Scope,
) -> Result<Comparison, Failure> {
    let begin = Instant::now();
    let names: Vec<String> = std::iter::once("flawed".to_owned()).chain(candidates.iter().cloned()).collect();
    bench.feed.start(Some(&exercise.id), &names.iter().map(String::as_str).collect::<Vec<_>>());
    bench.step(&format!("starting {}: {}", exercise.service, names.join(", ")));
    let mut shop = start(bench, exercise, &names, 0).await?;
    let books = Books::open(bench, exercise, &shop).await?;
    let mut comparison = Comparison {
        names,
        counted: Vec::new(),
        latency: None,
        candidates: Vec::new(),
        growth: Vec::new(),
        placebo: None,
        remarks: Vec::new(),
        seed: exercise.load.seed,
        compared: 0,
        seconds: 0.0,
    };
    let asking = Asking::first(exercise);
    bench.step(&format!("behaviour: {} cases", asking.len()));
    let arms: Vec<&Arm> = shop.arms.iter().collect();
    let (differences, contract) =
        tokio::try_join!(compare_all(&bench.driver, &asking, &arms), all_hold(bench, exercise, &comparison.names))?;
    for (arm, (asked, tested)) in differences.into_iter().zip(contract).enumerate().skip(1) {
        let difference = asked.or(tested);
        if difference.is_some() {
            shop.retire(arm).await;
        }
        let (ratios, judged) = (BTreeMap::new(), Vec::new());
        comparison.candidates.push(Candidate { arm, difference, ratios, judged, mde: None });
    }
    let mut trial = Trial::of(bench, exercise, (shop, books), scope, comparison);
    trial.evidence().await?;
    let Trial { shop, mut comparison, .. } = trial;
    comparison.remarks.extend(shop.arms.iter().filter_map(Arm::printed));
    shop.stop(bench.test_bed).await;
    comparison.seconds = begin.elapsed().as_secs_f64();
    Ok(comparison)
}
