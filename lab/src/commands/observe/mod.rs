//! `cargo lab observe`: golden signals and where the time goes, of the shop as it is. Evidence, no causes.

use super::Context;
use crate::arms::{ArmSpec, Shop, ShopSpec, binaries_for, needs_of};
use crate::exercise::{Exercise, probe};
use crate::exit::{Exit, Failure};
use crate::pipeline::{Bench, Counted, Latency, Plan, SEED, TraceSlice, count, interleave, warm_up, with_bench};
use crate::report::{ArmReport, LatencyMs, bars, number};
use comfy_table::{Table, presets};
use serde_json::json;
use std::time::Duration;

/// Rounds of an observation: each drives the shop twice.
const ROUNDS: usize = 6;

/// Drives the service of an exercise with the learner's version, all other seams fixed; a story as it was found.
///
/// # Errors
/// Exit 2, 3 or 4.
pub async fn run(context: &Context, id: Option<&str>) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let variants = match &exercise.story {
        Some(story) => story.stages.first().map_or(String::new(), |stage| stage.variants.clone()),
        None => format!("{}=yours,*=fixed", exercise.id),
    };
    let command = format!("observe {}", exercise.id);
    with_bench(context, &command, &binaries_for(exercise), needs_of(exercise), async |bench| {
        let (counted, latency) = observe(bench, exercise, variants).await?;
        show(context, exercise, &counted, &latency);
        Ok(Exit::Pass)
    })
    .await
}

async fn observe(bench: &Bench<'_>, exercise: &Exercise, variants: String) -> Result<(Counted, Latency), Failure> {
    let load = &exercise.load;
    let arms = vec![ArmSpec { name: "as it is".to_owned(), variants }];
    let spec = ShopSpec::of(exercise, arms, &bench.binaries, &bench.logs);
    bench.feed.start(Some(&exercise.id), &["as it is"]);
    let shop = Shop::start(bench.ground, &bench.receiver, &bench.driver, &probe(exercise)?, spec).await?;
    let mix = shop.mix(exercise, 0)?;
    let plan = Plan { rounds: ROUNDS, ..Plan::of(load, SEED) };
    warm_up(bench, &shop, &mix, plan).await?;
    let slice =
        TraceSlice { rate_rps: load.rate_rps, length: Duration::from_secs(3), seed: SEED, arrivals: load.arrivals };
    let counted = count(bench, &shop.arms[0], exercise, &mix, &[slice]).await?;
    let latency = interleave(bench, &shop, &mix, plan).await?;
    shop.stop().await;
    Ok((counted, latency))
}

fn show(context: &Context, exercise: &Exercise, counted: &Counted, latency: &Latency) {
    let analysis = &counted.analysis;
    let arm = ArmReport::of("as it is", counted, Some(latency), 0);
    if context.json {
        let object = json!({"exercise": exercise.id, "observed": arm, "where_time_goes": analysis.where_time_goes,
            "slowest": analysis.slowest, "busy": latency.busy, "suspects": analysis.suspects, "queries": analysis.queries});
        println!("{object}");
        return;
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let p = |value: Option<f64>| value.map_or("too few samples".to_owned(), |ms| format!("{} ms", number(ms)));
    if let Some(LatencyMs { p50, p95, p99, .. }) = arm.latency_ms {
        table.add_row(["latency", &format!("p50 {}   p95 {}   p99 {}", p(p50), p(p95), p(p99))]);
    }
    table.add_row(["traffic", &format!("{:.0} requests/s, {} measured", arm.rate_rps, arm.requests)]);
    table.add_row(["errors", &arm.errors.to_string()]);
    let cpu = format!("cores {:.0} % busy, {} CPU ms a request", latency.busy * 100.0, number(latency.arms[0].cpu_ms));
    table.add_row(["saturation", &cpu]);
    println!("{}\n{table}", context.terminal.strong(&format!("{}: {}", exercise.id, exercise.symptom)));
    println!(
        "where the time goes\n  all      {}\n  slowest  {}",
        bars(&analysis.where_time_goes),
        bars(&analysis.slowest)
    );
    println!("a request on average");
    for (name, value) in counted.counts.iter().filter(|(_, value)| **value > 0.0) {
        println!("  {:<28} {}", name.trim_end_matches("_per_request").replace('_', " "), number(*value));
    }
    if !analysis.suspects.is_empty() {
        println!("worth a look");
    }
    for suspect in analysis.suspects.iter().take(3) {
        println!("  {}: {}", suspect.kind, suspect.evidence);
        println!("    {}", suspect.statement);
        if let Some(at) = &suspect.at {
            println!("    {at}");
        }
    }
}
