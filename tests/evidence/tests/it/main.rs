//! What the shop sends and what looks at it: conventions, dashboards, rules, and percentiles from histograms.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod latency;
mod ops;
mod sent;
