//! A circuit breaker as a tower layer: calls to a dependency that fails are refused for a while, then probed.
//!
//! Our own 200 lines, after a look at `tower-resilience-circuitbreaker` 0.14.0 (November 2026; 4.9 s of CPU for it and what
//! it brings, in an empty project): its window by count does not slide, it is every call since the last change of state, so
//! after a good day a dead partner is noticed hours late; an answer that comes late, to a call from before the circuit
//! opened, counts as a probe's; and it reads the system's clock, so a test of it has to wait. It also breaks its interface in
//! most months, and a breaker is what this exercise is about.

mod layer;
mod state;

pub use layer::{Breaker, BreakerLayer, CircuitOpen};
pub use state::{Circuit, Pass, Policy, Trip};
