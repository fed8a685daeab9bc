//! What `calibrate` and its known server are asked.

use super::{Bound, Condition, Question};
use clap::Args;
use std::path::PathBuf;

/// What is calibrated. Parts may be run one at a time: each is added to the file.
#[derive(Debug, Args)]
pub struct Calibrate {
    /// With --starts: the exercises; all where they are left out
    #[arg(requires = "starts")]
    pub ids: Vec<String>,
    /// Instead of all else: flawed against flawed so many times, each time with fresh processes and copies of the data
    #[arg(long, value_name = "N", conflicts_with_all = ["only", "bound", "effects", "rounds", "join"])]
    pub starts: Option<u16>,
    /// truth: percentiles against known delays; aa: the same against the same; effects: known effects;
    /// others: what oha and wrk say of the same servers, where they are installed
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Question::Truth, Question::Aa, Question::Effects])]
    pub only: Vec<Question>,
    /// Of what the time is made
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Bound::Waiting, Bound::Work])]
    pub bound: Vec<Bound>,
    /// With nothing else on the machine, and beside bursts of work
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Condition::Quiet, Condition::Competing])]
    pub machine: Vec<Condition>,
    /// The known effects, percent
    #[arg(long, value_delimiter = ',', default_values_t = [2.0, 5.0, 10.0, 20.0])]
    pub effects: Vec<f64>,
    /// Runs of each kind; 0 only prints the tables of the file
    #[arg(long, default_value_t = 100)]
    pub runs: u16,
    /// Rounds of a run, two slices an arm; an interval takes at least six
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(6..))]
    pub rounds: u16,
    /// Read so many runs in a row as one longer run; a matter of the tables, not of what is recorded
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub join: u16,
    /// No run begins after so many minutes
    #[arg(long)]
    pub minutes: Option<u64>,
    /// The file to add to, and whose tables are printed; a new one in .lab/calibration where it is left out
    #[arg(long)]
    pub into: Option<PathBuf>,
}

/// How a known server serves.
#[derive(Debug, Args)]
pub struct Known {
    /// From the start of one stall to the start of the next
    #[arg(long, requires = "stall_ms")]
    pub stall_every_ms: Option<u64>,
    /// How long it stalls
    #[arg(long, requires = "stall_every_ms")]
    pub stall_ms: Option<u64>,
}
