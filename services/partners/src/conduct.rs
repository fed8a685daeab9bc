//! The layer around every partner's routes: counts the call, fails it if the declared failure mode says so, and delays the answer.
//!
//! The effect comes first and the delay after it, as over a real network: a client that gives up early may have been
//! charged all the same, which is why calls with an effect carry an idempotency key.
//!
//! The wait is tokio's timer, which rounds up to the next millisecond: answers come 0 to 1.1 ms late, never early.

use crate::{
    Failure,
    calls::{Calls, End},
    delay::LONGEST,
    idempotency,
    partner::{Fate, Partner},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serving::{Problem, Shutdown};
use std::{io, sync::Arc};
use tokio::time::{Instant, sleep, sleep_until};

/// Lives as long as the call; a client that leaves drops it before the call has ended.
struct Call<'a> {
    calls: &'a Calls,
    end: End,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.calls.end(self.end);
    }
}

pub(crate) async fn conduct(
    State((partner, shutdown)): State<(Arc<Partner>, Shutdown)>,
    request: Request,
    next: Next,
) -> Response {
    let arrived = Instant::now();
    partner.calls.begin(idempotency::key_of(request.headers()));
    let mut call = Call { calls: &partner.calls, end: End::Abandoned };
    let Fate { delay, failure } = partner.draw_fate();
    let (response, end) = match failure {
        None | Some(Failure::None {}) => {
            let response = next.run(request).await;
            sleep_until(arrived + delay).await;
            let end = if response.status().is_success() { End::Succeeded } else { End::Rejected };
            (response, end)
        }
        Some(Failure::Status { status, .. }) => {
            sleep_until(arrived + delay).await;
            (declared(status), End::Failed)
        }
        Some(Failure::Refuse { .. }) => (cut(), End::Failed),
        Some(Failure::Hang { .. }) => {
            tokio::select! {
                () = sleep(LONGEST) => {}
                () = shutdown.begun() => {}
            }
            (declared(504), End::Failed)
        }
    };
    call.end = end;
    response
}

fn declared(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    Problem::new(status, "/problems/declared-failure").detail("this partner was told to fail").into_response()
}

/// A body that fails at its first byte: the server drops the connection (HTTP/2: the stream) before anything is sent.
fn cut() -> Response {
    let refused = io::Error::new(io::ErrorKind::ConnectionReset, "this partner was told to refuse");
    Response::new(Body::from_stream(futures_util::stream::iter([Err::<Vec<u8>, _>(refused)])))
}
