//! The search service: telemetry, settings, app, serve until shutdown.

use serving::{Shutdown, settings::Reader};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    serving::exit_code(run().await)
}

async fn run() -> anyhow::Result<()> {
    let settings = search::Settings::read(Reader::from_env())?;
    let telemetry = telemetry::init(&settings.telemetry)?;
    let shutdown = Shutdown::on_signals(settings.exit_with_stdin)?;
    let starting = search::app(&settings, shutdown.clone());
    let Some(app) = shutdown.unless_begun(starting).await.transpose()? else { return Ok(()) };
    serving::serve("search", settings.listen_addr, app, shutdown).await?;
    telemetry.shutdown();
    Ok(())
}
