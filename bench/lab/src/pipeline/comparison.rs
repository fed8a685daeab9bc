//! One seam exercise: flawed against any number of candidates, in one interleaved run, all other seams fixed.

use super::claims::Claims;
use super::counts::traced;
use super::growth::{self, Scaling};
use super::start::{lanes, start};
use super::together::{count_alive, phase_together};
use super::warm_up::warm_up_scope;
use super::{
    Bench, Candidate, Comparison, Depth, Plan, SEED, Scope, compare_all, interleave_lanes, mde, placebo, ratios,
    remark, remark_twins, rows, run_phase,
};
use crate::arms::{Arm, Shop};
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::verdict::Evidence;
use std::collections::BTreeMap;
use std::time::Instant;

/// Runs flawed against `candidates` (`fixed`, `yours`, `trap:NAME`).
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
        seconds: 0.0,
    };
    bench.step(&format!("behaviour: {} cases", exercise.behaviour.len()));
    let arms: Vec<&Arm> = shop.arms.iter().collect();
    let differences = compare_all(&bench.driver, &exercise.behaviour, &arms).await?;
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
    let plan = Plan::of(&exercise.load, SEED);
    let slice = traced(exercise);
    let mix = shop.mix(exercise, 0)?;
    let mut alive = vec![true; shop.arms.len()];
    comparison.candidates.iter().for_each(|candidate| alive[candidate.arm] = candidate.difference.is_none());
    let alive_arms = || (0..alive.len()).filter(|arm| alive[*arm]);
    let claims: Vec<Claims> = comparison.names.iter().map(|name| Claims::of(exercise, name, scope)).collect();

    let mut rows = vec![None; alive.len()];
    if rows::wanted(exercise) {
        bench.step("counts: rows examined");
        for arm in alive_arms() {
            rows[arm] = Some(rows::rows_examined(bench, exercise, shop, arm, &mix, slice).await?);
        }
    }
    let unsteady = warm_up_scope(bench, &lanes(shop, &alive, &mix), plan, scope).await?;
    if !unsteady.is_empty() && scope == Scope::Depth(Depth::Measure) {
        comparison.remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
    }
    bench.step("counts: traced requests");
    comparison.counted = count_alive(bench, exercise, (&shop.arms, &alive), &mix, scope).await?;
    for (counted, rows) in comparison.counted.iter_mut().zip(rows) {
        counted.counts.extend(rows.map(|rows| (rows::ROWS_EXAMINED.to_owned(), rows)));
    }
    let scaling = Scaling::of(bench, exercise, shop, (&alive, scope), comparison).await?;
    for (number, phase) in exercise.phase.iter().enumerate() {
        let places: Vec<usize> = alive_arms().filter(|arm| claims[*arm].phases[number]).collect();
        let together = phase_together(phase, scope);
        bench.step(&format!("phase {}: {} s{}", phase.name, phase.seconds, if together { "" } else { " an arm" }));
        for places in places.chunks(if together { places.len().max(1) } else { 1 }) {
            let seed = SEED + 1_000 + number as u64;
            let found = run_phase(bench, exercise, phase, shop, places, seed).await?;
            for (place, (counts, timeline)) in places.iter().zip(found) {
                comparison.counted[*place].counts.extend(counts);
                comparison.counted[*place].phases.push(timeline);
            }
        }
    }
    let timed_arms: Vec<bool> = alive.iter().zip(&claims).map(|(alive, claims)| *alive && claims.timed).collect();
    if timed_arms[0] {
        if exercise.phase.iter().any(|phase| phase.kill || !phase.cut.is_empty()) {
            warm_up_scope(bench, &lanes(shop, &timed_arms, &mix), plan, scope).await?;
        }
        let timed = scaling.as_ref().filter(|_| growth::is_timed(exercise));
        let mut all = lanes(shop, &timed_arms, &mix);
        all.extend(timed.map(|scaling| lanes(scaling.shop(shop), &timed_arms, &scaling.mix)).unwrap_or_default());
        let mut latency = interleave_lanes(bench, &all, plan).await?;
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
        remark_twins(&latency, &comparison.names, &mut comparison.remarks);
        comparison.latency = Some(latency);
    }
    if let Some(scaling) = scaling {
        scaling.stop(bench).await;
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
