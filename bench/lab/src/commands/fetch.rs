//! `cargo lab fetch`: everything that later work needs, so that nothing touches the network afterwards.

use crate::context::Context;
use crate::exit::{Exit, Failure};
use serde_json::{Value, json};
use stack::{Needs, Provider, Stack, Surroundings};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// What was fetched, or was there: a name, where from, and bytes where they can be told.
struct Item {
    name: String,
    from: String,
    bytes: Option<u64>,
    fetched: bool,
}

/// Fetches crates and servers, and proves both: cargo resolves offline, the servers start.
///
/// # Errors
/// Exit 3 when something is missing and cannot be had.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let terminal = context.terminal;
    terminal.step("looking for what is missing; seconds where all is here, minutes where it has to be downloaded");
    let mut items = vec![crates(context).await?];
    servers(context, &mut items).await?;
    let mut text = String::new();
    for item in &items {
        let size = item.bytes.map_or(String::new(), |bytes| format!(", {} MB", bytes / 1_000_000));
        let word = if item.fetched { "fetched" } else { "here" };
        text.push_str(&format!("{} {:<8} {word}: {}{size}\n", terminal.good("✓"), item.name, item.from));
    }
    text.push_str("From here on nothing needs the network, but `make compose-up`: it builds inside containers.\n");
    text.push_str(&terminal.next(&[("cargo lab".to_owned(), "where you are".to_owned())]));
    let items: Vec<Value> = items
        .iter()
        .map(|one| json!({"name": one.name, "from": one.from, "bytes": one.bytes, "fetched": one.fetched}))
        .collect();
    context.answer(&text, &json!({"items": items}));
    Ok(Exit::Pass)
}

/// All crates of the lock file, for all platforms.
async fn crates(context: &Context) -> Result<Item, Failure> {
    let root = &context.course.root;
    let locked = locked(root)?;
    let fetched = if cargo(root, &["fetch", "--locked", "--offline"]).await?.is_err() {
        context
            .terminal
            .step(&format!("downloading what is missing of {} crates (cargo fetch --locked)", locked.len()));
        cargo(root, &["fetch", "--locked"]).await?.map_err(|tail| {
            Failure::unfit(format!("crates cannot be fetched:\n{tail}"))
                .remedy("the network is needed this once; then again: cargo lab fetch")
        })?;
        true
    } else {
        false
    };
    // As every later command does it.
    cargo(root, &["metadata", "--locked", "--offline", "--format-version", "1"]).await?.map_err(|tail| {
        Failure::unfit(format!("cargo does not do without the network:\n{tail}"))
            .remedy("git checkout Cargo.lock, then again: cargo lab fetch")
    })?;
    let bytes = sizes(&locked);
    Ok(Item { name: "crates".to_owned(), from: format!("{} in Cargo.lock", locked.len()), bytes, fetched })
}

/// Runs cargo without output; the end of its own words where it fails.
async fn cargo(root: &Path, arguments: &[&str]) -> Result<Result<(), String>, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output =
        Command::new(&cargo).args(arguments).current_dir(root).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = output.await.map_err(|error| {
        Failure::unfit(format!("{} cannot be started: {error}", Path::new(&cargo).display()))
            .remedy("install Rust from https://rustup.rs, then again: cargo lab fetch")
    })?;
    if output.status.success() {
        return Ok(Ok(()));
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let tail: Vec<&str> = words.lines().rev().take(8).collect();
    Ok(Err(tail.into_iter().rev().collect::<Vec<_>>().join("\n")))
}

/// `name-version` of every crate that comes from a registry.
fn locked(root: &Path) -> Result<Vec<String>, Failure> {
    let path = root.join("Cargo.lock");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Failure::unfit(format!("{} cannot be read: {error}", path.display()))
            .remedy("git checkout Cargo.lock, then: cargo lab fetch")
    })?;
    let lock: toml::Table = toml::from_str(&text).map_err(|error| {
        Failure::unfit(format!("{}: {error}", path.display())).remedy("git checkout Cargo.lock, then: cargo lab fetch")
    })?;
    let packages = lock.get("package").and_then(|packages| packages.as_array()).into_iter().flatten();
    let of_registry = packages.filter(|package| package.get("source").is_some());
    let name = |package: &toml::Value| {
        Some(format!("{}-{}", package.get("name")?.as_str()?, package.get("version")?.as_str()?))
    };
    Ok(of_registry.filter_map(name).collect())
}

/// Bytes of the downloaded crates in cargo's home.
fn sizes(locked: &[String]) -> Option<u64> {
    let surroundings = Surroundings::here();
    let home = surroundings.variable("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(surroundings.variable("HOME")?).join(".cargo")))?;
    let registries: Vec<PathBuf> =
        std::fs::read_dir(home.join("registry/cache")).ok()?.flatten().map(|entry| entry.path()).collect();
    let size = |name: &String| {
        registries.iter().find_map(|folder| Some(std::fs::metadata(folder.join(format!("{name}.crate"))).ok()?.len()))
    };
    Some(locked.iter().filter_map(size).sum())
}

/// Postgres, Redis and RabbitMQ from wherever this machine has them: started once, which pulls the images or installs the
/// packages that are missing, and stopped again.
async fn servers(context: &Context, items: &mut Vec<Item>) -> Result<(), Failure> {
    let surroundings = Surroundings::here().with_state(context.store.folder());
    let before = stack::probe(&surroundings, Needs::ALL).await?;
    context.terminal.step(
        "starting Postgres, Redis and RabbitMQ once (about 10 s; an image or a package that is missing is fetched)",
    );
    let stack = Stack::start_in(&surroundings, Needs::ALL, &stack::to_stderr).await?;
    stack.stop().await?;
    let was_there: Vec<bool> =
        before.iter().map(|one| one.outcome.is_ok() && !one.detail.contains("install")).collect();
    for (place, finding) in stack::probe(&surroundings, Needs::ALL).await?.into_iter().enumerate() {
        let provider = finding.outcome.map_err(Failure::from)?;
        let bytes = match provider {
            Provider::Docker => image_bytes(&finding.detail).await,
            _ => None,
        };
        let fetched = !was_there.get(place).copied().unwrap_or(true);
        items.push(Item {
            name: finding.server.to_string(),
            from: format!("{provider}: {}", finding.detail),
            bytes,
            fetched,
        });
    }
    Ok(())
}

/// The size of a Docker image, where the client can tell.
async fn image_bytes(image: &str) -> Option<u64> {
    let output = Command::new("docker")
        .args(["image", "inspect", "--format", "{{.Size}}", image])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    String::from_utf8_lossy(&output.await.ok()?.stdout).trim().parse().ok()
}
