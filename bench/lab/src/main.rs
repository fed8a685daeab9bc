//! `cargo lab`: reads the command line, runs one command, ends with its exit code.

use clap::Parser as _;
use lab::{cli::Cli, commands, exit::Exit};
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(error) = stack::without_foreign_settings() {
        eprintln!("the environment cannot be cleaned of PG… variables: {error}");
        return ExitCode::from(3);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return commands::misunderstood(&error).into(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::from(3);
        }
    };
    let exit = runtime.block_on(commands::run(cli));
    // Whatever still waits in the background has nothing to say any more.
    runtime.shutdown_background();
    match lab::said::trouble() {
        Some(trouble) if exit != Exit::Interrupted => {
            eprintln!("standard output cannot be written: {trouble}\n  → free some space, or write somewhere else");
            Exit::Unfit.into()
        }
        _ => exit.into(),
    }
}
