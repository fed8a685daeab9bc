//! The edge: telemetry, settings, app, serve until shutdown.

use serving::{Shutdown, settings::Reader};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    serving::exit_code(run().await)
}

async fn run() -> anyhow::Result<()> {
    let settings = edge::Settings::read(Reader::from_env())?;
    let telemetry = telemetry::init(&settings.telemetry)?;
    let shutdown = Shutdown::on_signals(settings.exit_with_stdin)?;
    let app = edge::app(&settings, shutdown.clone())?;
    serving::serve("edge", settings.listen_addr, app, shutdown).await?;
    telemetry.shutdown();
    Ok(())
}
