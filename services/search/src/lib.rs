//! The search service: product search, product pages and related products over REST.

mod cache;
mod database;
mod error;
mod recommendations;
mod router;
pub mod routes;
mod seams;
mod settings;
mod state;
mod trace_header;

pub use error::Error;
pub use settings::Settings;

use axum::Router;
use serving::Shutdown;

/// The service, its dependencies reached.
///
/// # Errors
/// When the database or Redis does not answer.
pub async fn app(settings: &Settings, shutdown: Shutdown) -> anyhow::Result<Router> {
    Ok(router::router(state::AppState::connect(settings).await?, shutdown))
}
