//! Phases: load under a declared condition, and what became of it in numbers named `PHASE.number`.
//!
//! The requests are traced, and errors are what is counted here: nothing in a phase makes a run void.

use super::condition::{Endured, PhaseLoad, calls, endure};
use super::counts::SAMPLED;
use super::spans_by_arm::by_arm;
use super::under_load::without_extras;
use super::{Bench, COMPARED, PhaseTimeline};
use crate::arms::{Shop, partners};
use crate::exercise::{Exercise, ORDER, Phase};
use crate::exit::Failure;
use futures_util::future::try_join_all;
use http::Uri;
use load::{Keep, KeptAnswer, SliceOptions, SliceResult};
use stats::percentile;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use trace::{Span, TraceId, analyse};

/// How long to wait for the last spans of a phase.
const SPANS: Duration = Duration::from_secs(4);
/// How long to wait for work that goes on after the replies.
const DRAIN: Duration = Duration::from_secs(10);
/// Without another call for this long, no more will come.
const DRY: Duration = Duration::from_secs(3);
/// The same where the broker, say, was away: the order worker looks for it again after up to 3 s of an outage of that length, and
/// the outbox publishes an event after two.
const DRY_AFTER_CUT: Duration = Duration::from_secs(8);
/// The same before the phase: only what earlier requests left behind has to be over.
const QUIET: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_millis(25);

/// The share of right answers that lack an extra, among those that are kept.
const WITHOUT_EXTRAS: &str = "without_extras_share";

/// Quantiles of a tag's latency that are given, each where ten samples lie above it.
const QUANTILES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];

/// What a phase gave of one arm.
#[derive(Clone, Debug)]
pub struct Phased {
    /// Its numbers.
    pub counts: BTreeMap<String, f64>,
    /// The answers that are compared: those of its process, and those of the second one where there is one.
    pub answers: Vec<Vec<KeptAnswer>>,
    /// Errors and latency over time.
    pub timeline: PhaseTimeline,
}

/// Runs one phase against the arms at these places, in ascending order, all at once; the numbers of each, and how it went over time.
///
/// # Errors
/// Exit 2 for a partner or dependency an arm does not have; exit 3 when one cannot be started again.
pub async fn run_phase(
    bench: &Bench<'_>,
    exercise: &Exercise,
    phase: &Phase,
    shop: &mut Shop,
    places: &[usize],
    seed: u64,
) -> Result<Vec<Phased>, Failure> {
    let templates = phase.requests.as_ref().unwrap_or(&exercise.load.requests);
    let mix = shop.mix_of(exercise, templates, 0)?;
    let arrivals = phase.arrivals.unwrap_or(exercise.load.arrivals);
    let schedule = arrivals.schedule(phase.rate_rps, phase.length(), &mix, seed);
    let timeout = phase.timeout_ms.map_or(exercise.load.timeout(), Duration::from_millis);
    let keep = Keep::Share { share: COMPARED, seed };
    let options = SliceOptions { sampled: SAMPLED, timeout, drop_first: Duration::ZERO, keep };
    let load = PhaseLoad { phase, mix, schedule, options };

    if let Some(drained) = &phase.drained {
        let partners = places.iter().filter_map(|place| shop.arms[*place].partners.as_ref());
        try_join_all(partners.map(|base| dry(bench, base, &drained.partner, u64::MAX, QUIET))).await?;
    }
    drop(bench.receiver.take());
    let (arms, probe) = shop.arms_and_probe();
    let asked = arms.iter_mut().enumerate().filter(|(place, _)| places.contains(place));
    let mut endured = try_join_all(asked.map(|(_, arm)| endure(bench, &load, arm, probe))).await?;
    let answers: Vec<Vec<Vec<KeptAnswer>>> = endured.iter_mut().map(Endured::take_answers).collect();

    let mut spans: Vec<Vec<Span>> = vec![Vec::new(); places.len()];
    if !phase.kill {
        // What a killed process had not exported yet is lost, so a killed phase has no counts of spans.
        let sampled: u64 = endured.iter().map(Endured::sampled).sum();
        bench.receiver.settle(sampled as usize, SPANS).await;
        let received = bench.receiver.take().spans;
        spans = match (places, &phase.second) {
            ([_], None) => vec![received],
            _ => {
                let samples = endured.iter().map(|one| &one.result.samples);
                let traces: Vec<Vec<TraceId>> =
                    samples.map(|samples| samples.iter().map(|sample| sample.trace_id).collect()).collect();
                by_arm(received, &traces.iter().map(Vec::as_slice).collect::<Vec<_>>())
            }
        };
    }
    let over_time = |one: &Endured| PhaseTimeline::of(&phase.name, &load.mix, phase.length(), timeout, &one.result);
    let timelines: Vec<PhaseTimeline> = endured.iter().map(over_time).collect();
    let numbers = endured.into_iter().zip(spans).map(|(one, spans)| counted(bench, exercise, phase, one, spans));
    let counts = try_join_all(numbers).await?.into_iter().zip(answers).zip(timelines);
    let phased = counts.map(|((mut counts, answers), timeline)| {
        let lacking = without_extras(&load.mix, templates, &answers[0]);
        counts
            .extend(lacking.into_iter().map(|(tag, share)| (format!("{}.{tag}.{WITHOUT_EXTRAS}", phase.name), share)));
        Phased { counts, answers, timeline }
    });
    Ok(phased.collect())
}

/// The numbers of one arm's phase, when what goes on after the replies is over.
async fn counted(
    bench: &Bench<'_>,
    exercise: &Exercise,
    phase: &Phase,
    Endured { partners, calls_before, result, second }: Endured,
    spans: Vec<Span>,
) -> Result<BTreeMap<String, f64>, Failure> {
    let mut counts = of_slice(&result);
    if !phase.kill {
        counts.extend(analyse(spans, &exercise.service).counts);
    }
    if let Some(second) = second {
        counts.extend(second.counts().into_iter().map(|(name, value)| (format!("second.{name}"), value)));
    }
    if let (Some(base), Some(drained)) = (&partners, &phase.drained) {
        let accepted = result.by_tag.get(ORDER).map_or(0, |orders| orders.offered - orders.errors);
        let before = calls_before.get(drained.partner.as_str()).map_or(0, |calls| calls.effects);
        let dry_after = if phase.cut.is_empty() { DRY } else { DRY_AFTER_CUT };
        let effects = dry(bench, base, &drained.partner, before + accepted, dry_after).await?;
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
