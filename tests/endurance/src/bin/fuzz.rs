//! `make fuzz`: requests that nobody means, for every service. Exit code 0: nothing was found; 1: something was.

use endurance::fuzz::{Plan, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Plan::read() {
        Ok(plan) => run(plan).await,
        Err(error) => {
            eprintln!("fuzz: {error:#}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fuzz: {error:#}");
            ExitCode::from(3)
        }
    }
}
