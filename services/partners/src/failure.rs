//! How a partner fails: not at all, with a status, by cutting the connection, or by never answering.

use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};

/// A failure mode. A call that fails has no effect: nothing is charged, sent or shipped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum Failure {
    /// Every call is answered.
    None {},
    /// A share of the calls is answered with an error, after the usual delay.
    Status {
        /// The answer's status: 500 to 599, or 429.
        #[serde(default = "service_unavailable")]
        status: u16,
        /// How many of the calls: 0 to 1.
        #[serde(default = "all")]
        rate: f64,
    },
    /// A share of the calls finds its connection cut at once, without an answer.
    Refuse {
        /// How many of the calls: 0 to 1.
        #[serde(default = "all")]
        rate: f64,
    },
    /// A share of the calls hangs until the client gives up, at most 60 seconds.
    Hang {
        /// How many of the calls: 0 to 1.
        #[serde(default = "all")]
        rate: f64,
    },
}

fn service_unavailable() -> u16 {
    503
}

fn all() -> f64 {
    1.0
}

impl Failure {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.rate()) {
            return Err("failure: rate must be 0 to 1".to_owned());
        }
        match *self {
            Self::Status { status, .. } if status != 429 && !(500..=599).contains(&status) => {
                Err("failure: status must be 429 or 500 to 599".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Whether the next call fails.
    pub(crate) fn strikes(&self, random: &mut impl Rng) -> bool {
        random.random::<f64>() < self.rate()
    }

    fn rate(&self) -> f64 {
        match *self {
            Self::None {} => 0.0,
            Self::Status { rate, .. } | Self::Refuse { rate } | Self::Hang { rate } => rate,
        }
    }
}
