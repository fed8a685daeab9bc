//! The relay as a program: it puts dependencies at a distance until it is told to stop, and is told over HTTP to change it.
//!
//! Prints `ready relay http://ADDRESS` once all lines and the admin address listen, as every service of the shop does. Exit
//! codes: 0 stopped, 2 a setting that makes no sense, 3 no port, thread or timer to be had.

mod admin;
mod conditions;
mod line;
mod settings;
mod upstream;

use clap::Parser;
use line::Line;
use serving::Shutdown;
use settings::Settings;
use std::process::ExitCode;
use std::sync::Arc;

const VARIABLES: &str = "\
Settings, all from the environment:
  RELAY_LINES           one or more lines NAME=LISTEN=UPSTREAM, with spaces or commas between them, such as
                        postgres=127.0.0.1:5433=postgres://db:5432; the scheme is one of postgres, redis, amqp, http and
                        tcp, and says what is counted (tcp: bytes only); a host is resolved again for each connection
  LISTEN_ADDR           the admin address, IP:PORT; any free port of 127.0.0.1 unless given
  DISTANCE_MS           the round-trip time to everything, in milliseconds; 1 unless given, 0 for none
  DISTANCE_<NAME>_MS    the same for one line
  RELAY_BANDWIDTH       bytes per second in each direction of each line; 0, and unless given, for no limit
  EXIT_WITH_STDIN=1     end when the standard input closes

While it runs: GET and PUT /admin/lines/NAME, GET /admin/lines/NAME/calls, POST /admin/lines/NAME/cut, POST /admin/reset.";

/// Puts TCP servers at a distance: what connects here reaches them half a round trip later, and so does what comes back.
#[derive(Parser)]
#[command(name = "relay", version, after_help = VARIABLES)]
struct Arguments {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // Whatever is no option of help ends the process here, with 2.
    let Arguments {} = Arguments::parse();
    serving::exit_code(run().await)
}

async fn run() -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let shutdown = Shutdown::on_signals(settings.exit_with_stdin)?;
    let mut lines = Vec::new();
    for spec in settings.lines {
        lines.push(Line::start(spec).await?);
    }
    let lines: Arc<[Line]> = lines.into();
    serving::serve("relay", settings.listen, admin::app(Arc::clone(&lines), shutdown.clone()), shutdown).await?;
    for line in lines.iter() {
        eprintln!("relay: {}", line.summary());
    }
    Ok(())
}
