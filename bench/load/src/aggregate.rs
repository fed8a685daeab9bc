//! From the records of a slice to its result: pure arithmetic on instants, which is where latency gets its meaning.

use super::keep::{KeptAnswer, Raw};
use super::mix::Mix;
use super::options::SliceOptions;
use super::outcome::{self, Sample, SliceResult, TIMEOUT};
use super::schedule::Schedule;
use std::time::Instant;

/// What became of one arrival.
pub(super) struct Record {
    pub(super) place: usize,
    pub(super) sent: Instant,
    pub(super) done: Instant,
    pub(super) trace_id: [u8; 16],
    pub(super) answered: Attempt,
}

pub(super) struct Answered {
    pub(super) status: u16,
    /// What is wrong with it.
    pub(super) wrong: Option<String>,
    /// Read and written for it; `None` where no byte is one request's own.
    pub(super) bytes: Option<(u64, u64)>,
    pub(super) body_bytes: u64,
    pub(super) kept: Option<Raw>,
}

/// How a request ended; an error is the kind counted.
pub(super) type Attempt = Result<Answered, String>;

/// Puts the records in order of schedule and counts them; `start` is the instant the schedule counts from.
pub(super) fn aggregate(
    mix: &Mix,
    schedule: &Schedule,
    options: SliceOptions,
    start: Instant,
    records: &mut [Record],
) -> SliceResult {
    records.sort_by_key(|record| record.place);
    let mut result = SliceResult::empty();
    result.offered = schedule.arrivals.len() as u64;
    for record in records.iter_mut() {
        let arrival = schedule.arrivals[record.place];
        let request = mix.request(arrival.request);
        let kind = match &record.answered {
            Ok(answered) => answered.wrong.clone(),
            Err(kind) => Some(kind.clone()),
        };
        let tag_stats = result.by_tag.entry(request.tag.clone()).or_default();
        tag_stats.offered += 1;
        tag_stats.errors += u64::from(kind.is_some());
        let failed = kind.is_some();
        let timed_out = kind.as_deref() == Some(TIMEOUT);
        let measured = kind.is_none() || timed_out;
        if let Some(kind) = kind {
            result.errors += 1;
            *result.error_kinds.entry(kind).or_default() += 1;
        }
        if let Ok(answered) = &mut record.answered {
            let (place, request, is_right) = (record.place, arrival.request, answered.wrong.is_none());
            let kept = answered.kept.take();
            result.kept.extend(kept.map(|raw| KeptAnswer { place, request, is_right, trace_id: record.trace_id, raw }));
        }
        if arrival.at < options.drop_first {
            continue;
        }
        let due = start + arrival.at;
        let latency = record.done.saturating_duration_since(due);
        result.requests += 1;
        result.samples.push(Sample {
            at: arrival.at,
            latency,
            request: arrival.request,
            status: record.answered.as_ref().map_or(0, |answered| answered.status),
            failed,
            trace_id: record.trace_id,
        });
        outcome::record(&mut result.lateness, record.sent.saturating_duration_since(due));
        // An error is often fast; among the latencies it would make a broken server look quick.
        if measured {
            outcome::record(&mut tag_stats.latency, latency);
        }
        if measured && request.timed {
            outcome::record(&mut result.latency, latency);
            outcome::record(&mut result.from_send, record.done.saturating_duration_since(record.sent));
        }
        if let Ok(answered) = &record.answered {
            let bytes = answered.bytes.unwrap_or_default();
            result.bytes_in += bytes.0;
            result.bytes_out += bytes.1;
            result.body_bytes += answered.body_bytes;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{Answered, Record, TIMEOUT, aggregate};
    use crate::{Arrival, Mix, Request, Schedule, SliceOptions};
    use std::time::{Duration, Instant};

    const MS: Duration = Duration::from_millis(1);

    fn answered() -> Answered {
        Answered { status: 200, wrong: None, bytes: Some((100, 50)), body_bytes: 10, kept: None }
    }

    /// Arrivals every ten milliseconds; each with the milliseconds from the start at which it was sent and done. No clock is
    /// read: every instant is a given one.
    fn of(times: &[(u32, u32)]) -> crate::SliceResult {
        let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
        let arrivals = (0..times.len() as u32).map(|place| Arrival { at: MS * 10 * place, request: 0 }).collect();
        let schedule = Schedule { arrivals, length: MS * 10 * times.len() as u32 };
        let start = Instant::now();
        let record = |(place, (sent, done)): (usize, &(u32, u32))| Record {
            place,
            sent: start + MS * *sent,
            done: start + MS * *done,
            trace_id: [0; 16],
            answered: Ok(answered()),
        };
        // In the order in which they ended, as a slice has them.
        let mut records: Vec<Record> = times.iter().enumerate().map(record).collect();
        records.sort_by_key(|record| record.done);
        let options = SliceOptions { drop_first: Duration::ZERO, ..SliceOptions::default() };
        aggregate(&mix, &schedule, options, start, &mut records)
    }

    #[test]
    fn latency_counts_from_the_scheduled_instant_and_lateness_is_told_apart() {
        // The third was due at 20 ms, sent at 50 and done at 55: the driver's 30 ms are in its latency, not in from_send.
        let result = of(&[(0, 5), (10, 15), (50, 55)]);
        let latencies: Vec<Duration> = result.samples.iter().map(|sample| sample.latency).collect();
        assert_eq!(latencies, [MS * 5, MS * 5, MS * 35]);
        let ms = |histogram: &hdrhistogram::Histogram<u64>| (histogram.max() as f64 / 1e6).round();
        assert_eq!((ms(&result.latency), ms(&result.from_send), ms(&result.lateness)), (35.0, 5.0, 30.0));
        assert_eq!((result.bytes_in, result.bytes_out, result.body_bytes), (300, 150, 30));
    }

    #[test]
    fn a_stall_is_in_every_request_that_was_due_during_it() {
        // A server that answers everything at 100 ms: a closed loop would have sent one request and seen one slow answer.
        let times: Vec<(u32, u32)> = (0..10).map(|place| (place * 10, 100)).collect();
        let latencies: Vec<Duration> = of(&times).samples.iter().map(|sample| sample.latency).collect();
        assert_eq!(latencies, (1..=10).rev().map(|tens| MS * 10 * tens).collect::<Vec<_>>());
    }

    #[test]
    fn samples_stand_in_the_order_of_the_schedule_whatever_ended_first() {
        let result = of(&[(0, 90), (10, 11), (20, 40)]);
        assert!(result.samples.is_sorted_by_key(|sample| sample.at));
        assert_eq!(result.samples[0].latency, MS * 90);
    }

    #[test]
    fn an_error_is_no_latency_and_a_timeout_is_one() {
        let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
        let schedule = Schedule::constant(100.0, MS * 40, &mix, 1);
        let start = Instant::now();
        let endings = [Ok(answered()), Err(TIMEOUT.to_owned()), Err("connection lost".to_owned())];
        let wrong = Ok(Answered { status: 500, wrong: Some("status 500".to_owned()), ..answered() });
        let ended =
            |(place, answered)| Record { place, sent: start, done: start + MS * 90, trace_id: [0; 16], answered };
        let mut records: Vec<Record> = endings.into_iter().chain([wrong]).enumerate().map(ended).collect();
        let options = SliceOptions { drop_first: MS * 10, ..SliceOptions::default() };
        let result = aggregate(&mix, &schedule, options, start, &mut records);
        // The first was due in the part that is dropped.
        assert_eq!((result.offered, result.requests, result.errors, result.latency.len()), (4, 3, 3, 1));
        assert_eq!(result.error_kinds.keys().collect::<Vec<_>>(), ["connection lost", "status 500", "timeout"]);
        assert_eq!(result.samples.iter().map(|sample| sample.status).collect::<Vec<_>>(), [0, 0, 500]);
    }
}
