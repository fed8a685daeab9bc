//! An HTTP client that gives every request a time limit, and reads answers whole.

use anyhow::Context as _;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client as Http, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use std::time::Duration;

/// No answer of the shop is longer.
const LONGEST: usize = 16 << 20;

/// Clones share their connections.
#[derive(Clone)]
pub(crate) struct Client {
    http: Http<HttpConnector, Full<Bytes>>,
    timeout: Duration,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The body, if it is JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Client {
    pub(crate) fn new(timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(Duration::from_secs(2)));
        Self { http: Http::builder(TokioExecutor::new()).build(connector), timeout }
    }

    /// HTTP/2 without an upgrade, as gRPC needs it.
    pub(crate) fn http2(timeout: Duration) -> Self {
        Self { http: Http::builder(TokioExecutor::new()).http2_only(true).build_http(), timeout }
    }

    /// # Errors
    /// When there is no whole answer in time.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        let answered = async {
            let (parts, body) = self.http.request(request).await?.into_parts();
            let body = Limited::new(body, LONGEST).collect().await.map_err(|error| anyhow::anyhow!("{error}"))?;
            let mut headers = parts.headers;
            // gRPC tells its status here.
            headers.extend(body.trailers().cloned().unwrap_or_default());
            anyhow::Ok(Answer { status: parts.status, headers, body: body.to_bytes() })
        };
        tokio::time::timeout(self.timeout, answered).await.context("no answer in time")?
    }

    /// Sends JSON, or nothing, with these headers.
    pub(crate) async fn call(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        self.send(request.body(Full::new(body))?).await
    }
}
