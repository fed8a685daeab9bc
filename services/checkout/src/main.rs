//! The checkout service: settings, runtime, telemetry, app, serve.

use checkout::settings::Settings;
use serving::{Shutdown, settings::Reader};
use std::process::ExitCode;

fn main() -> ExitCode {
    serving::exit_code(run())
}

fn run() -> anyhow::Result<()> {
    let settings = Settings::read(Reader::from_env())?;
    checkout::runtime(&settings)?.block_on(serve(settings))
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let process = settings.process.clone();
    let shutdown = Shutdown::on_signals(process.exit_with_stdin)?;
    let telemetry = telemetry::init(&process.telemetry)?;
    let starting = checkout::start(&settings, shutdown.clone());
    let Some(app) = shutdown.unless_begun(starting).await.transpose()? else { return Ok(()) };
    serving::serve("checkout", process.listen, app.router.clone(), shutdown).await?;
    app.finish().await;
    tokio::task::spawn_blocking(|| telemetry.shutdown()).await?;
    Ok(())
}
