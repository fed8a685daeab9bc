//! The edge: the tier between the shop's users and its origin, search; it answers what it has, and asks for the rest.
//!
//! A tier of our own on axum, hyper-util and moka, with the rules of RFC 9111 from `http-cache-semantics`, and not a proxy
//! framework. What was looked at (2 shared cores, Debian):
//! - pingora 0.9 builds in 106 s of processor time, brings 195 packages and needs cmake; its own memory cache is for tests
//!   only, it owns `main` and its runtimes, and speaks through HTTP code of its own: neither our layers nor our tests fit;
//! - axum-reverse-proxy 2.4 is alive and small; it forwards, balances and retries. Freshness, validation, coalescing and purge,
//!   which are what this tier is for, would all be ours still;
//! - `http-cache-semantics` 3 is one file on top of `http` and `time`, which are here already, and knows freshness,
//!   validation, `Vary` and authenticated requests. It leaves RFC 5861 (stale answers) and the store to its caller.

mod app;
mod conditional;
mod flights;
mod headers;
mod lookup;
mod origin;
mod pass;
mod purge;
mod settings;
mod staleness;
mod status;
mod store;
mod stored;

pub use app::app;
pub use settings::Settings;
