//! How a service of the shop is run: settings, a listener, the ready line, health, problems and an orderly end.
//!
//! A `main` has four steps: telemetry, settings, app, [`serve()`].

mod admin;
mod body;
mod health;
pub mod nesting;
mod outcome;
mod problem;
mod serve;
pub mod settings;
mod shutdown;

pub use admin::AdminToken;
pub use body::{ValidJson, ValidQuery};
pub use health::{Readiness, health};
pub use outcome::exit_code;
pub use problem::Problem;
pub use serve::{ServeError, serve};
pub use shutdown::{DRAIN_CAP, Shutdown};
