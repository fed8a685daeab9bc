//! The recommendations service: products that go together, and trending ones, over gRPC.
//!
//! One listener answers gRPC (with health and reflection) and the plain HTTP routes `/healthz` and `/readyz`. The RPCs are
//! in [`proto::recommendations::v1`]; each has a file here, with its SQL.

mod card;
mod database;
mod error;
mod for_each_product;
mod for_product;
mod for_products;
mod model;
mod redis_connection;
mod router;
mod rpc;
mod service;
mod settings;
mod state;
mod trending;

pub use settings::Settings;

use axum::Router;
use serving::Shutdown;
use std::pin::Pin;

/// The service, its dependencies reached. Boxed, so that this code is compiled with the library and not again in its program.
///
/// # Errors
/// When the database or Redis does not answer, or a URL cannot be read.
pub fn app(
    settings: &Settings,
    shutdown: Shutdown,
) -> Pin<Box<dyn Future<Output = anyhow::Result<Router>> + Send + '_>> {
    Box::pin(async move { router::router(state::AppState::connect(settings).await?, shutdown).await })
}

/// Every statement with its name, so that a test can prepare them against the migrated schema.
pub const STATEMENTS: &[(&str, &str)] = &[
    ("for_product", for_product::SQL),
    ("for_products", for_products::SQL),
    ("for_each_product", for_each_product::SQL),
    ("trending", trending::SQL),
];
