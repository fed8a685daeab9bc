//! The ranking model: a host outside this process that puts candidates in order and takes a declared time for it.
//!
//! Like the partners' delays this is an outside delay, declared and settable (`RECOMMENDATIONS_MODEL_MS`), and it stands in
//! for a machine that the workshop does not have. What it ranks and gives back is the order the statement found.

use std::{io, time::Duration};
use timer::HighResolutionTimer;
use tracing::Instrument as _;

/// The model host, or none when it takes no time.
#[derive(Debug)]
pub(crate) struct Model(Option<(HighResolutionTimer, Duration)>);

impl Model {
    pub(crate) fn new(time: Duration) -> io::Result<Self> {
        if time.is_zero() {
            return Ok(Self(None));
        }
        Ok(Self(Some((HighResolutionTimer::on_own_thread()?, time))))
    }

    /// The candidates, best first, after the declared time: one call, however many they are.
    pub(crate) async fn rank<T>(&self, candidates: T) -> T {
        if let Some((timer, time)) = &self.0 {
            let span = tracing::info_span!(
                "model",
                otel.name = "rank candidates",
                otel.kind = "client",
                service.peer.name = "ranking-model"
            );
            timer.sleep(*time).instrument(span).await;
        }
        candidates
    }
}
