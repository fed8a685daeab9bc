//! Phases: load under a declared condition, and what became of it in numbers named `PHASE.number`.
//!
//! The requests are traced, and errors are what is counted here: nothing in a phase makes a run void.

use super::Bench;
use crate::arms::{Shop, partners};
use crate::exercise::{Exercise, ORDER, Phase};
use crate::exit::Failure;
use http::Uri;
use load::{SliceOptions, SliceResult};
use serde_json::Value;
use stats::percentile;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use trace::analyse;

/// How long to wait for the last spans of a phase.
const SPANS: Duration = Duration::from_secs(4);
/// How long to wait for work that goes on after the replies.
const DRAIN: Duration = Duration::from_secs(10);
/// Without another call for this long, no more will come.
const DRY: Duration = Duration::from_secs(3);
/// The same before the phase: only what earlier requests left behind has to be over.
const QUIET: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_millis(25);

/// Quantiles of a tag's latency that are given, each where ten samples lie above it.
const QUANTILES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];

/// Runs one phase against one arm.
///
/// # Errors
/// Exit 2 for a partner or dependency the arm does not have; exit 3 when it cannot be started again.
pub async fn run_phase(
    bench: &Bench<'_>,
    exercise: &Exercise,
    phase: &Phase,
    shop: &mut Shop,
    arm: usize,
    seed: u64,
) -> Result<BTreeMap<String, f64>, Failure> {
    let templates = phase.requests.as_ref().unwrap_or(&exercise.load.requests);
    let mix = shop.mix_of(exercise, templates, 0)?;
    let arrivals = phase.arrivals.unwrap_or(exercise.load.arrivals);
    let schedule = arrivals.schedule(phase.rate_rps, phase.length(), &mix, seed);
    let timeout = phase.timeout_ms.map_or(exercise.load.timeout(), Duration::from_millis);
    let options = SliceOptions { traced: true, timeout, drop_first: Duration::ZERO, keep_bodies: false };

    let partners = shop.arms[arm].partners.clone();
    if let (Some(base), Some(drained)) = (&partners, &phase.drained) {
        dry(bench, base, &drained.partner, u64::MAX, QUIET).await?;
    }
    drop(bench.receiver.take());
    let calls_before = calls(bench, partners.as_ref()).await?;
    let mut undo: Vec<(&str, Value)> = Vec::new();
    for (name, behaviour) in &phase.partners {
        if let Some(base) = &partners {
            undo.push((name, partners::set(&bench.driver, base, name, behaviour).await?));
        }
    }
    for dependency in &phase.cut {
        shop.arms[arm].take_away(dependency, true)?;
    }
    let result = bench.driver.slice(shop.arms[arm].base(), &mix, &schedule, options).await;
    bench.tell_slice(&shop.arms[arm].spec.name, &phase.name, (1, 1), &result);
    if phase.kill {
        shop.restart(arm, bench.test_bed, &bench.driver, true).await?;
    }
    shop.arms[arm].check()?;
    for dependency in &phase.cut {
        shop.arms[arm].take_away(dependency, false)?;
    }
    for (name, before) in undo {
        if let Some(base) = &partners {
            partners::set(&bench.driver, base, name, &before).await?;
        }
    }

    let mut counts = of_slice(&result);
    if !phase.kill {
        // What a killed process had not exported yet is lost, so a killed phase has no counts of spans.
        bench.receiver.settle(result.offered as usize, SPANS).await;
        counts.extend(analyse(bench.receiver.take().spans, &exercise.service).counts);
    }
    if let (Some(base), Some(drained)) = (&partners, &phase.drained) {
        let accepted = result.by_tag.get(ORDER).map_or(0, |orders| orders.offered - orders.errors);
        let before = calls_before.get(drained.partner.as_str()).map_or(0, |calls| calls.effects);
        let effects = dry(bench, base, &drained.partner, before + accepted, DRY).await?;
        counts.insert("lost".to_owned(), accepted.saturating_sub(effects - before) as f64);
    }
    for (name, now) in calls(bench, partners.as_ref()).await? {
        let reached = now.received - calls_before.get(name).map_or(0, |calls| calls.received);
        counts.insert(format!("calls.{name}"), reached as f64 / result.offered.max(1) as f64);
    }
    Ok(counts.into_iter().map(|(name, value)| (format!("{}.{name}", phase.name), value)).collect())
}

/// Error shares and latencies, over all and by tag.
fn of_slice(result: &SliceResult) -> BTreeMap<String, f64> {
    let share = |errors: u64, offered: u64| errors as f64 / offered.max(1) as f64;
    let mut counts = BTreeMap::from([
        ("requests".to_owned(), result.offered as f64),
        ("error_share".to_owned(), share(result.errors, result.offered)),
    ]);
    for (tag, found) in &result.by_tag {
        counts.insert(format!("{tag}.error_share"), share(found.errors, found.offered));
        for (name, quantile) in QUANTILES {
            if let Some(ns) = percentile(&found.latency, quantile) {
                counts.insert(format!("{tag}.{name}_ms"), ns as f64 / 1e6);
            }
        }
        if !found.latency.is_empty() {
            counts.insert(format!("{tag}.max_ms"), found.latency.max() as f64 / 1e6);
        }
    }
    counts
}

async fn calls(bench: &Bench<'_>, partners: Option<&Uri>) -> Result<BTreeMap<&'static str, partners::Calls>, Failure> {
    let mut calls = BTreeMap::new();
    if let Some(base) = partners {
        for name in partners::PARTNERS {
            calls.insert(name, partners::calls(&bench.driver, base, name).await?);
        }
    }
    Ok(calls)
}

/// Waits until a partner has done `enough`, or has done nothing more for `quiet`; what it has done.
async fn dry(bench: &Bench<'_>, partners: &Uri, name: &str, enough: u64, quiet: Duration) -> Result<u64, Failure> {
    let begin = Instant::now();
    let (mut done, mut since) = (partners::calls(&bench.driver, partners, name).await?.effects, Instant::now());
    while done < enough && since.elapsed() < quiet && begin.elapsed() < DRAIN {
        tokio::time::sleep(POLL).await;
        let now = partners::calls(&bench.driver, partners, name).await?.effects;
        if now != done {
            (done, since) = (now, Instant::now());
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::of_slice;
    use load::{Driver, Mix, Protocol, Request, Schedule, SliceOptions};
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread")]
    async fn errors_are_shares_and_a_percentile_needs_its_samples() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let base = format!("http://{nobody}").parse().unwrap();
        let order = Request { tag: "order".into(), ..Request::get("/order") };
        let mix = Mix::new(vec![(1.0, order)]).unwrap();
        let schedule = Schedule::constant(50.0, Duration::from_millis(400), &mix, 1);
        let driver = Driver::new(Protocol::Http1).unwrap();
        let counts = of_slice(&driver.slice(&base, &mix, &schedule, SliceOptions::default()).await);
        assert_eq!((counts["requests"], counts["error_share"], counts["order.error_share"]), (20.0, 1.0, 1.0));
        assert!(!counts.contains_key("order.p50_ms"), "{counts:?}");
    }
}
