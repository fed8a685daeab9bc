//! The driver: its own thread and runtime, so that its CPU time is its own and nothing else delays it.

use super::client::{self, Target};
use super::connection::{Pool, Protocol};
use super::ids::Ids;
use super::publish::Broker;
use super::request::Call;
use super::{Answer, Mix, Request, Schedule, SliceResult, slice};
use anyhow::Context as _;
use http::Uri;
use std::collections::HashMap;
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
    /// Where messages are published, by the authority of the service that is driven.
    brokers: Mutex<HashMap<String, Arc<Broker>>>,
    /// Dropping it ends the thread.
    _alive: oneshot::Sender<()>,
}

/// What a slice needs of its driver.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) pool: Arc<Pool>,
    ids: Arc<Mutex<Ids>>,
    /// The broker of the service that is driven, if it has one.
    pub(super) broker: Option<Arc<Broker>>,
}

impl Means {
    /// Connections opened so far.
    pub(super) fn opened(&self) -> u64 {
        self.pool.opened() + self.broker.as_ref().map_or(0, |broker| broker.opened())
    }

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
                timer::wake_without_slack();
                drop(runtime.block_on(ended));
            })
            .context("cannot start the load driver's thread")?;
        let (pool, ids) = (Arc::new(Pool::new(protocol)), Arc::new(Mutex::new(Ids::new())));
        let brokers = Mutex::default();
        Ok(Self { shared: Arc::new(Shared { handle, pool, ids, brokers, _alive: alive }) })
    }

    /// Says where messages go that are published while the service at `base` is driven: a broker's URL (`amqp://…`) and what
    /// every name of a queue or exchange begins with there. Nothing is connected before the first message is due.
    pub fn publish_at(&self, base: &Uri, url: &str, prefix: &str) {
        let broker = Arc::new(Broker::new(url.to_owned(), prefix.to_owned()));
        let authority = base.authority().map_or_else(String::new, ToString::to_string);
        self.shared.brokers.lock().unwrap_or_else(PoisonError::into_inner).insert(authority, broker);
    }

    /// Runs one slice against `base` (http://host:port) and waits until nothing of it is in flight. What goes wrong is in
    /// the result: a server that cannot be reached is so many errors, and a void slice. Dropping the future ends the slice.
    pub async fn slice(&self, base: &Uri, mix: &Mix, schedule: &Schedule, options: SliceOptions) -> SliceResult {
        let (means, base, mix, schedule) = (self.means(base), base.clone(), mix.clone(), schedule.clone());
        let run = self.shared.handle.spawn(slice::run(means, base, mix, schedule, options));
        AbortOnDropHandle::new(run)
            .await
            .unwrap_or_else(|failed| slice::broken(format!("the driver's own task ended: {failed}")))
    }

    /// Sends a single request, for comparing behaviour: the whole answer, decoded, whatever its status.
    ///
    /// # Errors
    /// No connection, a broken answer, none within 30 seconds, or a message to publish, which has no answer.
    pub async fn once(&self, base: &Uri, request: &Request, traced: bool) -> anyhow::Result<Answer> {
        anyhow::ensure!(!matches!(request.call, Call::Publish(_)), "{}: a message has no answer", request.path);
        let (means, request) = (self.means(base), request.clone());
        let target = Target::new(base)?;
        let uri: Uri = request.path.parse().with_context(|| format!("{}: not a path", request.path))?;
        let what = format!("{} {base} {}", request.method, request.path);
        let body = request.wire_body().with_context(|| what.clone())?;
        let run = async move {
            let (trace_id, traceparent) = means.trace(traced);
            let way = request.way(means.pool.protocol());
            let outgoing = target.outgoing(&request, (&uri, body), traceparent, way.protocol);
            let exchange = client::exchange(&means.pool, &target, (outgoing, way), true).await?;
            means.pool.give_back(&target.authority, exchange.connection).await;
            let understood = request.understand(exchange.status, &exchange.headers, exchange.body, true)?;
            let (status, body) = (understood.status, understood.body.unwrap_or_default());
            anyhow::Ok(Answer { status, headers: exchange.headers, body, trace_id })
        };
        let run = async move { tokio::time::timeout(ONCE, run).await.context("no answer within 30 s")? };
        AbortOnDropHandle::new(self.shared.handle.spawn(run)).await?.context(what)
    }

    fn means(&self, base: &Uri) -> Means {
        let brokers = self.shared.brokers.lock().unwrap_or_else(PoisonError::into_inner);
        let broker = base.authority().and_then(|authority| brokers.get(authority.as_str())).cloned();
        Means { pool: self.shared.pool.clone(), ids: self.shared.ids.clone(), broker }
    }
}
