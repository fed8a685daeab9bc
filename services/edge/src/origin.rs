//! The origin: one shared client with limits on every wait and every body; it propagates the trace.

use crate::headers;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, Uri, request::Parts, uri::Authority};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use serving::Problem;
use std::time::Duration;
use telemetry::{names, origin_span};
use tracing::{Instrument as _, Span};

/// The longest body in bytes. Far above any of the shop's: a longer one means that something is wrong with the origin.
const LONGEST_ANSWER: usize = 8 << 20;
/// An origin that runs accepts at once.
const CONNECT: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(30);

/// The service behind the edge.
#[derive(Clone)]
pub(crate) struct Origin {
    http: Client<HttpConnector, Full<Bytes>>,
    authority: Option<Authority>,
    timeout: Duration,
}

/// A whole response of the origin.
#[derive(Clone, Debug)]
pub(crate) struct OriginResponse {
    pub(crate) status: StatusCode,
    /// Without hop-by-hop headers; groups are still there.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl OriginResponse {
    /// Whether RFC 5861 counts it as an error for `stale-if-error`.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self.status.as_u16(), 500 | 502 | 503 | 504)
    }
}

/// Why there is no response.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum OriginError {
    #[error("the origin cannot be reached: {0}")]
    Unreachable(String),
    #[error("the origin took too long")]
    Timeout,
    #[error("the origin's answer broke off or is too long: {0}")]
    Broken(String),
}

impl OriginError {
    /// For metrics.
    fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Timeout => "timeout",
            Self::Broken(_) => "broken",
        }
    }
}

impl IntoResponse for OriginError {
    fn into_response(self) -> Response {
        let (status, kind) = match self {
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "/problems/timeout"),
            Self::Unreachable(_) | Self::Broken(_) => (StatusCode::BAD_GATEWAY, "/problems/bad-gateway"),
        };
        Problem::new(status, kind).detail("the shop does not answer: try again later").into_response()
    }
}

impl Origin {
    pub(crate) fn new(base: &Uri, timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        let http = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            // Without a timer idle connections are only looked at when the next call is made.
            .pool_timer(TokioTimer::new())
            .build(connector);
        Self { http, authority: base.authority().cloned(), timeout }
    }

    /// Asks. The address of `asked` is path and query; its headers are sent as they are, with the trace.
    pub(crate) async fn ask(&self, asked: Parts, body: Bytes) -> Result<OriginResponse, OriginError> {
        let authority = self.authority.as_ref().map_or("", Authority::as_str);
        let span = origin_span!(&asked.method, format_args!("http://{authority}{}", asked.uri));
        async {
            let answer = match tokio::time::timeout(self.timeout, self.send(asked, body)).await {
                Ok(answer) => answer,
                Err(_) => Err(OriginError::Timeout),
            };
            match &answer {
                Ok(answer) => {
                    Span::current().record(names::HTTP_STATUS, i64::from(answer.status.as_u16()));
                }
                Err(error) => {
                    telemetry::failed(error.kind(), error);
                    tracing::warn!(%error, "no answer");
                }
            }
            answer
        }
        .instrument(span)
        .await
    }

    async fn send(&self, mut asked: Parts, body: Bytes) -> Result<OriginResponse, OriginError> {
        let mut address = asked.uri.into_parts();
        address.scheme = Some(http::uri::Scheme::HTTP);
        address.authority = self.authority.clone();
        asked.uri = Uri::from_parts(address).map_err(|error| OriginError::Unreachable(error.to_string()))?;
        asked.version = http::Version::HTTP_11;
        telemetry::inject(&mut asked.headers);
        let response = self.http.request(Request::from_parts(asked, Full::from(body))).await;
        let (mut parts, body) = response.map_err(|error| OriginError::Unreachable(error.to_string()))?.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await;
        let body = body.map_err(|error| OriginError::Broken(error.to_string()))?.to_bytes();
        headers::strip_hop_by_hop(&mut parts.headers);
        // It names the trace of the request that fetched the answer, not of those it will be given to.
        parts.headers.remove("traceresponse");
        Ok(OriginResponse { status: parts.status, headers: parts.headers, body })
    }
}
