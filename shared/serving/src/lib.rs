//! How a service of the shop is run: settings, a listener, the ready line, health, problems and an orderly end.
//!
//! A `main` has four steps: telemetry, settings, app, [`serve()`].

mod activity;
mod admin;
mod body;
mod connection;
mod connections;
mod health;
mod limits;
pub mod nesting;
mod outcome;
mod problem;
mod serve;
pub mod settings;
mod shutdown;
mod timed_body;

pub use admin::AdminToken;
pub use body::{ValidJson, ValidQuery};
pub use health::{Readiness, health};
pub use limits::Limits;
pub use outcome::exit_code;
pub use problem::Problem;
pub use serve::{ServeError, serve, serve_on};
pub use shutdown::{DRAIN_CAP, Shutdown};
