//! The partners process: telemetry, settings, app, serve until the shutdown.

use partners::Settings;
use serving::Shutdown;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    serving::exit_code(run().await)
}

async fn run() -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let telemetry = telemetry::init(&settings.telemetry)?;
    let shutdown = Shutdown::on_signals(settings.exit_with_stdin)?;
    let app = partners::app(&settings.config, shutdown.clone());
    serving::serve("partners", settings.listen, app, shutdown).await?;
    telemetry.shutdown();
    Ok(())
}
