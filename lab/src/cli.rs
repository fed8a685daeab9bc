//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Find out why an API is slow, change one file, and get a verdict you can trust.
#[derive(Debug, Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab", version, disable_help_subcommand = true)]
pub struct Cli {
    /// One JSON object on standard output, everything else on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// The workshop's folder, where it is not above the working directory
    #[arg(long, global = true, hide = true, env = "WORKSHOP_ROOT")]
    pub root: Option<PathBuf>,
    /// What to do; nothing: where you are and what comes next
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at this machine: toolchain, servers, memory, disk, noise; one remedy for each failed line
    Doctor,
    /// Start the whole shop on this machine, seeded; prints URLs once they serve
    Up(Up),
    /// Stop what `up` started
    Down,
    /// The exercises with your progress
    List,
    /// An exercise's text
    Task(Which),
    /// Make an exercise the current one: commands without an id mean it
    Start {
        /// The exercise
        id: String,
    },
    /// Golden signals and where the time goes, of the shop as it is
    Observe(Which),
    /// Write down what you expect, before you measure
    Predict(Predict),
    /// Behaviour and counts only: seconds
    Check(Candidate),
    /// The whole pipeline: behaviour, counts, latency, verdict; for a story all its stages
    Measure(Candidate),
    /// On save: build, behaviour, counts; single keys without Enter for the rest (? shows them)
    Watch(Watch),
    /// A hint; each number is nearer to the answer
    Hint {
        /// 1 to 3; the next one where it is left out
        number: Option<usize>,
        /// The exercise; the current one where it is left out
        #[arg(long)]
        id: Option<String>,
    },
    /// The reference fix; looking before passing is recorded
    Solution {
        /// The exercise; the current one where it is left out
        id: Option<String>,
        /// As a difference to the flawed version
        #[arg(long)]
        diff: bool,
        /// Show it although the exercise is not passed
        #[arg(long)]
        reveal: bool,
    },
    /// Restore yours.rs as it was at first; your work is kept in .lab/attic
    Reset(Which),
    /// The path of the last report
    Report(Which),
    /// The experiments so far
    Notebook,
    /// For authors
    #[command(subcommand)]
    Dev(Dev),
}

/// Names an exercise.
#[derive(Debug, Args)]
pub struct Which {
    /// The exercise; the current one where it is left out
    pub id: Option<String>,
}

/// Names an exercise and a candidate.
#[derive(Debug, Args)]
pub struct Candidate {
    /// The exercise; the current one where it is left out
    pub id: Option<String>,
    /// yours, fixed or trap:NAME
    #[arg(long, default_value = "yours")]
    pub candidate: String,
}

/// What is expected.
#[derive(Debug, Args)]
pub struct Predict {
    /// The exercise; the current one where it is left out
    pub id: Option<String>,
    /// The p95 you expect after your change, divided by the p95 before it
    #[arg(long)]
    pub p95_ratio: f64,
    /// Why
    #[arg(long, default_value = "")]
    pub because: String,
}

/// How to watch.
#[derive(Debug, Args)]
pub struct Watch {
    /// The exercise; the current one where it is left out
    pub id: Option<String>,
    /// Look at the files every quarter of a second, where the file system gives no events (shared folders, some mounts)
    #[arg(long)]
    pub poll: bool,
    /// Leave the keyboard alone: results are printed on save, Ctrl-C ends
    #[arg(long)]
    pub no_keys: bool,
}

/// How the shop starts.
#[derive(Debug, Args)]
pub struct Up {
    /// As the services read it, for instance ch01-result-format=fixed; nothing: all flawed
    #[arg(long, env = "VARIANTS", default_value = "")]
    pub variants: String,
    /// The port of search; recommendations, checkout and partners take the next three. 0: any free ports
    #[arg(long, default_value_t = 8081)]
    pub port: u16,
}

/// Authors' commands.
#[derive(Debug, Subcommand)]
pub enum Dev {
    /// Prove exercises: flawed misses, fixed meets, every trap misses, hints exist, yours equals flawed
    Check {
        /// The exercises; all where they are left out
        ids: Vec<String>,
    },
}
