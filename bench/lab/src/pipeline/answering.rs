//! For tests: a server in this process that answers as it is told.

use bytes::Bytes;
use http::{Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// Where a server listens that answers its nth request, from 0, with `say(n)`: a status and a body.
pub(super) async fn answering(say: fn(usize) -> (u16, String)) -> Uri {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let asked = asked.clone();
            tokio::spawn(async move {
                let service = service_fn(|_| {
                    let (status, body) = say(asked.fetch_add(1, Ordering::SeqCst));
                    let mut answer = Response::new(Full::new(Bytes::from(body)));
                    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
                    async { Ok::<_, Infallible>(answer) }
                });
                let builder = hyper::server::conn::http1::Builder::new();
                let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    base
}
