//! Calls to the outside world: one shared HTTP client with a guard around each partner; it propagates the trace.

mod analytics;
mod email;
mod payment;
mod warehouse;

pub use payment::Charge;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{self, Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use outgoing_calls::{Dependency, Guarded, OutgoingCalls};
use serde::Serialize;
use std::time::Duration;
use telemetry::{names, wait_span};
use tower::{BoxError, Service as _, ServiceExt as _};
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
    /// Refused on our side, because the partner is failing or overloaded: no effect; later it may work.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The partner was never reached: no effect; later it may work.
    #[error("not reached: {0}")]
    NotReached(String),
    /// The call left, and no usable answer came: it may have had its effect.
    #[error("outcome unknown: {why}")]
    Unknown {
        /// Of the answer, where one came.
        status: Option<StatusCode>,
        /// What came instead of a usable answer.
        why: String,
    },
}

impl CallError {
    /// For metrics.
    fn kind(&self) -> &str {
        match self {
            Self::Refused { status, .. } => status.as_str(),
            Self::NotSent(_) => "not_sent",
            Self::NotReached(_) => "not_reached",
            Self::Unknown { status, .. } => status.as_ref().map_or(names::OTHER, StatusCode::as_str),
        }
    }

    /// No answer, or one that cannot be read.
    fn unknown(why: impl ToString) -> Self {
        Self::Unknown { status: None, why: why.to_string() }
    }

    /// An answer that leaves open whether the call had its effect.
    fn undecided(status: StatusCode) -> Self {
        Self::Unknown { status: Some(status), why: status.to_string() }
    }
}

impl From<BoxError> for CallError {
    fn from(error: BoxError) -> Self {
        let connecting = error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect);
        match error {
            error if outgoing_calls::not_sent(&error) => Self::NotSent(error.to_string()),
            error if outgoing_calls::too_late(&error) => Self::unknown("no answer in time"),
            error if connecting => Self::NotReached(error.to_string()),
            error => Self::unknown(error),
        }
    }
}

type Partner = Guarded<Full<Bytes>, Bytes>;

/// The partners, behind one base address.
#[derive(Clone)]
pub struct Partners {
    payment: Partner,
    warehouse: Partner,
    email: Partner,
    analytics: Partner,
    base: String,
}

impl Partners {
    /// At `PARTNERS_URL`, `http://host:port`, each behind its guard.
    ///
    /// # Errors
    /// When that is no such URL.
    pub fn new(base: &str, calls: &OutgoingCalls) -> anyhow::Result<Self> {
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
        // With the body: an answer whose end does not come is no answer.
        let whole = tower::service_fn(move |request| whole_answer(http.clone(), request));
        Ok(Self {
            payment: calls.around(Dependency::Payment, whole.clone()),
            warehouse: calls.around(Dependency::Warehouse, whole.clone()),
            email: calls.around(Dependency::Email, whole.clone()),
            analytics: calls.around(Dependency::Analytics, whole),
            base,
        })
    }

    /// Posts JSON under an idempotency key, inside `span`, and returns the body of a 2xx answer.
    async fn post(
        &self,
        span: Span,
        to: Dependency,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Result<Bytes, CallError> {
        async {
            let result = self.send(to, path, key, body).await;
            match &result {
                Ok(_) => {}
                Err(error) => telemetry::failed(error.kind(), error),
            }
            result
        }
        .instrument(span)
        .await
    }

    async fn send(&self, to: Dependency, path: &str, key: &str, body: &impl Serialize) -> Result<Bytes, CallError> {
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
        let mut partner = match to {
            Dependency::Warehouse => self.warehouse.clone(),
            Dependency::Email => self.email.clone(),
            Dependency::Analytics => self.analytics.clone(),
            Dependency::Payment | Dependency::Recommendations => self.payment.clone(),
        };
        let ready = partner.ready().instrument(wait_span!("permit for a partner")).await?;
        let (answer, body) = ready.call(request).await?.into_parts();
        let status = answer.status;
        Span::current().record(names::HTTP_STATUS, i64::from(status.as_u16()));
        match status {
            _ if status.is_success() => Ok(body),
            // The partner was too busy to decide.
            StatusCode::TOO_MANY_REQUESTS => Err(CallError::undecided(status)),
            _ if status.is_client_error() => Err(CallError::Refused { status, detail: detail(&body) }),
            _ => Err(CallError::undecided(status)),
        }
    }
}

async fn whole_answer(
    http: Client<HttpConnector, Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, BoxError> {
    let (answer, body) = http.request(request).await?.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER).collect().await?.to_bytes();
    Ok(Response::from_parts(answer, body))
}

/// The `detail` of a problem body, or nothing.
fn detail(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Problem {
        detail: String,
    }
    serde_json::from_slice::<Problem>(body).map(|problem| problem.detail).unwrap_or_default()
}
