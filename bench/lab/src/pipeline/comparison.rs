//! One seam exercise: flawed against any number of candidates, in one interleaved run, all other seams fixed.

use super::changes::Changes;
use super::claims::Claims;
use super::counts::traced;
use super::effects::Books;
use super::growth::{self, Scaling};
use super::outside::compare_timed;
use super::refused::end_refused;
use super::start::{lanes, start};
use super::together::{count_alive, phase_together};
use super::warm_up::warm_up_scope;
use super::{
    Bench, Candidate, Comparison, Depth, Difference, Plan, SEED, Scope, compare_all, interleave_lanes, mde, placebo,
    ratios, reconcile, remark, remark_twins, rows, run_phase,
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
    let books = Books::open(bench, exercise, &shop).await?;
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
        evidence(bench, exercise, &mut shop, (scope, books), &mut comparison).await?;
    }
    comparison.remarks.extend(shop.arms.iter().filter_map(Arm::printed));
    shop.stop(bench.test_bed).await;
    comparison.seconds = begin.elapsed().as_secs_f64();
    Ok(comparison)
}

async fn evidence(
    bench: &Bench<'_>,
    exercise: &Exercise,
    shop: &mut Shop,
    (scope, mut books): (Scope, Option<Books>),
    comparison: &mut Comparison,
) -> Result<(), Failure> {
    let plan = Plan::of(&exercise.load, SEED);
    let slice = traced(exercise);
    let mix = shop.mix(exercise, 0)?;
    let mut alive = vec![true; shop.arms.len()];
    comparison.candidates.iter().for_each(|candidate| alive[candidate.arm] = candidate.difference.is_none());
    let mut claims: Vec<Claims> = comparison.names.iter().map(|name| Claims::of(exercise, name, scope)).collect();

    let mut rows = vec![None; alive.len()];
    if rows::wanted(exercise) {
        bench.step("counts: rows examined");
        for arm in (0..alive.len()).filter(|arm| alive[*arm]) {
            rows[arm] = Some(rows::rows_examined(bench, exercise, shop, arm, &mix, slice).await?);
        }
    }
    let unsteady = warm_up_scope(bench, &lanes(shop, &alive, &mix), plan, scope).await?;
    if !unsteady.is_empty() && scope == Scope::Depth(Depth::Measure) {
        comparison.remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
    }
    bench.step("counts: traced requests");
    comparison.counted = count_alive(bench, exercise, (&shop.arms, &alive), &mix, scope).await?;
    comparison.remarks.extend(reconcile(&comparison.names, &mut comparison.counted));
    for (counted, rows) in comparison.counted.iter_mut().zip(rows) {
        counted.counts.extend(rows.map(|rows| (rows::ROWS_EXAMINED.to_owned(), rows)));
    }
    let mut changes = Changes::of(bench, exercise, SEED);
    let late = changes.in_mid_run(shop, &alive).await?;
    if !refused(late, shop, &mut alive, comparison).await {
        return Ok(());
    }
    let scaling = Scaling::of(bench, exercise, shop, (&alive, scope), comparison).await?;
    end_refused(exercise, shop, (scope, 0), comparison, &mut claims).await?;
    for (number, phase) in exercise.phase.iter().enumerate() {
        let places: Vec<usize> = (0..alive.len()).filter(|arm| alive[*arm] && claims[*arm].phases[number]).collect();
        let together = phase_together(phase, scope);
        bench.step(&format!("phase {}: {} s{}", phase.name, phase.seconds, if together { "" } else { " an arm" }));
        for places in places.chunks(if together { places.len().max(1) } else { 1 }) {
            let seed = SEED + 1_000 + number as u64;
            let before = match &books {
                Some(books) => books.before(shop, places).await?,
                None => Vec::new(),
            };
            let found = run_phase(bench, exercise, phase, shop, places, seed).await?;
            if let Some(books) = &mut books {
                books.after((exercise, phase), shop, places, before).await?;
            }
            for (place, (counts, timeline)) in places.iter().zip(found) {
                comparison.counted[*place].counts.extend(counts);
                comparison.counted[*place].phases.push(timeline);
            }
        }
        let through: Vec<bool> = (0..alive.len()).map(|arm| places.contains(&arm)).collect();
        let late = if through[0] { changes.after_phase(&phase.name, shop, &through).await? } else { Vec::new() };
        if !refused(late, shop, &mut alive, comparison).await {
            ended(scaling, bench).await;
            return Ok(());
        }
        end_refused(exercise, shop, (scope, number + 1), comparison, &mut claims).await?;
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
        comparison.remarks.extend(compare_timed(&comparison.names, &mut comparison.counted, &latency));
        comparison.placebo = placebo(&latency);
        remark(&latency, comparison.placebo, &mut comparison.remarks);
        remark_twins(&latency, &comparison.names, &mut comparison.remarks);
        comparison.latency = Some(latency);
    }
    ended(scaling, bench).await;
    let mut wrong = changes.at_the_end(shop, &alive).await?;
    if let Some(books) = &books {
        // The baseline's own books are an author's business: a learner need not wait until its outbox is empty.
        let asked: Vec<bool> = (0..alive.len()).map(|arm| alive[arm] && (arm > 0 || scope == Scope::Claimed)).collect();
        for (known, new) in wrong.iter_mut().zip(books.settle(bench, shop, &asked).await?) {
            *known = known.take().or(new);
        }
    }
    if !refused(wrong, shop, &mut alive, comparison).await {
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

async fn ended(scaling: Option<Scaling>, bench: &Bench<'_>) {
    if let Some(scaling) = scaling {
        scaling.stop(bench).await;
    }
}

/// Takes note of what differs and ends those arms; whether there is a candidate left.
async fn refused(
    differences: Vec<Option<Difference>>,
    shop: &mut Shop,
    alive: &mut [bool],
    comparison: &mut Comparison,
) -> bool {
    for (arm, difference) in differences.into_iter().enumerate() {
        let Some(candidate) = comparison.candidates.iter_mut().find(|one| one.arm == arm) else { continue };
        if difference.is_some() && alive[arm] {
            candidate.difference = difference;
            alive[arm] = false;
            shop.retire(arm).await;
        }
    }
    let left = alive.iter().skip(1).any(|alive| *alive);
    if !left {
        // As after a behaviour that differs at once: what was counted of a wrong answer is no evidence.
        comparison.counted.clear();
    }
    left
}
