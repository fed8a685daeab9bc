//! The command line.

mod calibrate;
mod compare;
mod list;
mod question;

pub use calibrate::{Calibrate, Known};
pub use compare::Compare;
pub use list::List;
pub use question::{Bound, Condition, Question};

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
    /// Everything that later work needs (crates, servers), so that nothing touches the network afterwards
    Fetch,
    /// The exercises with your progress, all or those of a chapter, a service, a status or a topic
    List(List),
    /// An exercise's text
    Task {
        /// The exercise; the current one where it is left out
        id: Option<String>,
        /// As it is written: Markdown
        #[arg(long)]
        raw: bool,
    },
    /// Make an exercise the current one: commands without an id mean it
    Start {
        /// The exercise, or `next`: the one after the current that is not passed
        id: String,
    },
    /// Golden signals and where the time goes, of the shop as it is
    Observe(Which),
    /// Write down what you expect, before you measure
    Predict(Predict),
    /// Behaviour and counts only: seconds
    Check(Candidate),
    /// The whole pipeline: behaviour, counts, latency, verdict; for a story all its stages
    Measure {
        /// What is measured
        #[command(flatten)]
        candidate: Candidate,
        /// Although nothing is predicted for this version of yours.rs
        #[arg(long)]
        unpredicted: bool,
        /// Only shown: nothing is recorded as yours. `make demo` measures so
        #[arg(long)]
        demo: bool,
    },
    /// On save: build, behaviour, counts; single keys without Enter for the rest (? shows them)
    Watch(Watch),
    /// A hint; each number is nearer to the answer
    Hint {
        /// 1 to 3, an exercise, or both; the next hint of the current one where they are left out
        #[arg(num_args = 0..=2, value_name = "N|ID")]
        words: Vec<String>,
        /// The exercise; the current one where it is left out
        #[arg(long)]
        id: Option<String>,
    },
    /// The reference fix; looking before passing is recorded
    Solution(Solution),
    /// Restore yours.rs as it was at first; your work is kept in .lab/backups
    Reset(Which),
    /// The page of the last run, made anew from its file; prints its path
    Report(Report),
    /// A local page: syllabus, texts, past runs, and a live view of the run that is on
    Serve(Serve),
    /// Every prediction beside its result, and how well calibrated they are
    Notebook,
    /// Hold the bench against what is known, on this machine: percentiles, false alarms, effects found. Takes hours in full
    Calibrate(Calibrate),
    /// The verdict for any two running services: is the second slower than the first? Exit 0 no, 1 yes, 4 cannot be told, 5 it
    /// answers differently
    Compare(Box<Compare>),
    /// The known server of `calibrate`, until standard input closes
    #[command(hide = true)]
    KnownServer(Known),
    /// What is done; `export` and `import` carry it to another machine
    Progress {
        /// Nothing: a summary
        #[command(subcommand)]
        what: Option<Progress>,
    },
    /// For teachers
    #[command(subcommand)]
    Class(Class),
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
    /// What cases, terms and schedules are drawn from; a new one for each run where it is left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32))]
    pub seed: Option<u32>,
}

/// What is expected.
#[derive(Debug, Args)]
pub struct Predict {
    /// The exercise; the current one where it is left out
    pub id: Option<String>,
    /// The number the exercise is about, in your version; `cargo lab` says which one: 0.65, 20%, 120
    #[arg(long, value_name = "N", value_parser = number_or_percent)]
    pub value: Option<f64>,
    /// The p95 you expect after your change, divided by the p95 before it; where that is what the exercise is about
    #[arg(long, conflicts_with = "value")]
    pub p95_ratio: Option<f64>,
    /// Why
    #[arg(long, default_value = "")]
    pub because: String,
    /// The statements one request will send
    #[arg(long, value_name = "N")]
    pub queries: Option<f64>,
    /// Another count a request will have, for instance response_bytes=2000; may be repeated
    #[arg(long, value_name = "NAME=N", value_parser = named_number)]
    pub count: Vec<(String, f64)>,
}

/// Reads `0.2` or `20%`.
///
/// # Errors
/// What it is not.
pub fn number_or_percent(text: &str) -> Result<f64, String> {
    let (number, scale) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text, 1.0),
    };
    number.parse().map(|number: f64| number / scale).map_err(|_| format!("{text:?} is no number"))
}

/// Reads `name=number`.
fn named_number(text: &str) -> Result<(String, f64), String> {
    let (name, number) = text.split_once('=').ok_or("NAME=N is meant, for instance response_bytes=2000")?;
    Ok((name.to_owned(), number.parse().map_err(|_| format!("{number:?} is no number"))?))
}

/// What of the reference fix.
#[derive(Debug, Args)]
pub struct Solution {
    /// The exercise; the current one where it is left out
    pub id: Option<String>,
    /// As a difference to the flawed version
    #[arg(long, conflicts_with = "apply")]
    pub diff: bool,
    /// Put it into yours.rs; your work is kept in .lab/backups
    #[arg(long)]
    pub apply: bool,
    /// Although the exercise is not passed
    #[arg(long)]
    pub reveal: bool,
}

/// What to do with the record of the progress.
#[derive(Debug, Subcommand)]
pub enum Progress {
    /// Write it to a file
    Export {
        /// The file; `-` is standard output
        #[arg(default_value = "-")]
        file: PathBuf,
        /// The learner's name, for a class
        #[arg(long)]
        name: Option<String>,
    },
    /// Add what was done on another machine; nothing that is here is lost
    Import {
        /// The file; `-` is standard input
        file: PathBuf,
    },
}

/// Teachers' commands.
#[derive(Debug, Subcommand)]
pub enum Class {
    /// What learners exported, as one table
    Collect {
        /// A folder with one exported *.toml a learner
        folder: PathBuf,
        /// For a spreadsheet, with a column for each exercise
        #[arg(long)]
        csv: bool,
    },
}

/// Names a run.
#[derive(Debug, Args)]
pub struct Report {
    /// The exercise; the current one where it is left out
    pub id: Option<String>,
    /// A run file of .lab/runs instead of the newest of the exercise
    #[arg(long, conflicts_with = "id")]
    pub run: Option<PathBuf>,
}

/// How the page is served.
#[derive(Debug, Args)]
pub struct Serve {
    /// The port on 127.0.0.1; 0: any free one
    #[arg(long, default_value_t = 8090)]
    pub port: u16,
    /// Open it in the browser
    #[arg(long)]
    pub open: bool,
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
    /// The round trip to each dependency in milliseconds, 0 for none; DISTANCE_MS says the same, DISTANCE_POSTGRES_MS and its like
    /// say it of one. 1 where nothing is said
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pub distance_ms: Option<String>,
    /// The port of search; recommendations, checkout, partners, edge and the relay take the next five. 0: any free ports
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
        /// Prove something else: that each implementation of src/broken is refused, and by what
        #[arg(long)]
        broken: bool,
        /// Begin no further run after so many seconds
        #[arg(long, value_name = "SECONDS")]
        within: Option<u64>,
        /// So many times, counting the wrong verdicts
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        repeat: u16,
        /// What the first run draws from, one more for each further run; new ones where it is left out
        #[arg(long, value_name = "N")]
        seed: Option<u32>,
    },
    /// The skeleton of a new exercise: it compiles, and dev check says what is left to do
    New(New),
    /// Write exercises/README.md from all runs of dev check that are kept in the state folder
    Table {
        /// Before that, run each exercise until so many of its runs are kept
        #[arg(long, default_value_t = 0)]
        runs: u16,
    },
}

/// What a new exercise is.
#[derive(Debug, Args)]
pub struct New {
    /// chNN-name
    pub id: String,
    /// The service that has the seam
    #[arg(long, default_value = "search")]
    pub service: String,
    /// A title for people
    #[arg(long)]
    pub title: Option<String>,
    /// A plausible wrong fix; once for each
    #[arg(long = "trap", default_values_t = ["shortcut".to_owned()])]
    pub traps: Vec<String>,
}
