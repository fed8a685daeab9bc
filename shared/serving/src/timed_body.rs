//! A request's body that must be complete in time; one that is not is answered 408.

use crate::Problem;
use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderMap, Response, StatusCode, header},
    response::IntoResponse as _,
};
use http_body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// The body did not come in time.
#[derive(Debug, thiserror::Error)]
#[error("the body took too long")]
struct TooSlow;

/// Whether the body of a request took too long.
#[derive(Clone, Default)]
pub(crate) struct Expired(Arc<AtomicBool>);

impl Expired {
    /// The answer as it is, or 408 where the body took too long. gRPC has its own way to say that something failed.
    pub(crate) fn answer(&self, response: Response<Body>) -> Response<Body> {
        if !self.0.load(Ordering::Relaxed) || is_grpc(response.headers()) {
            return response;
        }
        let problem = Problem::new(StatusCode::REQUEST_TIMEOUT, "/problems/timeout");
        problem.detail("the body of the request took too long").into_response()
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// Fails where the body is not complete in time. It costs nothing for a body that has already arrived.
pub(crate) struct TimedBody<B> {
    body: B,
    deadline: Instant,
    /// Made when there is something to wait for.
    timer: Option<Pin<Box<Sleep>>>,
    expired: Expired,
}

impl<B> TimedBody<B> {
    pub(crate) fn new(body: B, allowed: Duration, expired: Expired) -> Self {
        Self { body, deadline: Instant::now() + allowed, timer: None, expired }
    }
}

impl<B> HttpBody for TimedBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = this.deadline;
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        timer.as_mut().poll(cx).map(|()| {
            this.expired.0.store(true, Ordering::Relaxed);
            Some(Err(TooSlow.into()))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
