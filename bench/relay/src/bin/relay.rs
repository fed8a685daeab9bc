//! The relay as a program: puts one address at a distance until it is told to stop (SIGINT or SIGTERM).
//!
//! Prints `ready relay ADDRESS` once it listens, on standard output; everything else goes to standard error. Exit codes: 0
//! stopped, 2 a setting that makes no sense, 3 no port, thread or timer to be had.

use anyhow::Context as _;
use clap::Parser;
use relay::Relay;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// The longest distance in milliseconds; to Mars it is more, and nobody measures that.
const FARTHEST_MS: f64 = 60_000.0;

/// Puts a TCP server at a distance: what connects here reaches it half a round trip later, and so does what comes back.
#[derive(Parser)]
#[command(name = "relay", version)]
struct Settings {
    /// Where to listen, IP:PORT; port 0 takes a free one
    #[arg(long, env = "RELAY_LISTEN", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where connections go, HOST:PORT; resolved again for each of them
    #[arg(long, env = "RELAY_UPSTREAM", value_parser = host_and_port)]
    upstream: String,
    /// Round-trip time in milliseconds, as 0.3 or 25
    #[arg(long, env = "RELAY_ROUND_TRIP_MS", default_value = "0", value_parser = milliseconds, allow_negative_numbers = true)]
    round_trip_ms: Duration,
    /// Bytes per second in each direction, over all connections together; no limit unless given
    #[arg(long, env = "RELAY_BANDWIDTH")]
    bandwidth: Option<NonZeroU64>,
}

fn host_and_port(text: &str) -> Result<String, String> {
    let port = |(host, port): (&str, &str)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0);
    if text.rsplit_once(':').is_some_and(port) { Ok(text.to_owned()) } else { Err("not HOST:PORT".to_owned()) }
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(ms) if (0.0..=FARTHEST_MS).contains(&ms) => Ok(Duration::from_secs_f64(ms / 1e3)),
        _ => Err(format!("not a number of milliseconds from 0 to {FARTHEST_MS}")),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // A setting that makes no sense ends the process here, with 2.
    match run(Settings::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relay: {error:#}");
            ExitCode::from(3)
        }
    }
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (mut interrupt, mut terminate) = (signals.0.context("SIGINT")?, signals.1.context("SIGTERM")?);
    let relay = Relay::listen(settings.listen, settings.upstream, settings.round_trip_ms).await?;
    relay.set_bandwidth(settings.bandwidth.map(NonZeroU64::get));
    println!("ready relay {}", relay.address());
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    let stats = relay.stats();
    eprintln!(
        "relay: {} connections ({} refused), {} bytes up, {} bytes down",
        stats.connections, stats.refused, stats.bytes_up, stats.bytes_down
    );
    Ok(())
}
