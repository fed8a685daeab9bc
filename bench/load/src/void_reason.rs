//! Why a slice must not be used, in words.

use std::fmt;
use std::time::Duration;

/// Why a slice is void.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// Requests failed or had another status than expected.
    UnexpectedErrors {
        /// How many.
        errors: u64,
        /// Of how many offered.
        offered: u64,
        /// The most frequent kind.
        kind: String,
    },
    /// The driver could not send at the rate that was asked.
    RateNotAchieved {
        /// Sent before the slice ended.
        sent: u64,
        /// Scheduled.
        offered: u64,
    },
    /// The driver was late, compared with what it measured.
    Late {
        /// Lateness at p50.
        lateness: Duration,
        /// Latency at p50.
        latency: Duration,
    },
    /// The driver needed too much CPU.
    ClientBusy {
        /// Share of one core.
        share: f64,
    },
    /// No request was counted.
    NoSamples,
}

impl fmt::Display for VoidReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: &Duration| time.as_secs_f64() * 1e3;
        match self {
            Self::UnexpectedErrors { errors, offered, kind } => {
                write!(f, "{errors} of {offered} requests failed, most of them with: {kind}.")
            }
            Self::RateNotAchieved { sent, offered } => {
                write!(f, "Only {sent} of {offered} requests could be sent on time.")
            }
            Self::Late { lateness, latency } => write!(
                f,
                "The load driver was {:.2} ms late at p50, too much beside the {:.2} ms it measured.",
                ms(lateness),
                ms(latency)
            ),
            Self::ClientBusy { share } => {
                write!(f, "The load driver used {:.0} % of a core, so it measured itself.", share * 100.0)
            }
            Self::NoSamples => write!(f, "No request was counted in this slice."),
        }
    }
}
