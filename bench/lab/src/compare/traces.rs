//! Where the time of the two goes, and what looks wasteful in it, if they send their traces here.

use super::demand::Demand;
use super::pair::Pair;
use crate::exit::Failure;
use crate::pipeline::SEED;
use load::{Keep, SliceOptions};
use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::time::Duration;
use trace::otlp::Receiver;
use trace::{Analysis, Span, SpanKind, TraceId, analyse};

/// Requests to each whose traces are asked for, and the longest that may take.
const REQUESTS: f64 = 100.0;
const LONGEST: f64 = 10.0;
/// OpenTelemetry's exporters send every five seconds where nobody says otherwise. After that long without a span none will come.
const SILENCE: Duration = Duration::from_secs(6);
/// However busily others send.
const CAP: Duration = Duration::from_secs(20);

/// Listens for OTLP at an address that both services can be told beforehand.
///
/// # Errors
/// Exit 3 when the address cannot be had.
pub async fn listen(address: SocketAddr) -> Result<Receiver, Failure> {
    Receiver::start_at(address).await.map_err(|error| {
        Failure::unfit(format!("{error:#}")).remedy("another collector may listen there: --otlp HOST:PORT")
    })
}

impl Pair {
    /// Asks each a hundred times with a sampled `traceparent`, one after the other; base, then candidate. Of one that sent no traces
    /// there is nothing.
    pub async fn traces(&self, receiver: &Receiver, demand: &Demand) -> [Option<Analysis>; 2] {
        self.terminal.step("tracing both");
        let [base, candidate] = self.bases();
        [self.traced(receiver, base, demand).await, self.traced(receiver, candidate, demand).await]
    }

    async fn traced(&self, receiver: &Receiver, base: &http::Uri, demand: &Demand) -> Option<Analysis> {
        let length = Duration::from_secs_f64((REQUESTS / demand.rate_rps).min(LONGEST));
        let schedule = demand.arrivals.schedule(demand.rate_rps, length, &demand.mix, SEED);
        let options =
            SliceOptions { sampled: 1.0, timeout: demand.timeout, drop_first: Duration::ZERO, keep: Keep::Nothing };
        let before = receiver.take().late;
        let driven = self.driver.slice(base, &demand.mix, &schedule, options).await;
        receiver.settle_after(driven.requests as usize, SILENCE, CAP).await;
        let mut received = receiver.take();
        let mut lost = received.lost();
        lost.late += before;
        let ours: HashSet<TraceId> = driven.samples.iter().map(|sample| sample.trace_id).collect();
        received.spans.retain(|span| ours.contains(&span.trace_id));
        let service = asked_service(&received.spans)?;
        let analysis = analyse(received.spans, &service);
        Some(Analysis { lost, ..analysis })
    }
}

/// The service that was asked: the one whose server spans have no parent among the spans.
fn asked_service(spans: &[Span]) -> Option<String> {
    let there: HashSet<_> = spans.iter().map(|span| (span.trace_id, span.id)).collect();
    let first = |span: &&Span| {
        let parent = span.parent.map(|parent| (span.trace_id, parent));
        span.kind == SpanKind::Server && parent.is_none_or(|parent| !there.contains(&parent))
    };
    let mut services: BTreeMap<&str, usize> = BTreeMap::new();
    for span in spans.iter().filter(first) {
        *services.entry(&span.service).or_default() += 1;
    }
    services.into_iter().max_by_key(|(_, times)| *times).map(|(service, _)| service.to_owned())
}

#[cfg(test)]
mod tests {
    use super::asked_service;
    use trace::sketch::{MEASURED, db, root};

    #[test]
    fn the_service_that_was_asked_is_the_one_nobody_there_called() {
        assert_eq!(asked_service(&[db(2, 1, "select 1", 0, 5), root(0, 50)]).as_deref(), Some(MEASURED));
        assert_eq!(asked_service(&[db(2, 1, "select 1", 0, 5)]), None);
        assert_eq!(asked_service(&[]), None);
    }
}
