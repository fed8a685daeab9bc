//! A timer for async code that is late by tenths of a millisecond, where tokio's own timers round up to whole ones.
//!
//! ```
//! use std::time::{Duration, Instant};
//! use timer::HighResolutionTimer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let timer = HighResolutionTimer::in_runtime()?;
//! let start = Instant::now();
//! timer.sleep(Duration::from_micros(2_300)).await;
//! assert!(start.elapsed() >= Duration::from_micros(2_300), "never early");
//! // Any number of tasks may wait, each for an instant of its own: here one every half millisecond, without drift.
//! for tick in 5..15 {
//!     timer.until(start + Duration::from_micros(500) * tick).await;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **What it promises:** never early, and by median less than 0.5 ms late, where a core is free at that instant.
//!
//! MEASURED
//!
//! Spinning would be exact and take a core from those who are measured; the kernel's own timers are good enough.

mod high_resolution;
#[cfg(target_os = "linux")]
mod poller;
mod queue;
mod runtime;
mod slack;
mod thread;

pub use high_resolution::HighResolutionTimer;
pub use runtime::TimerRuntime;
pub use slack::wake_without_slack;

#[cfg(test)]
mod tests;
