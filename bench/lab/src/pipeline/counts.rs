//! What is counted: from the spans of traced requests, and from the bytes of their answers.

use super::spans_by_arm::by_arm;
use super::{Bench, Passed, PhaseTimeline, Window};
use crate::arms::Arm;
use crate::exercise::{Arrivals, Exercise, Load};
use crate::exit::Failure;
use futures_util::future::try_join_all;
use load::{Keep, KeptAnswer, Mix, SliceOptions};
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, SystemTime};
use trace::{Analysis, Lost, Span, Suspect, TraceId, analyse, expiry_counts};

/// Traced requests per arm, and the longest their slice may take.
const TRACED: f64 = 100.0;
const TRACED_CAP: f64 = 3.0;

/// Share of the requests that carry a sampled `traceparent` in a slice from which is counted. The others look the same in all
/// else, and what they ask of others is counted outside the process.
pub const SAMPLED: f64 = 0.8;
/// How much longer such a slice is than if all were sampled, so that about as many are.
const STRETCH: f64 = 1.15;

/// How long to wait for the last spans.
const SPANS: Duration = Duration::from_secs(10);

/// Share of the requests whose traces must be complete.
const COMPLETE: f64 = 0.95;

/// A traced slice: its own, so that recording spans does not disturb what is timed.
#[derive(Clone, Copy, Debug)]
pub struct TraceSlice {
    /// Arrivals per second.
    pub rate_rps: f64,
    /// How long.
    pub length: Duration,
    /// The same for all arms, so that they are asked the same.
    pub seed: u64,
    /// Even ones are one request at a time, where the rate is low enough.
    pub arrivals: Arrivals,
    /// Share of the requests that are traced.
    pub sampled: f64,
}

impl TraceSlice {
    /// As long as the exercise says, else as long as `requests` take but no longer than `cap` seconds.
    #[must_use]
    pub fn of(load: &Load, requests: f64, cap: f64) -> Self {
        let usual = Duration::from_secs_f64((requests / load.rate_rps).min(cap));
        let length = load.traced_ms.map_or(usual, Duration::from_millis).mul_f64(STRETCH);
        Self { rate_rps: load.rate_rps, length, seed: load.seed, arrivals: load.arrivals, sampled: SAMPLED }
    }

    /// As [`TraceSlice::of`]. Where something cached expires every request is sampled: who loads it is known from spans alone, and
    /// a load that a request without a trace began would be missed.
    #[must_use]
    pub fn of_exercise(exercise: &Exercise, requests: f64, cap: f64) -> Self {
        let slice = Self::of(&exercise.load, requests, cap);
        Self { sampled: if exercise.expiry.is_some() { 1.0 } else { slice.sampled }, ..slice }
    }
}

/// The slice from which everything is counted.
pub(super) fn traced(exercise: &Exercise) -> TraceSlice {
    TraceSlice::of_exercise(exercise, TRACED, TRACED_CAP)
}

/// What one arm's traced slices said.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Where the time goes, suspects, waterfalls.
    pub analysis: Analysis,
    /// Per request: everything of the analysis, `response_bytes` (on the wire, head included), `body_bytes` (decoded) and
    /// `NAME_connections_per_request`, the connections that a dependency's relay accepted. Not per request, where
    /// something is cached: `loads_per_expiry` and `db_peak_to_mean`.
    pub counts: BTreeMap<String, f64>,
    /// What the service sent to its dependencies meanwhile, for all requests.
    pub passed: Passed,
    /// Of that, per request, what has a name among the counts; filled in by [`super::reconcile`].
    pub outside: BTreeMap<String, f64>,
    /// Its phases over time, in the order they were run.
    pub phases: Vec<PhaseTimeline>,
    /// The answers of each slice; those of other arms that were counted in the same slices belong to them.
    pub answers: Vec<Vec<KeptAnswer>>,
}

/// Drives traced requests against one arm and analyses what arrives.
///
/// # Errors
/// Exit 3 when requests fail or their spans do not arrive.
pub async fn count(
    bench: &Bench<'_>,
    arm: &Arm,
    exercise: &Exercise,
    mix: &Mix,
    slices: &[TraceSlice],
) -> Result<Counted, Failure> {
    // What is still under way from an earlier slice must not pass for this one's.
    let late = bench.receiver.take().late;
    let (began, window) = (now(), Window::open(arm));
    let driven = drive(bench, arm, mix, slices).await?;
    let (spans, lost) = arrived(bench, (driven.sampled, began), late).await;
    let passed = window.close(arm, driven.offered);
    analysed(bench, exercise, arm, (driven, passed), (spans, lost))
}

/// As [`count`] with one slice, of several arms at once: each span is that of the arm whose requests hold its trace id.
///
/// # Errors
/// As [`count`].
pub(super) async fn count_together(
    bench: &Bench<'_>,
    arms: &[&Arm],
    exercise: &Exercise,
    mix: &Mix,
    slice: TraceSlice,
) -> Result<Vec<Counted>, Failure> {
    let late = bench.receiver.take().late;
    let slices = [slice];
    let (began, windows) = (now(), arms.iter().map(|arm| Window::open(arm)).collect::<Vec<_>>());
    let driven = try_join_all(arms.iter().map(|arm| drive(bench, arm, mix, &slices))).await?;
    let sampled = driven.iter().map(|one| one.sampled).sum();
    let (spans, lost) = arrived(bench, (sampled, began), late).await;
    let traces: Vec<&[TraceId]> = driven.iter().map(|one| one.traces.as_slice()).collect();
    let spans = by_arm(spans, &traces);
    let each = arms.iter().zip(windows).zip(driven).zip(spans);
    each.map(|(((arm, window), driven), spans)| {
        let passed = window.close(arm, driven.offered);
        analysed(bench, exercise, arm, (driven, passed), (spans, lost.clone()))
    })
    .collect()
}

/// What an arm answered, before its spans are read.
#[derive(Default)]
struct Driven {
    traces: Vec<TraceId>,
    requests: u64,
    offered: u64,
    sampled: u64,
    wire: u64,
    bodies: u64,
    /// Opened meanwhile, by dependency.
    connections: BTreeMap<&'static str, u64>,
    answers: Vec<Vec<KeptAnswer>>,
}

async fn drive(bench: &Bench<'_>, arm: &Arm, mix: &Mix, slices: &[TraceSlice]) -> Result<Driven, Failure> {
    let timeout = Duration::from_secs(10);
    let mut driven = Driven::default();
    let connected = arm.connections();
    for (place, slice) in slices.iter().enumerate() {
        let options = SliceOptions { sampled: slice.sampled, timeout, drop_first: Duration::ZERO, keep: Keep::All };
        let schedule = slice.arrivals.schedule(slice.rate_rps, slice.length, mix, slice.seed);
        let mut result = bench.driver.slice(arm.base(), mix, &schedule, options).await;
        bench.tell_slice(&arm.spec.name, "counts", (place + 1, slices.len()), &result);
        arm.check()?;
        if result.errors > 0 {
            let kinds: Vec<String> = result.error_kinds.iter().map(|(kind, n)| format!("{n} × {kind}")).collect();
            let kinds = kinds.join(", ");
            let failed =
                format!("{} of {} requests to {} failed: {kinds}", result.errors, result.offered, arm.spec.name);
            let remedy = format!("the services' logs are in {}", bench.logs.display());
            return Err(arm.blame(Failure::unfit(failed).remedy(remedy)));
        }
        driven.traces.extend(result.samples.iter().map(|sample| sample.trace_id));
        driven.requests += result.requests;
        driven.offered += result.offered;
        driven.sampled += result.sampled;
        driven.wire += result.bytes_in;
        driven.bodies += result.body_bytes;
        driven.answers.push(std::mem::take(&mut result.kept));
    }
    // Before the last spans are waited for: what connects while nothing is asked is no request's doing.
    driven.connections = arm.connections();
    driven.connections.iter_mut().for_each(|(name, now)| *now -= connected.get(name).copied().unwrap_or(0));
    Ok(driven)
}

/// Waits for the spans of `sampled` requests, sent after `began`; what came and what is known to be missing. Traces that began
/// earlier are those of a warm-up, whose last spans come late.
async fn arrived(bench: &Bench<'_>, (sampled, began): (u64, u64), late: u64) -> (Vec<Span>, Lost) {
    bench.receiver.settle(sampled as usize, SPANS).await;
    let mut received = bench.receiver.take();
    let mut lost = received.lost();
    lost.late += late;
    let earlier: HashSet<TraceId> =
        received.spans.iter().filter(|span| span.start_ns < began).map(|span| span.trace_id).collect();
    received.spans.retain(|span| !earlier.contains(&span.trace_id));
    (received.spans, lost)
}

/// Nanoseconds since 1970, as spans carry them.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn analysed(
    bench: &Bench<'_>,
    exercise: &Exercise,
    arm: &Arm,
    (driven, passed): (Driven, Passed),
    (received, lost): (Vec<Span>, Lost),
) -> Result<Counted, Failure> {
    let Driven { requests, sampled, connections, answers, .. } = driven;
    let spans = received.len();
    let expiry = exercise
        .expiry
        .as_ref()
        .map(|expiry| expiry_counts(&received, &exercise.service, &expiry.summary, expiry.lifetime()));
    let mut analysis = analyse(received, &exercise.service);
    let opened = |(name, opened): (&&str, &u64)| Suspect::connection_per_request(name, *opened, requests, &analysis);
    let measured: Vec<Suspect> = connections.iter().filter_map(opened).collect();
    analysis.accuse(measured);
    analysis.lost = lost;
    if (analysis.requests as f64) < COMPLETE * sampled as f64 {
        return Err(Failure::inconclusive(format!(
            "the traces of only {} of {sampled} traced requests to {} arrived complete, {spans} spans{}",
            analysis.requests,
            arm.spec.name,
            analysis.lost.remarks(analysis.incomplete).iter().map(|remark| format!("; {remark}")).collect::<String>()
        ))
        .remedy("try again on a quieter machine; `cargo lab doctor` says what is busy"));
    }
    let mut counts = analysis.counts.clone();
    counts.extend(expiry.unwrap_or_default());
    let per_request = |bytes: u64| bytes as f64 / (requests.max(1)) as f64;
    counts.insert("response_bytes".to_owned(), per_request(driven.wire));
    counts.insert("body_bytes".to_owned(), per_request(driven.bodies));
    for (dependency, opened) in connections {
        counts.insert(format!("{dependency}_connections_per_request"), per_request(opened));
    }
    let counted = Counted { analysis, counts, passed, outside: BTreeMap::new(), phases: Vec::new(), answers };
    bench.tell_counts(&arm.spec.name, &counted);
    Ok(counted)
}
