//! Liveness and readiness: `/healthz` says that the process runs, `/readyz` that it can serve.

use crate::{Problem, Shutdown};
use axum::{Router, extract::State, response::IntoResponse, routing::get};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

/// A dependency that takes longer than this to answer does not count as reachable.
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

type Check = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// What must answer before this service can serve.
#[derive(Clone)]
pub struct Readiness {
    checks: Vec<(&'static str, Check)>,
    shutdown: Shutdown,
}

impl Readiness {
    /// Ready until the shutdown begins.
    #[must_use]
    pub fn new(shutdown: Shutdown) -> Self {
        Self { checks: Vec::new(), shutdown }
    }

    /// Adds a dependency; its check runs at every `/readyz` and has one second.
    #[must_use]
    pub fn check<F, Fut, E>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        let check = move || -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> {
            let answer = check();
            Box::pin(async move { answer.await.map_err(|e| e.to_string()) })
        };
        self.checks.push((name, Arc::new(check)));
        self
    }

    /// Asks every dependency.
    ///
    /// # Errors
    /// The problem to answer: draining, or the dependencies that do not answer (their errors are logged, not shown).
    pub async fn ask(&self) -> Result<(), Problem> {
        if self.shutdown.has_begun() {
            return Err(Problem::unavailable("this process is shutting down", 1));
        }
        let mut missing = Vec::new();
        for (name, check) in &self.checks {
            match tokio::time::timeout(CHECK_TIMEOUT, check()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(dependency = name, error, "not ready");
                    missing.push(*name);
                }
                Err(_) => missing.push(*name),
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Problem::unavailable(format!("does not answer: {}", missing.join(", ")), 1))
        }
    }
}

/// The two routes, to be merged into a service's router outside its tracing and limits.
pub fn health(readiness: Readiness) -> Router {
    Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(readyz)).with_state(readiness)
}

async fn readyz(State(readiness): State<Readiness>) -> impl IntoResponse {
    readiness.ask().await.map(|()| "ready")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;

    async fn status(router: &Router, path: &str) -> u16 {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn a_process_with_a_missing_dependency_is_alive_but_not_ready() {
        let down = || async { Err::<(), _>("refused") };
        let router = health(Readiness::new(Shutdown::by_hand()).check("database", down));
        assert_eq!(status(&router, "/healthz").await, 200);
        assert_eq!(status(&router, "/readyz").await, 503);
    }

    #[tokio::test]
    async fn readiness_ends_when_the_shutdown_begins() {
        let shutdown = Shutdown::by_hand();
        let router = health(Readiness::new(shutdown.clone()));
        assert_eq!(status(&router, "/readyz").await, 200);
        shutdown.begin();
        assert_eq!(status(&router, "/readyz").await, 503);
    }

    #[tokio::test]
    async fn a_dependency_that_hangs_counts_as_missing() {
        let hangs = || std::future::pending::<Result<(), &str>>();
        let router = health(Readiness::new(Shutdown::by_hand()).check("redis", hangs));
        assert_eq!(status(&router, "/readyz").await, 503);
    }
}
