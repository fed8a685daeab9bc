//! One slice: every arrival sent at its instant, then washed out.

use super::aggregate::{Answered, Attempt, Record, aggregate};
use super::answer::DecodedResponse;
use super::client::{self, Exchange, Target};
use super::context::SliceContext;
use super::keep::Raw;
use super::mix::Mix;
use super::options::SliceOptions;
use super::outcome::{SliceResult, TIMEOUT};
use super::publish::Address;
use super::request::{Call, Request};
use super::schedule::Schedule;
use super::void_reason::VoidReason;
use super::{sampling, thread, validity};
use http::{HeaderValue, Uri};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use timer::HighResolutionTimer;
use tokio_util::task::TaskTracker;

/// What stands for the broker's confirmation among HTTP's statuses.
const CONFIRMED: u16 = 200;
/// Time to come from here to the first instant that can be due.
const LEAD: Duration = Duration::from_millis(3);
/// Quiet after the last answer, so that a slice does not begin in the wake of the one before.
const WASH_OUT: Duration = Duration::from_millis(20);
/// How long the wash-out waits beyond the timeout before it gives requests up.
const WASH_OUT_CAP: Duration = Duration::from_secs(2);

/// Everything the requests of a slice share.
struct Slice {
    context: SliceContext,
    target: Target,
    mix: Mix,
    schedule: Schedule,
    options: SliceOptions,
    /// By arrival.
    sampled: Vec<bool>,
    start: Instant,
    records: Mutex<Vec<Record>>,
}

/// Runs it. Boxed here, so that what sends requests is compiled with this crate, whoever waits for it.
pub(super) fn run(
    clocked: (SliceContext, Arc<HighResolutionTimer>),
    base: Uri,
    mix: Mix,
    schedule: Schedule,
    options: SliceOptions,
) -> Pin<Box<dyn Future<Output = SliceResult> + Send>> {
    Box::pin(run_to_the_end(clocked, base, mix, schedule, options))
}

async fn run_to_the_end(
    (context, timer): (SliceContext, Arc<HighResolutionTimer>),
    base: Uri,
    mix: Mix,
    schedule: Schedule,
    options: SliceOptions,
) -> SliceResult {
    let target = match Target::new(&base) {
        Ok(target) => target,
        Err(error) => return broken(error.to_string()),
    };
    let sampled = sampling::sampled(&schedule, options.sampled, context.secret);
    let cpu = thread::thread_cpu_time();
    let (opened, traffic) = (context.opened(), context.pool.shared_traffic());
    let start = Instant::now() + LEAD;
    let records = Mutex::new(Vec::with_capacity(schedule.arrivals.len()));
    let slice = Arc::new(Slice { context, target, mix, schedule, options, sampled, start, records });

    let in_flight = TaskTracker::new();
    for place in 0..slice.schedule.arrivals.len() {
        timer.until(start + slice.schedule.arrivals[place].at).await;
        let slice = slice.clone();
        in_flight.spawn(async move { slice.request(place).await });
    }
    let scheduled_end = start + slice.schedule.length;
    tokio::time::sleep_until(scheduled_end.into()).await;
    in_flight.close();
    // Every request ends by its own timeout, so this cap is only for a driver that is itself stuck.
    let washed = tokio::time::timeout(options.timeout + WASH_OUT_CAP, in_flight.wait()).await.is_ok();
    let wall = start.elapsed();
    let client_cpu = thread::thread_cpu_time().saturating_sub(cpu);
    tokio::time::sleep(WASH_OUT).await;

    let mut result = aggregate(&slice.mix, &slice.schedule, options, start, &mut slice.records());
    result.sampled = slice.sampled.iter().filter(|sampled| **sampled).count() as u64;
    result.start = start;
    result.client_cpu = client_cpu;
    result.wall = wall;
    result.connections_opened = slice.context.opened() - opened;
    slice.share_out(traffic, &mut result);
    if !washed {
        let missing = result.offered - slice.records().len() as u64;
        result.errors += missing;
        result.error_kinds.insert("never finished".to_owned(), missing);
    }
    let sent: Vec<Duration> =
        slice.records().iter().map(|record| record.sent.saturating_duration_since(start)).collect();
    result.voided = validity::reasons(&result, &sent, slice.schedule.length);
    result
}

impl Slice {
    /// Sends the arrival at `place` and records what became of it.
    async fn request(&self, place: usize) {
        let sent = Instant::now();
        let arrival = self.schedule.arrivals[place];
        let request = self.mix.request(arrival.request);
        let (trace_id, traceparent) = self.context.trace(self.sampled[place]);
        let deadline = self.start + arrival.at + self.options.timeout;
        let (done, answered) = match &request.call {
            Call::Publish(address) => self.publish(request, address, &traceparent, deadline).await,
            Call::Http | Call::Grpc(_) => self.ask(place, traceparent, deadline).await,
        };
        self.records().push(Record { place, sent, done, trace_id, answered });
    }

    /// An HTTP request or a gRPC call; when its last byte had come, and what it was.
    async fn ask(&self, place: usize, traceparent: HeaderValue, deadline: Instant) -> (Instant, Attempt) {
        let index = self.schedule.arrivals[place].request;
        let (pool, request) = (&self.context.pool, self.mix.request(index));
        let transport = request.transport(pool.protocol());
        let parts = (self.mix.uri(index), self.mix.body(index).clone());
        let outgoing = self.target.outgoing(request, parts, traceparent, transport.protocol);
        let wanted = self.options.keep.keeps(place);
        let exchange = client::exchange(pool, &self.target, (outgoing, transport), wanted || request.needs_body());
        let exchange = match tokio::time::timeout_at(deadline.into(), exchange).await {
            Err(_) => return (deadline, Err(TIMEOUT.to_owned())),
            Ok(Err(failure)) => return (Instant::now(), Err(failure.to_string())),
            Ok(Ok(exchange)) => exchange,
        };
        let Exchange { status, headers, body, done, bytes, connection } = exchange;
        pool.give_back(&self.target.authority, connection).await;
        // Before it is judged, which may use it up.
        let kept = wanted.then(|| body.clone());
        let answered = match request.decode(status, &headers, body, false) {
            Err(error) => Err(error.to_string()),
            Ok(DecodedResponse { status: said, wrong, body_bytes, .. }) => {
                let kept = kept.map(|body| Raw { status, headers, body });
                Ok(Answered { status: said, wrong, bytes, body_bytes, kept })
            }
        };
        (done, answered)
    }

    /// A message; when it was confirmed.
    async fn publish(
        &self,
        request: &Request,
        address: &Address,
        traceparent: &HeaderValue,
        deadline: Instant,
    ) -> (Instant, Attempt) {
        let Some(broker) = &self.context.broker else {
            return (Instant::now(), Err("no broker to publish at".to_owned()));
        };
        let confirmed = broker.publish(address, &request.body, traceparent, request.connection);
        let Ok(confirmed) = tokio::time::timeout_at(deadline.into(), confirmed).await else {
            return (deadline, Err(TIMEOUT.to_owned()));
        };
        let done = Instant::now();
        let answered = confirmed.map(|()| Answered {
            status: CONFIRMED,
            wrong: None,
            bytes: Some((0, 0)),
            body_bytes: request.body.len() as u64,
            kept: None,
        });
        (done, answered)
    }

    /// Gives the requests that shared connections their part, by number, of the bytes on those since `before`.
    fn share_out(&self, before: (u64, u64), result: &mut SliceResult) {
        let usual = self.context.pool.protocol();
        let (mut sharing, mut counted) = (0_u64, 0_u64);
        for record in self.records().iter() {
            let arrival = self.schedule.arrivals[record.place];
            let request = self.mix.request(arrival.request);
            // A message is the broker's, and goes over none of these connections.
            if !matches!(request.call, Call::Publish(_)) && request.transport(usual).is_shared() {
                sharing += 1;
                counted += u64::from(arrival.at >= self.options.drop_first);
            }
        }
        let (now, part) = (self.context.pool.shared_traffic(), counted as f64 / sharing.max(1) as f64);
        result.bytes_in += ((now.0 - before.0) as f64 * part).round() as u64;
        result.bytes_out += ((now.1 - before.1) as f64 * part).round() as u64;
    }

    fn records(&self) -> std::sync::MutexGuard<'_, Vec<Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slice that could not be run at all.
pub(super) fn broken(why: String) -> SliceResult {
    let mut result = SliceResult::empty();
    result.errors = 1;
    result.error_kinds.insert(why.clone(), 1);
    result.voided = vec![VoidReason::UnexpectedErrors { errors: 1, offered: 0, kind: why }, VoidReason::NoSamples];
    result
}
