//! One slice: every arrival sent at its instant, then washed out.

use super::client::{self, Target};
use super::driver::Means;
use super::outcome::{self, Sample, SliceResult, coarse_histogram, histogram};
use super::{Mix, Request, Schedule, SliceOptions, VoidReason, connection::Protocol, pacer, void};
use bytes::Bytes;
use http::Uri;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::task::TaskTracker;

/// The kind under which timed-out requests are counted.
pub(super) const TIMEOUT: &str = "timeout";
/// Time the pacing thread gets to start before the first instant can be due.
const LEAD: Duration = Duration::from_millis(3);
/// Quiet after the last answer, so that a slice does not begin in the wake of the one before.
const WASH_OUT: Duration = Duration::from_millis(20);
/// How long the wash-out waits beyond the timeout before it gives requests up.
const WASH_OUT_CAP: Duration = Duration::from_secs(2);

/// What became of one arrival.
struct Record {
    place: usize,
    sent: Instant,
    done: Instant,
    trace_id: [u8; 16],
    answered: Result<Answered, String>,
}

struct Answered {
    status: u16,
    /// What is wrong with it.
    wrong: Option<String>,
    bytes: (u64, u64),
    body_bytes: u64,
    body: Option<Bytes>,
}

/// Everything the requests of a slice share.
struct Slice {
    means: Means,
    target: Target,
    mix: Mix,
    schedule: Schedule,
    options: SliceOptions,
    start: Instant,
    records: Mutex<Vec<Record>>,
}

pub(super) async fn run(means: Means, base: Uri, mix: Mix, schedule: Schedule, options: SliceOptions) -> SliceResult {
    let target = match Target::new(&base) {
        Ok(target) => target,
        Err(error) => return broken(error.to_string()),
    };
    let cpu = pacer::thread_cpu_time();
    let (opened, traffic) = (means.pool.opened(), means.pool.traffic());
    let start = Instant::now() + LEAD;
    let instants = schedule.arrivals.iter().map(|arrival| start + arrival.at).collect();
    let (due, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    let pacer = match pacer::spawn(instants, due) {
        Ok(pacer) => pacer,
        Err(error) => return broken(format!("cannot start the pacing thread: {error}")),
    };
    let records = Mutex::new(Vec::with_capacity(schedule.arrivals.len()));
    let slice = Arc::new(Slice { means, target, mix, schedule, options, start, records });

    let in_flight = TaskTracker::new();
    while let Some(place) = arrivals.recv().await {
        let slice = slice.clone();
        in_flight.spawn(async move { slice.request(place).await });
    }
    let scheduled_end = start + slice.schedule.length;
    tokio::time::sleep_until(scheduled_end.into()).await;
    in_flight.close();
    // Every request ends by its own timeout, so this cap is only for a driver that is itself stuck.
    let washed = tokio::time::timeout(options.timeout + WASH_OUT_CAP, in_flight.wait()).await.is_ok();
    let wall = start.elapsed();
    let client_cpu = pacer.join().unwrap_or_default() + pacer::thread_cpu_time().saturating_sub(cpu);
    tokio::time::sleep(WASH_OUT).await;

    let mut result = slice.result();
    result.client_cpu = client_cpu;
    result.wall = wall;
    let pool = &slice.means.pool;
    result.connections_opened = pool.opened() - opened;
    if pool.protocol() == Protocol::Http2 {
        // Requests share the connection, so no byte is one request's own.
        let (now, share) = (pool.traffic(), result.requests as f64 / result.offered.max(1) as f64);
        result.bytes_in = ((now.0 - traffic.0) as f64 * share).round() as u64;
        result.bytes_out = ((now.1 - traffic.1) as f64 * share).round() as u64;
    }
    if !washed {
        let missing = result.offered - slice.records().len() as u64;
        result.errors += missing;
        result.error_kinds.insert("never finished".to_owned(), missing);
    }
    let sent: Vec<Duration> =
        slice.records().iter().map(|record| record.sent.saturating_duration_since(start)).collect();
    result.voided = void::reasons(&result, &sent, slice.schedule.length);
    result
}

impl Slice {
    /// Sends the arrival at `place` and records what became of it.
    async fn request(&self, place: usize) {
        let sent = Instant::now();
        let arrival = self.schedule.arrivals[place];
        let request = self.mix.request(arrival.request);
        let pool = &self.means.pool;
        let (trace_id, traceparent) = self.means.trace(self.options.traced);
        let outgoing = self.target.outgoing(request, self.mix.uri(arrival.request), traceparent, pool.protocol());
        let deadline = self.start + arrival.at + self.options.timeout;
        let keep = self.options.keep_bodies || request.contains.is_some();
        let exchange = client::exchange(pool, &self.target, outgoing, keep);
        let (done, answered) = match tokio::time::timeout_at(deadline.into(), exchange).await {
            Err(_) => (deadline, Err(TIMEOUT.to_owned())),
            Ok(Err(failure)) => (Instant::now(), Err(failure.to_string())),
            Ok(Ok(exchange)) => {
                let done = exchange.done;
                pool.give_back(&self.target.authority, exchange.connection).await;
                let (status, bytes) = (exchange.status, exchange.bytes);
                let body_bytes = exchange.body.decoded_length();
                let body = keep.then(|| exchange.body.decoded()).transpose();
                let answered = match body {
                    Err(error) => Err(error.to_string()),
                    Ok(body) => {
                        let wrong = wrong(request, status, body.as_deref());
                        let body = body.filter(|_| self.options.keep_bodies);
                        Ok(Answered { status, wrong, bytes, body_bytes, body })
                    }
                };
                (done, answered)
            }
        };
        self.records().push(Record { place, sent, done, trace_id, answered });
    }

    fn records(&self) -> std::sync::MutexGuard<'_, Vec<Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn result(&self) -> SliceResult {
        let mut records = self.records();
        records.sort_by_key(|record| record.place);
        let mut result = empty_result();
        result.offered = self.schedule.arrivals.len() as u64;
        for record in records.iter_mut() {
            let arrival = self.schedule.arrivals[record.place];
            let request = self.mix.request(arrival.request);
            let kind = match &record.answered {
                Ok(answered) => answered.wrong.clone(),
                Err(kind) => Some(kind.clone()),
            };
            let of_tag = result.by_tag.entry(request.tag.clone()).or_default();
            of_tag.offered += 1;
            of_tag.errors += u64::from(kind.is_some());
            let timed_out = kind.as_deref() == Some(TIMEOUT);
            let measured = kind.is_none() || timed_out;
            if let Some(kind) = kind {
                result.errors += 1;
                *result.error_kinds.entry(kind).or_default() += 1;
            }
            if arrival.at < self.options.drop_first {
                continue;
            }
            let due = self.start + arrival.at;
            let latency = record.done.saturating_duration_since(due);
            result.requests += 1;
            result.samples.push(Sample {
                at: arrival.at,
                latency,
                request: arrival.request,
                status: record.answered.as_ref().map_or(0, |answered| answered.status),
                trace_id: record.trace_id,
            });
            outcome::record(&mut result.lateness, record.sent.saturating_duration_since(due));
            // An error is often fast; among the latencies it would make a broken server look quick.
            if measured {
                outcome::record(&mut of_tag.latency, latency);
            }
            if measured && request.timed {
                outcome::record(&mut result.latency, latency);
                outcome::record(&mut result.from_send, record.done.saturating_duration_since(record.sent));
            }
            if let Ok(answered) = &mut record.answered {
                result.bytes_in += answered.bytes.0;
                result.bytes_out += answered.bytes.1;
                result.body_bytes += answered.body_bytes;
                result.bodies.extend(answered.body.take().map(|body| (arrival.request, body)));
            }
        }
        result
    }
}

/// What is wrong with an answer, as it is counted.
fn wrong(request: &Request, status: u16, body: Option<&[u8]>) -> Option<String> {
    if !request.accepts(status) {
        return Some(format!("status {status}"));
    }
    let text = request.contains.as_deref()?;
    let found = body.is_some_and(|body| body.windows(text.len().max(1)).any(|part| part == text.as_bytes()));
    (!found).then(|| format!("status {status} without {text:?}"))
}

/// A slice that could not be run at all.
pub(super) fn broken(why: String) -> SliceResult {
    let mut result = empty_result();
    result.errors = 1;
    result.error_kinds.insert(why.clone(), 1);
    result.voided = vec![VoidReason::UnexpectedErrors { errors: 1, offered: 0, kind: why }, VoidReason::NoSamples];
    result
}

pub(crate) fn empty_result() -> SliceResult {
    SliceResult {
        latency: histogram(),
        from_send: coarse_histogram(),
        lateness: coarse_histogram(),
        samples: Vec::new(),
        requests: 0,
        errors: 0,
        by_tag: Default::default(),
        error_kinds: Default::default(),
        bytes_in: 0,
        bytes_out: 0,
        body_bytes: 0,
        offered: 0,
        client_cpu: Duration::ZERO,
        wall: Duration::ZERO,
        connections_opened: 0,
        bodies: Vec::new(),
        voided: Vec::new(),
    }
}
