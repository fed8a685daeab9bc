//! The driver: its own thread and runtime, so that its CPU time is its own and nothing else delays it.

use super::client::{self, Answer, Target};
use super::connection::Pool;
use super::context::SliceContext;
use super::created::Created;
use super::ids::Ids;
use super::mix::Mix;
use super::options::SliceOptions;
use super::outcome::SliceResult;
use super::protocol::Protocol;
use super::publish::Broker;
use super::request::{Call, Request};
use super::schedule::Schedule;
use super::slice;
use anyhow::Context as _;
use bytes::Bytes;
use http::Uri;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use timer::TimerRuntime;
use tokio_util::task::AbortOnDropHandle;

/// How long a single request may take.
const ONCE_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends requests as scheduled. Connections are kept from slice to slice; cloning shares them.
#[derive(Clone)]
pub struct Driver {
    shared: Arc<Shared>,
}

struct Shared {
    runtime: TimerRuntime,
    pool: Arc<Pool>,
    ids: Arc<Mutex<Ids>>,
    secret: u64,
    /// Where messages are published, by the authority of the service that is driven.
    brokers: Mutex<HashMap<String, Arc<Broker>>>,
}

impl Driver {
    /// Starts the driver's thread.
    ///
    /// # Errors
    /// The operating system gives no thread, poller or timer.
    pub fn new(protocol: Protocol) -> anyhow::Result<Self> {
        let runtime = TimerRuntime::start("load").context("cannot start the load driver's thread")?;
        let mut ids = Ids::new();
        let secret = ids.secret();
        let (pool, ids) = (Arc::new(Pool::new(protocol)), Arc::new(Mutex::new(ids)));
        let brokers = Mutex::default();
        Ok(Self { shared: Arc::new(Shared { runtime, pool, ids, secret, brokers }) })
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
        let (context, base, mix, schedule) = (self.context(base), base.clone(), mix.clone(), schedule.clone());
        let runtime = &self.shared.runtime;
        let run = slice::run((context, runtime.timer().clone()), base, mix, schedule, options);
        AbortOnDropHandle::new(runtime.handle().spawn(run))
            .await
            .unwrap_or_else(|failed| slice::broken(format!("the driver's own task ended: {failed}")))
    }

    /// Sends a single request, for comparing behaviour: the whole answer, decoded, whatever its status.
    ///
    /// # Errors
    /// No connection, a broken answer, none within 30 seconds, or a message to publish, which has no answer.
    pub async fn once(&self, base: &Uri, request: &Request, traced: bool) -> anyhow::Result<Answer> {
        anyhow::ensure!(!matches!(request.call, Call::Publish(_)), "{}: a message has no answer", request.path);
        let (context, request) = (self.context(base), request.clone());
        let target = Target::new(base)?;
        let uri: Uri = request.path.parse().with_context(|| format!("{}: not a path", request.path))?;
        let what = format!("{} {base} {}", request.method, request.path);
        let body = request.wire_body().with_context(|| what.clone())?;
        let run = exchanged(context, target, request, (uri, body), traced);
        AbortOnDropHandle::new(self.shared.runtime.handle().spawn(run)).await?.context(what)
    }

    /// What the service at `base` said it created since this was asked last: every 201 to a POST, over all slices and single
    /// requests, and the POSTs that nobody knows the outcome of.
    pub fn take_created(&self, base: &Uri) -> Created {
        base.authority().map(|authority| self.shared.pool.creations.take(authority.as_str())).unwrap_or_default()
    }

    fn context(&self, base: &Uri) -> SliceContext {
        let brokers = self.shared.brokers.lock().unwrap_or_else(PoisonError::into_inner);
        let broker = base.authority().and_then(|authority| brokers.get(authority.as_str())).cloned();
        let (pool, ids) = (self.shared.pool.clone(), self.shared.ids.clone());
        SliceContext { pool, ids, secret: self.shared.secret, broker }
    }
}

/// A single request with its answer. Boxed here, so that what sends it is compiled with this crate, whoever waits for it.
fn exchanged(
    context: SliceContext,
    target: Target,
    request: Request,
    (uri, body): (Uri, Bytes),
    traced: bool,
) -> Pin<Box<dyn Future<Output = anyhow::Result<Answer>> + Send>> {
    let run = async move {
        let (trace_id, traceparent) = context.trace(traced);
        let transport = request.transport(context.pool.protocol());
        let outgoing = target.outgoing(&request, (&uri, body), traceparent, transport.protocol);
        let exchange = client::exchange(&context.pool, &target, (outgoing, transport), true).await?;
        context.pool.give_back(&target.authority, exchange.connection).await;
        request.answer(exchange.status, exchange.headers, exchange.body, trace_id)
    };
    Box::pin(async move { tokio::time::timeout(ONCE_TIMEOUT, run).await.context("no answer within 30 s")? })
}
