//! One file a command; each takes the context and gives an exit code or a failure.

mod check;
mod dev_check;
mod doctor;
mod down;
mod hint;
mod list;
mod measure;
mod notebook;
mod observe;
mod outcome;
mod predict;
mod report;
mod reset;
mod resume;
mod solution;
mod start;
mod task;
mod up;
mod watch;

pub use measure::on as measure_on;
pub use outcome::{failure_json, is_untouched};

use crate::cli::{Cli, Command, Dev};
use crate::exercise::{Course, Exercise};
use crate::exit::{Exit, Failure};
use crate::state::Store;
use crate::terminal::Terminal;
use stack::Surroundings;
use std::path::PathBuf;

/// What every command gets.
pub struct Context {
    /// The exercises.
    pub course: Course,
    /// `.lab/`.
    pub store: Store,
    /// Colour and progress.
    pub terminal: Terminal,
    /// One JSON object on standard output.
    pub json: bool,
}

impl Context {
    fn open(cli: &Cli) -> Result<Self, Failure> {
        let course = match &cli.root {
            Some(root) => Course::read(root)?,
            None => {
                let here = std::env::current_dir()
                    .map_err(|error| Failure::unfit(format!("the working directory cannot be read: {error}")))?;
                Course::find(&here)?
            }
        };
        let surroundings = Surroundings::here();
        let state = match surroundings.variable("WORKSHOP_STATE") {
            Some(folder) => PathBuf::from(folder),
            None => course.root.join(".lab"),
        };
        let terminal = if cli.json { Terminal { colour: false, ..Terminal::here() } } else { Terminal::here() };
        Ok(Self { course, store: Store::open(&state)?, terminal, json: cli.json })
    }

    /// The exercise named, or the current one.
    ///
    /// # Errors
    /// Exit 2 when it is unknown, or none is named and none is current.
    pub fn exercise(&self, id: Option<&str>) -> Result<&Exercise, Failure> {
        match id {
            Some(id) => self.course.get(id),
            None => match self.store.load()?.current {
                Some(id) => self.course.get(&id),
                None => Err(Failure::usage("no exercise is named and none is current")
                    .remedy("cargo lab list shows them; cargo lab start ID makes one current")),
            },
        }
    }
}

/// Runs the command, prints its failure, and gives the exit code.
pub async fn run(cli: Cli) -> Exit {
    let json = cli.json;
    match dispatch(cli).await {
        Ok(exit) => exit,
        Err(failure) => {
            eprintln!("{failure}");
            if json {
                println!("{}", outcome::failure_json(&failure));
            }
            failure.exit
        }
    }
}

async fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    // The doctor looks at what may be broken, the state folder among it.
    if matches!(cli.command, Some(Command::Doctor)) {
        return doctor::run(cli.root.as_deref(), cli.json).await;
    }
    let context = Context::open(&cli)?;
    match cli.command {
        None => resume::run(&context),
        Some(Command::Doctor) => Ok(Exit::Pass),
        Some(Command::Up(options)) => up::run(&context, &options).await,
        Some(Command::Down) => down::run(&context).await,
        Some(Command::List) => list::run(&context),
        Some(Command::Task(which)) => task::run(&context, which.id.as_deref()),
        Some(Command::Start { id }) => start::run(&context, &id),
        Some(Command::Observe(which)) => observe::run(&context, which.id.as_deref()).await,
        Some(Command::Predict(options)) => predict::run(&context, &options),
        Some(Command::Check(options)) => check::run(&context, &options).await,
        Some(Command::Measure(options)) => measure::run(&context, &options).await,
        Some(Command::Watch(options)) => watch::run(&context, &options).await,
        Some(Command::Hint { number, id }) => hint::run(&context, number, id.as_deref()),
        Some(Command::Solution { id, diff, reveal }) => solution::run(&context, id.as_deref(), diff, reveal),
        Some(Command::Reset(which)) => reset::run(&context, which.id.as_deref()),
        Some(Command::Report(which)) => report::run(&context, which.id.as_deref()),
        Some(Command::Notebook) => notebook::run(&context),
        Some(Command::Dev(Dev::Check { ids })) => dev_check::run(&context, &ids).await,
    }
}
