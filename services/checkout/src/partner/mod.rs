//! Calls to the outside world: one shared HTTP client, a limit on every wait, the trace carried along.

mod fulfilment;
mod payment;

pub use payment::Charge;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use serde::Serialize;
use std::time::Duration;
use telemetry::names;
use tracing::{Instrument as _, Span};

/// No partner's answer is longer.
const LONGEST_ANSWER: usize = 64 * 1024;
const CONNECT: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(30);

/// How a call failed, by what is known about its effect.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// The partner understood and said no: it had no effect, and the same call again will have none.
    #[error("refused with {status}: {detail}")]
    Refused {
        /// 4xx.
        status: StatusCode,
        /// The partner's own words.
        detail: String,
    },
    /// The partner was never reached: no effect; later it may work.
    #[error("not reached: {0}")]
    NotReached(String),
    /// The call left, and no usable answer came: it may have had its effect.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}

/// The partners, behind one base address.
#[derive(Clone)]
pub struct Partners {
    http: Client<HttpConnector, Full<Bytes>>,
    base: String,
    timeout: Duration,
}

impl Partners {
    /// At `PARTNERS_URL`, `http://host:port`; no call takes longer than `timeout`.
    ///
    /// # Errors
    /// When that is no such URL.
    pub fn new(base: &str, timeout: Duration) -> anyhow::Result<Self> {
        let base = base.trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().map_err(|error| anyhow::anyhow!("PARTNERS_URL: {error}"))?;
        anyhow::ensure!(
            uri.scheme_str() == Some("http") && uri.host().is_some(),
            "PARTNERS_URL must be http://host:port"
        );
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        let http = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            // Without a timer idle connections are only looked at when the next call is made.
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self { http, base, timeout })
    }

    /// Posts JSON under an idempotency key, inside `span`, and returns the body of a 2xx answer.
    async fn post(&self, span: Span, path: &str, key: &str, body: &impl Serialize) -> Result<Bytes, CallError> {
        async {
            let call = self.send(path, key, body);
            let result = match tokio::time::timeout(self.timeout, call).await {
                Ok(result) => result,
                Err(_) => Err(CallError::Unknown(format!("no answer within {} ms", self.timeout.as_millis()))),
            };
            if result.is_err() {
                Span::current().record("otel.status_code", "ERROR");
            }
            result
        }
        .instrument(span)
        .await
    }

    async fn send(&self, path: &str, key: &str, body: &impl Serialize) -> Result<Bytes, CallError> {
        let never = |error: &dyn std::fmt::Display| CallError::NotReached(error.to_string());
        let body = serde_json::to_vec(body).map_err(|error| never(&error))?;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("idempotency-key", key)
            .body(Full::from(body))
            .map_err(|error| never(&error))?;
        telemetry::inject(request.headers_mut());
        let response =
            self.http.request(request).await.map_err(|error| {
                if error.is_connect() { never(&error) } else { CallError::Unknown(error.to_string()) }
            })?;
        let status = response.status();
        Span::current().record(names::HTTP_STATUS, status.as_u16());
        let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
        let body = body.map_err(|error| CallError::Unknown(error.to_string()))?.to_bytes();
        match status {
            _ if status.is_success() => Ok(body),
            // Too busy is no answer to the question.
            StatusCode::TOO_MANY_REQUESTS => Err(CallError::Unknown(status.to_string())),
            _ if status.is_client_error() => Err(CallError::Refused { status, detail: detail(&body) }),
            _ => Err(CallError::Unknown(status.to_string())),
        }
    }
}

/// The `detail` of a problem body, or nothing.
fn detail(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Problem {
        detail: String,
    }
    serde_json::from_slice::<Problem>(body).map(|problem| problem.detail).unwrap_or_default()
}
