//! Installs the packages of servers that are missing: apt on Debian and Ubuntu, brew on macOS.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::user;
use crate::{Progress, Server, StackError, Surroundings};

/// The commands that would install what is missing.
pub(super) struct Plan {
    commands: Vec<Vec<String>>,
    packages: Vec<&'static str>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.packages.join(", "))
    }
}

/// Installs what is missing of these servers. Says what and why beforehand.
pub(super) async fn ensure(
    servers: &[Server],
    surroundings: &Surroundings,
    progress: Progress<'_>,
) -> Result<(), StackError> {
    if missing_of(servers, surroundings).is_empty() {
        return Ok(());
    }
    plan(servers, surroundings)?;
    let _lock = lock(surroundings).await?;
    // Whoever held the lock may have installed it meanwhile.
    let missing = missing_of(servers, surroundings);
    let Some(&server) = missing.first() else { return Ok(()) };
    let plan = plan(&missing, surroundings)?;
    progress(&format!(
        "installing {plan}: the shop runs on its own private servers, \
         and this machine has neither a URL, nor Docker, nor these programs"
    ));
    for command in &plan.commands {
        run(command, server).await?;
    }
    match missing_of(&missing, surroundings).first() {
        None => Ok(()),
        Some(&server) => Err(not_there(server, "installed, and still not to be found")),
    }
}

fn missing_of(servers: &[Server], surroundings: &Surroundings) -> Vec<Server> {
    servers.iter().copied().filter(|server| surroundings.program(server.program()).is_none()).collect()
}

/// What to run, or why nothing can be.
pub(super) fn plan(servers: &[Server], surroundings: &Surroundings) -> Result<Plan, StackError> {
    let missing = missing_of(servers, surroundings);
    let Some(&first) = missing.first() else { return Ok(Plan { commands: Vec::new(), packages: Vec::new() }) };
    if !surroundings.may_install() {
        return Err(not_there(first, "installing is switched off"));
    }
    if let Some(brew) = surroundings.program("brew") {
        let packages: Vec<_> = missing.iter().map(|server| formula(*server)).collect();
        let command = [brew.display().to_string(), "install".to_owned(), "--quiet".to_owned()];
        let command = command.into_iter().chain(packages.iter().map(|&name| name.to_owned())).collect();
        return Ok(Plan { commands: vec![command], packages });
    }
    let Some(apt) = surroundings.program("apt-get") else {
        return Err(not_there(first, "neither apt-get nor brew is there to install it"));
    };
    let Some(prefix) = as_root(surroundings) else {
        return Err(not_there(first, "installing needs root, and sudo asks for a password"));
    };
    let packages: Vec<_> = missing.iter().map(|server| package(*server)).collect();
    // RUNLEVEL=1 keeps Debian's packages from starting the system's own servers: ours are private, on other ports.
    let quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"].map(str::to_owned);
    let apt_get = |arguments: &[&str]| -> Vec<String> {
        let tool = [apt.display().to_string(), "-q".to_owned(), "-o".to_owned(), "DPkg::Lock::Timeout=120".to_owned()];
        let arguments = arguments.iter().map(|&argument| argument.to_owned());
        prefix.iter().cloned().chain(quiet.clone()).chain(tool).chain(arguments).collect()
    };
    let install: Vec<&str> =
        ["install", "--yes", "--no-install-recommends"].into_iter().chain(packages.clone()).collect();
    Ok(Plan { commands: vec![apt_get(&["update"]), apt_get(&install)], packages })
}

/// What to put before a command that needs root; nothing if we are, none if it cannot be had without a question.
fn as_root(surroundings: &Surroundings) -> Option<Vec<String>> {
    if user::is_root() {
        return Some(Vec::new());
    }
    let sudo = surroundings.program("sudo")?;
    let silent = Command::new(&sudo).args(["-n", "true"]).stdin(Stdio::null()).output().ok()?.status.success();
    silent.then(|| vec![sudo.display().to_string(), "-n".to_owned()])
}

async fn run(command: &[String], server: Server) -> Result<(), StackError> {
    let shown = command.join(" ");
    let output = tokio::process::Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|source| StackError::Spawn { program: command[0].clone(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = errors.lines().rev().filter(|line| !line.trim().is_empty()).take(2).collect();
    Err(not_there(server, &format!("`{shown}` failed: {}", last.join(" "))))
}

/// One installation at a time, also among the processes of a test run.
async fn lock(surroundings: &Surroundings) -> Result<File, StackError> {
    let path: PathBuf = surroundings.state().join("install.lock");
    std::fs::create_dir_all(surroundings.state()).map_err(StackError::folder(surroundings.state()))?;
    let file = File::create(&path).map_err(StackError::folder(&path))?;
    let held = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    held.map_err(std::io::Error::other).flatten().map_err(StackError::folder(&path))
}

/// The error for a server that this machine's packages cannot give.
pub(super) fn not_there(server: Server, why: &str) -> StackError {
    let install = if cfg!(target_os = "macos") {
        format!("brew install {}", formula(server))
    } else {
        format!("{}apt-get install {}", if user::is_root() { "" } else { "sudo " }, package(server))
    };
    StackError::NotThere {
        server,
        tried: format!("no {} among the machine's programs, {why}", server.program()),
        remedy: format!("install Docker, or run `{install}`, or set {}", server.variable()),
    }
}

fn package(server: Server) -> &'static str {
    match server {
        Server::Postgres => "postgresql",
        Server::Redis => "redis-server",
        Server::RabbitMq => "rabbitmq-server",
    }
}

fn formula(server: Server) -> &'static str {
    match server {
        Server::Postgres => "postgresql@17",
        Server::Redis => "redis",
        Server::RabbitMq => "rabbitmq",
    }
}
