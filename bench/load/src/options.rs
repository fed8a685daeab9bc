//! How a slice is run.

use super::keep::Keep;
use std::time::Duration;

/// How a slice is run.
#[derive(Debug, Clone, Copy)]
pub struct SliceOptions {
    /// Share of the requests, at random, that ask the services to record a trace (traceparent flag 01 instead of 00), 0 to 1.
    pub sampled: f64,
    /// After this long, from its scheduled instant, a request is given up; its latency counts as the timeout.
    pub timeout: Duration,
    /// What is scheduled in this first part of the slice is sent but not counted.
    pub drop_first: Duration,
    /// Which answers are kept whole. A kept body is copied while it is read and not decoded before the slice is over.
    pub keep: Keep,
}

impl Default for SliceOptions {
    fn default() -> Self {
        Self {
            sampled: 0.0,
            timeout: Duration::from_secs(5),
            drop_first: Duration::from_millis(50),
            keep: Keep::Nothing,
        }
    }
}
