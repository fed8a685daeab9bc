//! The outside world of the shop in one process: payment, email, warehouse, tax, identity and analytics.
//!
//! Each partner has a declared delay and a declared failure mode, which can be set while it runs: here waiting is the
//! purpose. What a partner remembers (charges, messages, shipments, tokens) is kept in memory and bounded: partners are
//! other companies, not one of our stores.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! // In a test: all partners, without delay, on a free port.
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let app = partners::app(&partners::Config::instant(), serving::Shutdown::by_hand());
//! axum::serve(listener, app).await?;
//! # Ok(())
//! # }
//! ```

mod calls;
mod conduct;
mod delay;
mod failure;
mod idempotency;
mod memory;
mod name;
mod partner;
mod profile;
mod router;
mod routes;
mod settings;
mod state;
mod vat;

pub use delay::{Delay, Slow};
pub use failure::Failure;
pub use name::Name;
pub use profile::{Config, Profile};
pub use router::app;
pub use settings::Settings;
