//! `cargo lab serve`: the local page; it ends with Ctrl-C.

use crate::cli::Serve;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::serve::Server;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until it is stopped. Takes no bench lock: measure in another terminal and watch it here.
///
/// # Errors
/// Exit 3 when the port is taken or the listener fails.
pub async fn run(context: &Context, options: &Serve) -> Result<Exit, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::unfit(format!("signals cannot be caught: {error}")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    let server = Server::bind(context.course.root.clone(), context.store.clone(), options.port).await?;
    let url = server.url();
    if context.json {
        println!("{}", serde_json::json!({ "url": url }));
    } else {
        println!("{url}");
        // Not on standard output: whoever reads only the address may close it.
        eprintln!("  syllabus, texts, past runs, and {url}live while a run is on in another terminal; Ctrl-C ends it");
    }
    if options.open {
        open(&url);
    }
    server
        .run(async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        })
        .await?;
    Ok(Exit::Pass)
}

/// Asks the desktop for a browser. Where there is none, the address is on the screen.
fn open(url: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = || std::process::Stdio::null();
    let started = std::process::Command::new(opener).arg(url).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
    if started.is_err() {
        eprintln!("no browser could be opened ({opener} is not here); the address is above");
    }
}
