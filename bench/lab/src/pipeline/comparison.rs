//! One seam exercise: flawed against any number of candidates, in one interleaved run, all other seams fixed.

use super::claims::Claims;
use super::counts::traced;
use super::growth::{self, Scaling};
use super::phase_series::run_phases;
use super::refusal::{Answering, differences, slices};
use super::start::{lanes, start};
use super::together::count_alive;
use super::under_load::Statuses;
use super::warm_up::warm_up_scope;
use super::{
    Asking, Bench, Candidate, Comparison, Depth, Plan, Scope, compare_all, interleave_lanes, mde, placebo, ratios,
    remark, rows,
};
use crate::arms::{Arm, Shop};
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::verdict::Evidence;
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
    let differences = compare_all(&bench.driver, &asking, &arms).await?;
    for (arm, difference) in differences.into_iter().enumerate().skip(1) {
        if difference.is_some() {
            shop.retire(arm).await;
        }
        let (ratios, judged) = (BTreeMap::new(), Vec::new());
        comparison.candidates.push(Candidate { arm, difference, ratios, judged, mde: None });
    }
    if comparison.candidates.iter().any(|candidate| candidate.difference.is_none()) {
        evidence(bench, exercise, &mut shop, scope, &mut comparison).await?;
    }
    shop.stop(bench.test_bed).await;
    comparison.seconds = begin.elapsed().as_secs_f64();
    Ok(comparison)
}

async fn evidence(
    bench: &Bench<'_>,
    exercise: &Exercise,
    shop: &mut Shop,
    scope: Scope,
    comparison: &mut Comparison,
) -> Result<(), Failure> {
    let plan = Plan::of(&exercise.load);
    let slice = traced(exercise);
    let mix = shop.mix(exercise, 0)?;
    let asked = (&mix, exercise.load.requests.as_slice());
    let mut answering = Answering::of(comparison);
    let claims: Vec<Claims> = comparison.names.iter().map(|name| Claims::of(exercise, name, scope)).collect();

    let mut rows = vec![None; shop.arms.len()];
    if rows::wanted(exercise) {
        bench.step("counts: rows examined");
        for arm in answering.arms() {
            rows[arm] = Some(rows::rows_examined(bench, exercise, shop, arm, &mix, slice).await?);
        }
    }
    let unsteady = warm_up_scope(bench, &lanes(shop, &answering.alive, &mix), plan, scope).await?;
    if !unsteady.is_empty() && scope == Scope::Depth(Depth::Measure) {
        comparison.remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
    }
    bench.step("counts: traced requests");
    comparison.counted = count_alive(bench, exercise, (&shop.arms, &answering.alive), &mix, scope).await?;
    for (counted, rows) in comparison.counted.iter_mut().zip(rows) {
        counted.counts.extend(rows.map(|rows| (rows::ROWS_EXAMINED.to_owned(), rows)));
    }
    let answers: Vec<_> = comparison.counted.iter_mut().map(|counted| std::mem::take(&mut counted.answers)).collect();
    let found = differences(
        asked,
        &slices(&answers),
        Statuses::Compared,
        |_| "the counts".to_owned(),
        &mut comparison.compared,
    );
    answering.refuse(shop, comparison, found).await;
    if answering.is_over() {
        comparison.counted.clear();
        return Ok(());
    }
    let scaling = Scaling::of(bench, exercise, shop, (&answering.alive, scope), comparison).await?;
    if let Some(scaling) = &scaling {
        let asked = (&scaling.mix, exercise.load.requests.as_slice());
        let when = |_| "the counts at the second size".to_owned();
        let found = differences(asked, &slices(&scaling.answers), Statuses::Compared, when, &mut comparison.compared);
        answering.refuse(shop, comparison, found).await;
    }
    run_phases(bench, exercise, shop, (&claims, scope), &mut answering, comparison).await?;
    let timed_arms: Vec<bool> =
        answering.alive.iter().zip(&claims).map(|(alive, claims)| *alive && claims.timed).collect();
    let timed_arms = if answering.is_over() { vec![false; timed_arms.len()] } else { timed_arms };
    if timed_arms[0] {
        if exercise.phase.iter().any(|phase| phase.kill || !phase.cut.is_empty()) {
            warm_up_scope(bench, &lanes(shop, &timed_arms, &mix), plan, scope).await?;
        }
        let timed = scaling.as_ref().filter(|_| growth::is_timed(exercise));
        let mut all = lanes(shop, &timed_arms, &mix);
        all.extend(timed.map(|scaling| lanes(scaling.shop(shop), &timed_arms, &scaling.mix)).unwrap_or_default());
        let mut latency = interleave_lanes(bench, &all, plan).await?;
        drop(all);
        let mut answers = std::mem::take(&mut latency.answers);
        let at_second = answers.split_off(shop.arms.len());
        let when = |slice: usize| format!("latency slice {} (round {})", slice + 1, slice / 2 + 1);
        let mut found = differences(asked, &slices(&answers), Statuses::Compared, when, &mut comparison.compared);
        if let Some(scaling) = &scaling {
            let asked = (&scaling.mix, exercise.load.requests.as_slice());
            found.extend(differences(asked, &slices(&at_second), Statuses::Compared, when, &mut comparison.compared));
        }
        answering.refuse(shop, comparison, found).await;
        let second = latency.arms.split_off(shop.arms.len());
        for (first, second) in latency.arms.iter().zip(&second) {
            comparison.growth.push(growth::of(first, second));
        }
        let timed = comparison.counted.iter_mut().zip(&latency.arms).zip(&timed_arms).filter(|(_, timed)| **timed);
        for ((counted, arm), _) in timed {
            counted.counts.insert("cpu_ms_per_request".to_owned(), arm.cpu_ms);
        }
        comparison.placebo = placebo(&latency);
        remark(&latency, comparison.placebo, &mut comparison.remarks);
        comparison.latency = Some(latency);
    }
    if let Some(scaling) = scaling {
        scaling.stop(bench).await;
    }
    answering.ask_again(bench, exercise, shop, comparison, "after the last slice").await?;
    if answering.is_over() && comparison.latency.is_none() {
        comparison.counted.clear();
        return Ok(());
    }
    for candidate in comparison.candidates.iter_mut().filter(|candidate| candidate.difference.is_none()) {
        let timed = timed_arms[candidate.arm];
        if let Some(latency) = comparison.latency.as_ref().filter(|_| timed) {
            let (baseline, arm) = (&latency.arms[0], &latency.arms[candidate.arm]);
            candidate.ratios = ratios(baseline, arm);
            candidate.ratios.extend(comparison.growth.get(candidate.arm).cloned().unwrap_or_default());
            candidate.mde = Some(mde(baseline, arm, 0.95));
        }
        let evidence = Evidence {
            baseline: &comparison.counted[0].counts,
            candidate: &comparison.counted[candidate.arm].counts,
            ratios: timed.then_some(&candidate.ratios),
        };
        candidate.judged = claims[candidate.arm].judge(exercise, &evidence)?;
        bench.tell_targets(&candidate.judged);
    }
    Ok(())
}
