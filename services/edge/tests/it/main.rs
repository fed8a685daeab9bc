//! The edge over HTTP, in process, before an origin that counts what it is asked and can be taken away.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod collapsing;
mod conditions;
mod forwarding;
mod freshness;
mod line;
mod many;
mod origin;
mod private;
mod purging;
mod reasons;
mod shared;
mod stale;
