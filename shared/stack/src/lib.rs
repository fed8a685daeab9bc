//! Gives a program Postgres, Redis and RabbitMQ: from URLs in the environment, from Docker, or from the machine's own
//! packages.
//!
//! ```no_run
//! # async fn example() -> Result<(), stack::StackError> {
//! let stack = stack::Stack::start(stack::Needs::ALL, &stack::to_stderr).await?;
//! println!("{}", stack.database_url().unwrap_or_default());
//! stack.stop().await
//! # }
//! ```
//!
//! Whatever is started here is written into the [`ledger`] first, so that a run which is killed leaves nothing that the
//! next one does not find and clear away.

mod answer;
mod databases;
mod docker;
mod engine;
mod environment;
mod error;
mod fit;
pub mod ledger;
mod native;
mod needs;
mod probe;
mod progress;
mod provider;
mod server;
mod skipped;
mod stack;
mod surroundings;
mod tuning;

pub use environment::without_foreign_settings;
pub use error::StackError;
pub use ledger::Ledger;
pub use needs::Needs;
pub use probe::{Finding, probe};
pub use progress::{Progress, quiet, to_stderr};
pub use provider::Provider;
pub use server::Server;
pub use skipped::{ALLOWED_SKIPS, skipped};
pub use stack::{Stack, test_stack, test_stack_in};
pub use surroundings::Surroundings;
