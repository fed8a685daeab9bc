//! One file a command; each takes the context and gives an exit code or a failure.

mod calibrate;
mod calibrate_starts;
mod check;
mod class;
mod compare;
mod dev_check;
mod dev_new;
mod dev_table;
mod doctor;
mod down;
mod fetch;
mod hint;
mod list;
mod measure;
mod notebook;
mod observe;
mod predict;
mod progress;
mod report;
mod reset;
mod serve;
mod solution;
mod start;
mod status;
mod task;
mod up;
mod watch;

use crate::cli::{Class, Cli, Command, Dev, Progress};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use std::pin::Pin;
use std::time::Duration;

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
        println!("{}", Failure::usage(message).remedy("cargo lab --help").json());
    }
    Exit::Usage
}

/// Runs the command, prints its failure, and gives the exit code. Boxed, so that the commands are compiled with this library
/// and not again in its program.
pub fn run(cli: Cli) -> Pin<Box<dyn Future<Output = Exit>>> {
    Box::pin(async move {
        let json = cli.json;
        match dispatch(cli).await {
            Ok(exit) => exit,
            Err(failure) => {
                let failure = failure.advised();
                eprintln!("{failure}");
                if json {
                    println!("{}", failure.json());
                }
                failure.exit
            }
        }
    })
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
    let context = Context::open(cli.root.as_deref(), cli.json)?;
    context.course.odd.iter().for_each(|odd| eprintln!("{odd}"));
    match cli.command {
        None => status::run(&context),
        Some(Command::Doctor | Command::KnownServer(_)) => Ok(Exit::Pass),
        Some(Command::Up(options)) => up::run(&context, &options).await,
        Some(Command::Down) => down::run(&context).await,
        Some(Command::Fetch) => fetch::run(&context).await,
        Some(Command::List(options)) => list::run(&context, &options),
        Some(Command::Task { id, raw }) => task::run(&context, id.as_deref(), raw),
        Some(Command::Start { id }) => start::run(&context, &id),
        Some(Command::Observe(which)) => observe::run(&context, which.id.as_deref()).await,
        Some(Command::Predict(options)) => predict::run(&context, &options),
        Some(Command::Check(options)) => check::run(&context, &options).await,
        Some(Command::Measure { candidate, unpredicted, demo }) => {
            measure::run(&context, &candidate, (unpredicted, demo)).await
        }
        Some(Command::Watch(options)) => watch::run(&context, &options).await,
        Some(Command::Hint { words, id }) => hint::run(&context, &words, id.as_deref()),
        Some(Command::Solution(options)) => solution::run(&context, &options),
        Some(Command::Reset(which)) => reset::run(&context, which.id.as_deref()),
        Some(Command::Report(which)) => report::run(&context, which.id.as_deref(), which.run.as_deref()),
        Some(Command::Serve(options)) => serve::run(&context, &options).await,
        Some(Command::Compare(options)) => compare::run(&context, &options).await,
        Some(Command::Calibrate(options)) => calibrate::run(&context, &options).await,
        Some(Command::Notebook) => notebook::run(&context),
        Some(Command::Dev(Dev::Check { ids, broken, within, repeat, seed })) => {
            let (within, seed) = (within.map(Duration::from_secs), seed.map(u64::from));
            dev_check::run(&context, &ids, broken.into(), (repeat.into(), within), seed).await
        }
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
