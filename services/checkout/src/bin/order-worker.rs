//! The order worker: telemetry, settings, consume, serve its health. With `dead-letters`, a command that ends.

use anyhow::Context as _;
use checkout::{settings::WorkerSettings, worker};
use serving::{Shutdown, settings::Reader};
use std::{io::Write as _, process::ExitCode, time::Duration};

/// How long the broker may be away at the start.
const BROKER_TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => serving::exit_code(run().await),
        ["dead-letters", words @ ..] => serving::exit_code(dead_letters(words).await),
        ["--help" | "-h"] => serving::exit_code(print(worker::USAGE)),
        _ => {
            eprintln!("{}", worker::USAGE);
            ExitCode::from(2)
        }
    }
}

async fn dead_letters(words: &[&str]) -> anyhow::Result<()> {
    print(worker::dead_letters(words, Reader::from_env()).await?.trim_end())
}

/// Not `println!`, which panics where the reader has gone.
fn print(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

async fn run() -> anyhow::Result<()> {
    let settings = WorkerSettings::read(Reader::from_env())?;
    let process = settings.process.clone();
    let shutdown = Shutdown::on_signals(process.exit_with_stdin)?;
    let telemetry = telemetry::init(&process.telemetry)?;
    let starting = worker::start(&settings, shutdown.clone());
    let Some(worker) = shutdown.unless_begun(starting).await.transpose()? else { return Ok(()) };
    tokio::select! {
        () = shutdown.begun() => {}
        consuming = tokio::time::timeout(BROKER_TIMEOUT, worker.consuming()) => {
            consuming.context("AMQP_URL: the broker does not answer: start it, or correct the URL")??;
        }
    }
    let served = serving::serve("order-worker", process.listen, worker.router(), shutdown.clone()).await;
    // Also when its port is taken: messages in work are finished first.
    shutdown.begin();
    worker.finish().await;
    tokio::task::spawn_blocking(|| telemetry.shutdown()).await?;
    Ok(served?)
}
