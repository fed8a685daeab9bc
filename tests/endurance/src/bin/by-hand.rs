//! `make by-hand`: the commands of each exercise's README, typed into a flawed shop and a fixed one. Exit code 0: all of them
//! show what they are there for; 1: some do not; 2: a word or a README that makes no sense; 3: the shop does not start.

use endurance::by_hand::{Plan, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match Plan::read(&named) {
        Ok(plan) => run(plan).await,
        Err(error) => {
            eprintln!("by-hand: {error:#}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("by-hand: {error:#}");
            ExitCode::from(3)
        }
    }
}
