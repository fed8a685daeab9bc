//! `cargo lab observe`: golden signals and where the time goes, of the shop as it is. Evidence, no causes.

mod bodies;
mod signals;
mod text;
mod view;
mod waterfall;

use crate::arms::{Arm, ArmSpec, Shop, ShopSpec, needs_of, programs_for};
use crate::context::Context;
use crate::exercise::{Exercise, probe};
use crate::exit::{Exit, Failure};
use crate::experiment::{announce_observe, save_observed};
use crate::pipeline::{Bench, Counted, Latency, Plan, TraceSlice, count, interleave, new_seed, warm_up, with_bench};
use signals::Saturation;
use std::time::Duration;
use trace::Suspect;
use view::Observed;

/// Rounds of an observation: each drives the shop twice.
const ROUNDS: usize = 6;

/// Drives the service of an exercise with the learner's version, all other seams fixed; a story as it was found.
///
/// # Errors
/// Exit 2, 3 or 4.
pub async fn run(context: &Context, id: Option<&str>) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    announce_observe(context, exercise);
    let variants = match &exercise.story {
        Some(story) => story.stages.first().map_or(String::new(), |stage| stage.variants.clone()),
        None => format!("{}=yours,*=fixed", exercise.id),
    };
    let command = format!("observe {}", exercise.id);
    let exit = with_bench(context, &command, &programs_for(exercise), needs_of(exercise), async |bench| {
        let (counted, latency, saturation) = observe(bench, exercise, variants).await?;
        let observed = Observed::of(exercise, &counted, &latency, saturation);
        let object = serde_json::to_value(&observed)
            .map_err(|error| Failure::unfit(format!("no JSON can be made of it: {error}")))?;
        let terminal = context.terminal;
        context.answer(&text::text(exercise, &observed, terminal, terminal.width()), &object);
        Ok(Exit::Pass)
    })
    .await?;
    save_observed(context, exercise)?;
    Ok(exit)
}

async fn observe(
    bench: &Bench<'_>,
    exercise: &Exercise,
    variants: String,
) -> Result<(Counted, Latency, Saturation), Failure> {
    let exercise = &exercise.drawn(new_seed())?;
    let load = &exercise.load;
    let arms = vec![ArmSpec { name: "as it is".to_owned(), variants }];
    let spec = ShopSpec::of(exercise, arms, &bench.binaries, &bench.logs);
    bench.feed.start(Some(&exercise.id), &["as it is"]);
    let shop = Shop::start(bench.test_bed, &bench.receiver, &bench.driver, &probe(exercise)?, spec).await?;
    let arm = &shop.arms[0];
    let mix = shop.mix(exercise, 0)?;
    let plan = Plan { rounds: ROUNDS, ..Plan::of(load) };
    warm_up(bench, &shop, &mix, plan).await?;
    // Nothing is judged here, so nobody is to be fooled, and every trace helps.
    let slice = TraceSlice {
        rate_rps: load.rate_rps,
        length: Duration::from_secs(3),
        seed: load.seed,
        arrivals: load.arrivals,
        sampled: 1.0,
    };
    let mut counted = count(bench, arm, exercise, &mix, &[slice]).await?;
    let latency = interleave(bench, &shop, &mix, plan).await?;
    let bodies = bodies::of_load(bench, arm, exercise).await?;
    let analysis = &mut counted.analysis;
    let fat: Vec<Suspect> =
        bodies.iter().filter_map(|bodies| Suspect::fat_body(bodies.as_bodies(), analysis)).collect();
    analysis.accuse(fat);
    // Nothing was traced since: whatever came in the meantime came too late for the analysis.
    let afterwards = bench.receiver.take().lost();
    analysis.lost.late += afterwards.late;
    analysis.lost.dropped_by_services += afterwards.dropped_by_services;
    let saturation = Saturation::of(&bench.receiver.readings().0, &latency, analysis);
    shop.arms.iter().filter_map(Arm::printed).for_each(|printed| bench.context.terminal.step(&printed));
    shop.stop(bench.test_bed).await;
    Ok((counted, latency, saturation))
}

#[cfg(test)]
mod tests;
