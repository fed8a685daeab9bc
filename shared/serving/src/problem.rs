//! The error body of every REST answer: RFC 9457 `application/problem+json`.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// What went wrong, for a person (`detail`) and for a program (`type`, `status`, `errors`).
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// A stable identifier of the kind of problem: a URI reference.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The same for a person, always the same text for one `type`.
    title: &'static str,
    #[serde(serialize_with = "status_number")]
    status: StatusCode,
    /// What is wrong with this very request.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Seconds after which another try makes sense; sent as `Retry-After` too.
    #[serde(skip)]
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem of this status, with the status' own title.
    #[must_use]
    pub fn new(status: StatusCode, kind: &'static str) -> Self {
        Self { kind, title: status.canonical_reason().unwrap_or("Error"), status, detail: None, retry_after: None }
    }

    /// 400: the request cannot be understood.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "/problems/bad-request").detail(detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "/problems/not-found").detail(detail)
    }

    /// 422: understood, but against the rules.
    #[must_use]
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "/problems/unprocessable").detail(detail)
    }

    /// 503: a dependency does not answer; another try after `seconds` makes sense.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>, seconds: u32) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/unavailable").detail(detail);
        problem.retry_after = Some(seconds);
        problem
    }

    /// 500: our mistake. What it was stays in the log: log it once, where this is made.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "/problems/internal")
    }

    /// What is wrong with this very request; must hold nothing internal.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn status_number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    #[tokio::test]
    async fn a_problem_is_json_with_its_own_media_type() {
        let response = Problem::unavailable("the database does not answer", 2).into_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["retry-after"], "2");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"type": "/problems/unavailable", "title": "Service Unavailable", "status": 503,
                "detail": "the database does not answer"})
        );
    }
}
