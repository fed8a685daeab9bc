//! Starts the partners on a free port and talks HTTP to them.

use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use partners::Config;
use serde_json::Value;
use serving::Shutdown;

/// Running partners and a client; the shutdown begins when it is dropped.
#[derive(Clone)]
pub struct Partners {
    url: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub media_type: String,
    pub body: Value,
}

/// Partners that answer at once and never fail.
pub async fn instant() -> Partners {
    start(Config::instant()).await
}

pub async fn start(config: Config) -> Partners {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = partners::app(&config, Shutdown::by_hand());
    tokio::spawn(async move { axum::serve(listener, app).await });
    Partners { url, client: Client::builder(TokioExecutor::new()).build_http() }
}

impl Partners {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, "").await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, None, &body.to_string()).await.unwrap()
    }

    pub async fn post_with_key(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(key), &body.to_string()).await.unwrap()
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, None, &body.to_string()).await.unwrap()
    }

    /// One count of one partner.
    pub async fn count(&self, partner: &str, what: &str) -> u64 {
        self.get(&format!("/admin/partners/{partner}/calls")).await.body[what].as_u64().unwrap()
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> Result<Answer, hyper_util::client::legacy::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = self.client.request(request.body(Full::from(body.to_owned())).unwrap()).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let media_type = headers.get("content-type").map_or("", |v| v.to_str().unwrap()).to_owned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        Ok(Answer { status, media_type, body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()) })
    }
}

impl Answer {
    /// Holds the answer to be a problem of this status; gives its detail.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!((self.status, self.media_type.as_str()), (status, "application/problem+json"), "{self:?}");
        assert_eq!(self.body["status"], status);
        self.body["detail"].as_str().unwrap_or_default().to_owned()
    }
}
