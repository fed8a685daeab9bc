//! The other side of the calls: a server on a real port that answers, is slow, fails or hangs as it is told.

use axum::{Router, extract::State, response::Response, routing::any};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use outgoing_calls::{Dependency, Guarded, OutgoingCalls};
use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;
use tower::{BoxError, ServiceExt as _};
use variant::Variant;

/// What it does with a call.
#[derive(Clone)]
pub(crate) enum Does {
    Answer(StatusCode, Bytes),
    AnswerAfter(Duration),
    Hang,
}

#[derive(Clone)]
pub(crate) struct OtherSide {
    pub(crate) base: String,
    does: Arc<Mutex<Does>>,
    received: Arc<AtomicU32>,
}

pub(crate) type Guard = Guarded<Full<Bytes>, Bytes>;

impl OtherSide {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let does = Arc::new(Mutex::new(Does::Answer(StatusCode::OK, Bytes::new())));
        let side = Self { base, does, received: Arc::default() };
        let router = Router::new().fallback(any(answer)).with_state(side.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        side
    }

    pub(crate) fn instructed(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    /// Calls that have arrived since the last time somebody asked.
    pub(crate) fn received(&self) -> u32 {
        self.received.swap(0, Ordering::SeqCst)
    }
}

async fn answer(State(side): State<OtherSide>) -> Response {
    side.received.fetch_add(1, Ordering::SeqCst);
    let does = side.does.lock().unwrap().clone();
    let (status, body) = match does {
        Does::Answer(status, body) => (status, body),
        Does::AnswerAfter(delay) => {
            tokio::time::sleep(delay).await;
            (StatusCode::OK, Bytes::from_static(b"late"))
        }
        Does::Hang => pending().await,
    };
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}

/// Every variant of the seam.
pub(crate) fn variants() -> Vec<Variant> {
    variant::under_test(outgoing_calls::SEAM)
}

/// A guarded client for a dependency.
pub(crate) fn client(calls: &OutgoingCalls, to: Dependency) -> Guard {
    let http: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let whole = tower::service_fn(move |request: Request<Full<Bytes>>| {
        let http = http.clone();
        async move {
            let (answer, body) = http.request(request).await?.into_parts();
            Ok::<_, BoxError>(http::Response::from_parts(answer, body.collect().await?.to_bytes()))
        }
    });
    calls.around(to, whole)
}

/// One call.
pub(crate) async fn call(guard: &Guard, base: &str) -> Result<(StatusCode, Bytes), BoxError> {
    let request = Request::post(base).body(Full::from("order")).unwrap();
    let answer = guard.clone().oneshot(request).await?;
    Ok((answer.status(), answer.into_body()))
}
