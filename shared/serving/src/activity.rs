//! What is going on on one connection: how many requests are being answered, and since when there is none.

use crate::limits::Limits;
use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};
use tokio::{sync::Notify, time::Instant};

/// One connection's.
#[derive(Debug)]
pub(crate) struct Activity {
    state: Mutex<State>,
    /// Somebody else needs its place.
    pub(crate) evicted: Notify,
}

#[derive(Clone, Copy, Debug)]
struct State {
    answering: usize,
    /// When the connection got its place, or its last answer ended.
    since: Instant,
    /// Whether there was a request at all.
    used: bool,
}

impl Activity {
    /// Of a connection that is served from now on.
    pub(crate) fn begin() -> Arc<Self> {
        let state = State { answering: 0, since: Instant::now(), used: false };
        Arc::new(Self { state: Mutex::new(state), evicted: Notify::new() })
    }

    /// A request's head is complete; the guard is dropped with the end of its answer.
    pub(crate) fn request(self: &Arc<Self>) -> Answering {
        let mut state = self.state();
        (state.answering, state.used) = (state.answering + 1, true);
        Answering(self.clone())
    }

    /// Since when no request is being answered; nothing while one is.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        let state = *self.state();
        (state.answering == 0).then_some(state.since)
    }

    /// Waits until the client has taken too long for its first or its next request.
    pub(crate) async fn overdue(&self, limits: &Limits) {
        loop {
            let state = *self.state();
            let allowed = if state.used { limits.idle } else { limits.first_request };
            let due = if state.answering == 0 { state.since + allowed } else { Instant::now() + limits.idle };
            if due <= Instant::now() {
                return;
            }
            // What begins or ends until then only moves the end further away.
            tokio::time::sleep_until(due).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request is being answered as long as this lives.
pub(crate) struct Answering(Arc<Activity>);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut state = self.0.state();
        (state.answering, state.since) = (state.answering - 1, Instant::now());
    }
}

/// A response's body, during which its request is being answered.
pub(crate) struct AnsweringBody {
    pub(crate) body: Body,
    pub(crate) _answering: Answering,
}

impl HttpBody for AnsweringBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
