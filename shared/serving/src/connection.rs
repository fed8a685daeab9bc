//! One connection, from the first byte to the last: HTTP/1.1 or HTTP/2, within the limits.

use crate::{
    Shutdown,
    activity::{Activity, AnsweringBody},
    connections::Place,
    limits::Limits,
    timed_body::{Expired, TimedBody},
};
use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::ConnectInfo,
    http::{Request, Response},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

/// After that much silence a client of HTTP/2 is asked whether it is still there, and has [`PONG`] to say so.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(10);
/// How long a connection that is to be closed, and on which nothing is answered, may take to close in order.
const GOODBYE: Duration = Duration::from_millis(500);

/// Serves a connection until the client, a limit or the shutdown ends it. Whatever is being answered is answered.
pub(crate) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: Limits,
    shutdown: Shutdown,
    place: Place,
) {
    let activity = &place.activity;
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PONG);
    let service = service_fn(|request| answer(app.clone(), request, peer, activity, limits.body));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(Box::pin(stream)), service));
    let goodbye = tokio::select! {
        ended = connection.as_mut() => return report(ended),
        () = activity.overdue(&limits) => GOODBYE,
        // Somebody waits for the place.
        () = activity.evicted.notified() => Duration::ZERO,
        () = shutdown.begun() => GOODBYE,
    };
    connection.as_mut().graceful_shutdown();
    let mut pause = goodbye;
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => return report(ended),
            () = tokio::time::sleep(pause) => if activity.idle_since().is_some() { return },
        }
        // A request came in between and is being answered: for as long as that takes.
        pause = GOODBYE;
    }
}

fn report(ended: Result<(), axum::BoxError>) {
    if let Err(error) = ended {
        // A client that goes away, or speaks no HTTP: its matter.
        tracing::debug!(%error, "a connection ended");
    }
}

/// The answer to one request. The future is the service's own and has nothing of the connection's.
fn answer(
    app: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    activity: &Arc<Activity>,
    allowed: Duration,
) -> impl Future<Output = Result<Response<AnsweringBody>, Infallible>> + use<> {
    let (answering, expired) = (activity.request(), Expired::default());
    async move {
        let timed = expired.clone();
        let mut request = request.map(|body| {
            if body.is_end_stream() { Body::empty() } else { Body::new(TimedBody::new(body, allowed, timed)) }
        });
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = expired.answer(app.oneshot(request).await?);
        Ok(response.map(|body| AnsweringBody { body, _answering: answering }))
    }
}
