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
use std::pin::Pin;

/// The service, its dependencies reached. Boxed, so that this code is compiled with the library and not again in its program.
///
/// # Errors
/// When the database or Redis does not answer.
pub fn app(
    settings: &Settings,
    shutdown: Shutdown,
) -> Pin<Box<dyn Future<Output = anyhow::Result<Router>> + Send + '_>> {
    Box::pin(async move { Ok(router::router(state::AppState::connect(settings).await?, shutdown)) })
}
