//! An edge before an origin, and what comes back through it.

use crate::origin::Origin;
use axum::{Router, body::Body};
use edge::Settings;
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use serving::{Shutdown, settings::Reader};
use tower::ServiceExt as _;

pub(crate) const TOKEN: &str = "sixteen-or-longer";

/// The edge and what is behind it.
pub(crate) struct Line {
    pub(crate) origin: Origin,
    pub(crate) edge: Router,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// What `Cache-Status` says.
    pub(crate) fn said(&self) -> &str {
        self.headers["cache-status"].to_str().unwrap()
    }

    pub(crate) fn is_hit(&self) -> bool {
        self.said().contains("edge; hit")
    }
}

impl Line {
    pub(crate) async fn open() -> Self {
        Self::with("fixed", &[]).await
    }

    pub(crate) async fn with(variant: &str, further: &[(&str, &str)]) -> Self {
        let origin = Origin::start().await;
        let variants = format!("ch12-edge-caching={variant}");
        let mut all = vec![("ORIGIN_URL", origin.url.as_str()), ("VARIANTS", &variants), ("ADMIN_TOKEN", TOKEN)];
        all.extend(further);
        let settings = Settings::read(Reader::from_pairs(all)).unwrap();
        let edge = edge::app(&settings, Shutdown::by_hand()).unwrap();
        Self { origin, edge }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "").await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let (parts, body) = self.edge.clone().oneshot(request).await.unwrap().into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// As many at once.
    pub(crate) async fn at_once(&self, times: usize, path: &str, headers: &[(&str, &str)]) -> Vec<Answer> {
        let asked = (0..times).map(|_| self.get_with(path, headers));
        futures_util::future::join_all(asked).await
    }
}

/// Long enough for an answer with `s-maxage=1` to become stale.
pub(crate) async fn until_stale() {
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
}
