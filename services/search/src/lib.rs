//! The search service: product search, product pages and related products over REST.

mod app;
mod cache;
mod error;
mod recommendations;
pub mod routes;
mod settings;
mod trace_header;

pub use app::{App, app, open_api};
pub use error::Error;
pub use settings::Settings;
