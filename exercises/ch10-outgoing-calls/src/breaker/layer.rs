//! The breaker around a client: asks the circuit before a call, tells it how the call ended.

use super::{Circuit, Pass, Policy};
use crate::Dependency;
use http::{Request, Response, StatusCode};
use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};
use tokio::time::Instant;
use tower::{BoxError, Layer, Service};

/// A call that was not sent because its circuit is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sent: of late too many calls to {0} have failed")]
pub struct CircuitOpen(Dependency);

#[derive(Debug)]
struct Shared {
    to: Dependency,
    circuit: Mutex<Circuit>,
}

impl Shared {
    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes [`Breaker`]s that share one circuit.
#[derive(Clone, Debug)]
pub struct BreakerLayer(Arc<Shared>);

impl BreakerLayer {
    /// One circuit for calls to this dependency.
    #[must_use]
    pub fn new(to: Dependency, policy: Policy) -> Self {
        Self(Arc::new(Shared { to, circuit: Mutex::new(Circuit::new(policy)) }))
    }
}

impl<S> Layer<S> for BreakerLayer {
    type Service = Breaker<S>;

    fn layer(&self, inner: S) -> Breaker<S> {
        Breaker { inner, shared: self.0.clone() }
    }
}

/// A client behind a circuit.
#[derive(Clone, Debug)]
pub struct Breaker<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<A, B, S> Service<Request<A>> for Breaker<S>
where
    S: Service<Request<A>, Response = Response<B>, Error: Into<BoxError>, Future: Send + 'static>,
    B: Send + 'static,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let Some(mut call) = Call::begin(&self.shared) else {
            return Box::pin(ready(Err(CircuitOpen(self.shared.to).into())));
        };
        let answer = self.inner.call(request);
        Box::pin(async move {
            let result = answer.await.map_err(Into::into);
            call.end(result.as_ref().map_or(true, failed));
            result
        })
    }
}

/// Lives as long as the call; dropped before its end, it gives its place back.
struct Call {
    shared: Arc<Shared>,
    pass: Option<Pass>,
}

impl Call {
    fn begin(shared: &Arc<Shared>) -> Option<Self> {
        let pass = shared.circuit().admit(Instant::now())?;
        Some(Self { shared: shared.clone(), pass: Some(pass) })
    }

    fn end(&mut self, failed: bool) {
        let Some(pass) = self.pass.take() else { return };
        if self.shared.circuit().ended(pass, failed, Instant::now()) {
            tracing::warn!(to = %self.shared.to, "circuit opened");
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(pass) = self.pass.take() {
            self.shared.circuit().dropped(pass);
        }
    }
}

/// Whether an answer says that the other side is not well. A refusal (4xx) is an answer like any other, but 429 asks for less.
fn failed<B>(response: &Response<B>) -> bool {
    /// gRPC's deadline exceeded, resource exhausted, unavailable.
    const UNWELL: [&str; 3] = ["4", "8", "14"];
    let grpc = response.headers().get("grpc-status").and_then(|status| status.to_str().ok());
    response.status().is_server_error()
        || response.status() == StatusCode::TOO_MANY_REQUESTS
        || grpc.is_some_and(|status| UNWELL.contains(&status))
}
