//! A small HTTP client that speaks JSON.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client as Http, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// Sends requests to one address, as somebody or as nobody.
#[derive(Clone)]
pub struct Client {
    http: Http<HttpConnector, Full<Bytes>>,
    pub base: String,
    headers: Vec<(String, String)>,
}

/// An answer: status and body; a body that is not JSON is a JSON string.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: String,
    pub body: Value,
}

impl Client {
    pub fn new(base: &str) -> Self {
        Self { http: Http::builder(TokioExecutor::new()).build_http(), base: base.to_owned(), headers: Vec::new() }
    }

    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Posts a text that says it is JSON.
    pub async fn post_text(&self, path: &str, body: String) -> Answer {
        self.send_text(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Runs a GraphQL operation and returns the whole answer, `data` and `errors`.
    pub async fn graphql(&self, query: &str) -> Value {
        let answer = self.post("/graphql", serde_json::json!({ "query": query })).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send_text(method, path, body.map(|body| body.to_string())).await
    }

    async fn send_text(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or_else(Bytes::new, Bytes::from);
        let response = self.http.request(request.body(Full::new(body)).unwrap()).await.unwrap();
        let content_type = response.headers().get("content-type").map_or("", |v| v.to_str().unwrap()).to_owned();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        Answer { status, content_type, body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()) }
    }
}
