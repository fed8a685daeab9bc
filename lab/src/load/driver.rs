//! The driver: its own thread and runtime, so that its CPU time is its own and nothing else delays it.

use super::client::{self, Target};
use super::connection::{Pool, Protocol};
use super::ids::Ids;
use super::{Answer, Mix, Request, Schedule, SliceResult, pacer, slice};
use anyhow::Context as _;
use http::Uri;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

/// How long a single request may take.
const ONCE: Duration = Duration::from_secs(30);

/// How a slice is run.
#[derive(Debug, Clone, Copy)]
pub struct SliceOptions {
    /// Asks the services to record a trace of every request (traceparent flag 01 instead of 00).
    pub traced: bool,
    /// After this long, from its scheduled instant, a request is given up; its latency counts as the timeout.
    pub timeout: Duration,
    /// What is scheduled in this first part of the slice is sent but not counted.
    pub drop_first: Duration,
    /// Keeps and decodes every body. Costs time: not for slices whose latency matters.
    pub keep_bodies: bool,
}

impl Default for SliceOptions {
    fn default() -> Self {
        Self {
            traced: false,
            timeout: Duration::from_secs(5),
            drop_first: Duration::from_millis(50),
            keep_bodies: false,
        }
    }
}

/// Sends requests as scheduled. Connections are kept from slice to slice; cloning shares them.
#[derive(Clone)]
pub struct Driver {
    shared: Arc<Shared>,
}

struct Shared {
    handle: tokio::runtime::Handle,
    pool: Arc<Pool>,
    ids: Arc<Mutex<Ids>>,
    /// Dropping it ends the thread.
    _alive: oneshot::Sender<()>,
}

/// What a slice needs of its driver.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) pool: Arc<Pool>,
    ids: Arc<Mutex<Ids>>,
}

impl Means {
    pub(super) fn trace(&self, sampled: bool) -> ([u8; 16], http::HeaderValue) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).next(sampled)
    }
}

impl Driver {
    /// Starts the driver's thread.
    ///
    /// # Errors
    /// The operating system gives no thread or no poller.
    pub fn new(protocol: Protocol) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("load".to_owned())
            .spawn(move || {
                pacer::wake_without_slack();
                drop(runtime.block_on(ended));
            })
            .context("cannot start the load driver's thread")?;
        let (pool, ids) = (Arc::new(Pool::new(protocol)), Arc::new(Mutex::new(Ids::new())));
        Ok(Self { shared: Arc::new(Shared { handle, pool, ids, _alive: alive }) })
    }

    /// Runs one slice against `base` (http://host:port) and waits until nothing of it is in flight. What goes wrong is in
    /// the result: a server that cannot be reached is so many errors, and a void slice. Dropping the future ends the slice.
    pub async fn slice(&self, base: &Uri, mix: &Mix, schedule: &Schedule, options: SliceOptions) -> SliceResult {
        let (means, base, mix, schedule) = (self.means(), base.clone(), mix.clone(), schedule.clone());
        let run = self.shared.handle.spawn(slice::run(means, base, mix, schedule, options));
        AbortOnDropHandle::new(run)
            .await
            .unwrap_or_else(|failed| slice::broken(format!("the driver's own task ended: {failed}")))
    }

    /// Sends a single request, for comparing behaviour: the whole answer, decoded, whatever its status.
    ///
    /// # Errors
    /// No connection, a broken answer, or none within 30 seconds.
    pub async fn once(&self, base: &Uri, request: &Request, traced: bool) -> anyhow::Result<Answer> {
        let (means, request) = (self.means(), request.clone());
        let target = Target::new(base)?;
        let uri: Uri = request.path.parse().with_context(|| format!("{}: not a path", request.path))?;
        let what = format!("{} {base} {}", request.method, request.path);
        let run = async move {
            let (trace_id, traceparent) = means.trace(traced);
            let outgoing = target.outgoing(&request, &uri, traceparent, means.pool.protocol());
            let exchange = client::exchange(&means.pool, &target, outgoing, true).await?;
            means.pool.give_back(&target.authority, exchange.connection).await;
            let body = exchange.body.decoded()?;
            anyhow::Ok(Answer { status: exchange.status, headers: exchange.headers, body, trace_id })
        };
        let run = async move { tokio::time::timeout(ONCE, run).await.context("no answer within 30 s")? };
        AbortOnDropHandle::new(self.shared.handle.spawn(run)).await?.context(what)
    }

    fn means(&self) -> Means {
        Means { pool: self.shared.pool.clone(), ids: self.shared.ids.clone() }
    }
}
