//! `cargo lab`: reads the command line, runs one command, ends with its exit code.

use clap::Parser as _;
use lab::{cli::Cli, commands};
use std::process::ExitCode;

fn main() -> ExitCode {
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
    exit.into()
}
