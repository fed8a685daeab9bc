//! What a calibration may be asked: the words of its options, and of its file.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Of what the time is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Waiting for others, as in the exercises.
    Waiting,
    /// Work on one thread, behind which other work queues.
    Work,
}

/// What else the machine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Nothing.
    Quiet,
    /// Bursts of work on one core, half of the time.
    Competing,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Question {
    /// Reported percentiles against computed ones.
    Truth,
    /// The same against the same: false alarms.
    Aa,
    /// Known effects: how often each is found.
    Effects,
    /// What oha and wrk say of the same servers.
    Others,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Work => "work",
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quiet => "quiet",
            Self::Competing => "competing load",
        })
    }
}
