//! One file a command; each takes the context and gives an exit code or a failure.

mod calibrate;
mod check;
mod class;
mod dev_check;
mod dev_new;
mod dev_table;
mod doctor;
mod down;
mod fetch;
mod here;
mod hint;
mod list;
mod measure;
mod notebook;
mod observe;
mod outcome;
mod predict;
mod progress;
mod record;
mod report;
mod reset;
mod resume;
mod serve;
mod solution;
mod start;
mod task;
mod up;
mod watch;

pub use measure::on as measure_on;
pub use outcome::failure_json;

pub use record::told;

use crate::cli::{Class, Cli, Command, Dev, Progress};
use crate::exercise::{Course, Exercise};
use crate::exit::{Exit, Failure};
use crate::pipeline::Depth;
use crate::state::Store;
use crate::terminal::Terminal;
use stack::Surroundings;
use std::io::Write as _;
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

    /// What an instant command says: text, or with `--json` one object on standard output.
    pub fn answer(&self, text: &str, object: &serde_json::Value) {
        // A reader that closed the pipe (`| head`) wanted no more.
        let _ = match self.json {
            true => writeln!(std::io::stdout(), "{object}"),
            false => write!(std::io::stdout(), "{text}"),
        };
    }

    /// The exercise named, or the current one.
    ///
    /// # Errors
    /// Exit 2 when it is unknown, or none is named and none is current.
    pub fn exercise(&self, id: Option<&str>) -> Result<&Exercise, Failure> {
        match id {
            Some(id) => self.course.get(id),
            None => match self.store.load()?.current {
                Some(id) => self.course.get(&id).map_err(|failure| {
                    Failure::usage(format!("{}, and it is the current one", failure.message))
                        .remedy("cargo lab start next makes another current; your record of it is kept")
                }),
                None => Err(Failure::usage("no exercise is named and none is current")
                    .remedy("cargo lab list shows them; cargo lab start ID makes one current")),
            },
        }
    }
}

/// A command line that is none, or a wish for help: clap's own words, and with `--json` one object besides.
pub fn misunderstood(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // Nothing can be done where even this cannot be written.
        let _ = error.print();
        return Exit::Pass;
    }
    let words = error.render();
    let words = if Terminal::here().moving { words.ansi().to_string() } else { words.to_string() };
    let words = words.trim_end();
    match words.rsplit_once('\n') {
        Some((before, last)) if last.contains("For more information") => eprintln!("{before}\n  → cargo lab --help"),
        _ => eprintln!("{words}\n  → cargo lab --help"),
    }
    if std::env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        println!("{}", outcome::failure_json(&Failure::usage(message).remedy("cargo lab --help")));
    }
    Exit::Usage
}

/// Runs the command, prints its failure, and gives the exit code.
pub async fn run(cli: Cli) -> Exit {
    let json = cli.json;
    match dispatch(cli).await {
        Ok(exit) => exit,
        Err(failure) => {
            let failure = failure.advised();
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
    // Started by a calibration, with nothing of a workshop around it.
    if let Some(Command::KnownServer(known)) = &cli.command {
        return calibrate::serve(known).await;
    }
    let context = Context::open(&cli)?;
    context.course.odd.iter().for_each(|odd| eprintln!("{odd}"));
    match cli.command {
        None => resume::run(&context),
        Some(Command::Doctor | Command::KnownServer(_)) => Ok(Exit::Pass),
        Some(Command::Up(options)) => up::run(&context, &options).await,
        Some(Command::Down) => down::run(&context).await,
        Some(Command::Fetch) => fetch::run(&context).await,
        Some(Command::List) => list::run(&context),
        Some(Command::Task { id, raw }) => task::run(&context, id.as_deref(), raw),
        Some(Command::Start { id }) => start::run(&context, &id),
        Some(Command::Observe(which)) => {
            record::looking(&context, which.id.as_deref())?;
            let exit = observe::run(&context, which.id.as_deref()).await?;
            record::observed(&context, which.id.as_deref())?;
            Ok(exit)
        }
        Some(Command::Predict(options)) => predict::run(&context, &options),
        Some(Command::Check(options)) => {
            record::before(&context, options.id.as_deref(), &options.candidate, Depth::Check, true)?;
            check::run(&context, &options).await
        }
        Some(Command::Measure { candidate: options, unpredicted }) => {
            record::before(&context, options.id.as_deref(), &options.candidate, Depth::Measure, unpredicted)?;
            measure::run(&context, &options).await
        }
        Some(Command::Watch(options)) => watch::run(&context, &options).await,
        Some(Command::Hint { words, id }) => hint::run(&context, &words, id.as_deref()),
        Some(Command::Solution(options)) => solution::run(&context, &options),
        Some(Command::Reset(which)) => reset::run(&context, which.id.as_deref()),
        Some(Command::Report(which)) => report::run(&context, which.id.as_deref(), which.run.as_deref()),
        Some(Command::Serve(options)) => serve::run(&context, &options).await,
        Some(Command::Calibrate(options)) => calibrate::run(&context, &options).await,
        Some(Command::Notebook) => notebook::run(&context),
        Some(Command::Dev(Dev::Check { ids, repeat })) => dev_check::run(&context, &ids, repeat.into()).await,
        Some(Command::Dev(Dev::New(new))) => dev_new::run(&context, &new),
        Some(Command::Dev(Dev::Table { runs })) => dev_table::run(&context, runs.into()).await,
        Some(Command::Progress { what: None }) => progress::run(&context),
        Some(Command::Progress { what: Some(Progress::Export { file, name }) }) => {
            progress::export(&context, &file, name.as_deref())
        }
        Some(Command::Progress { what: Some(Progress::Import { file }) }) => progress::import(&context, &file),
        Some(Command::Class(Class::Collect { folder, csv })) => class::collect(&context, &folder, csv),
    }
}
