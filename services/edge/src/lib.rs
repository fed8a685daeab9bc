//! The edge: the caching tier between the shop's users and its origin, search.
//!
//! It is our own, on axum, hyper-util and moka, with the rules of RFC 9111 from `http-cache-semantics`. We looked at proxy
//! frameworks first (2 shared cores, Debian):
//! - pingora 0.9 builds in 106 s of processor time, brings 195 packages and needs cmake; its own memory cache is for tests
//!   only, it owns `main` and its runtimes, and has HTTP code of its own: neither our layers nor our tests fit;
//! - axum-reverse-proxy 2.4 is alive and small; it forwards, balances and retries. Freshness, validation, coalescing and purge,
//!   which are what this tier is for, would still be ours to write;
//! - `http-cache-semantics` 3 is one file on top of `http` and `time`, which we already use, and knows freshness,
//!   validation, `Vary` and authenticated requests. It leaves RFC 5861 (stale answers) and the store to its caller, and the
//!   reading of `Cache-Control` too: see `directives`.
//!
//! What it does not do: a response is read whole before it is stored or handed on, so trailers end here (RFC 9110, section
//! 6.5.1, allows that); and hyper's client does not show interim responses (1xx), so they are not passed on.

mod coalescer;
mod conditional;
mod directives;
mod forwarded;
mod headers;
mod index;
mod lookup;
mod origin;
mod pass;
mod purge;
mod router;
mod seams;
mod settings;
mod staleness;
mod state;
mod status;
mod store;
mod stored;

pub use settings::Settings;

use axum::Router;
use serving::Shutdown;

/// The whole service.
///
/// # Errors
/// When a seam has no such trap.
pub fn app(settings: &Settings, shutdown: Shutdown) -> anyhow::Result<Router> {
    Ok(router::router(state::AppState::new(settings)?, shutdown))
}
