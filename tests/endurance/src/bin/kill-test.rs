//! `make kill-test`: whether orders survive kills and outages. Exit code 0: everything held; 1: something did not.

use endurance::kill::{Plan, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Plan::read() {
        Ok(plan) => run(plan).await,
        Err(error) => {
            eprintln!("kill-test: {error:#}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("kill-test: {error:#}");
            ExitCode::from(3)
        }
    }
}
