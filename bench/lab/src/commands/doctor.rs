//! `cargo lab doctor`: looks at this machine; one remedy for each failed line.

use crate::exercise::Course;
use crate::exit::{Exit, Failure};
use crate::machine::{CpuTimes, Machine};
use crate::terminal::Terminal;
use serde::Serialize;
use stack::{Needs, Surroundings};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// One line.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    ok: bool,
    found: String,
    remedy: String,
}

/// Memory below which the shop and the bench do not fit, MiB.
const MEMORY: u64 = 2_000;
/// Disk the builds and the databases need, MiB.
const DISK: u64 = 6_000;
/// Share of the cores that others may use before measurements suffer.
const BUSY: f64 = 0.15;

/// Prints all findings; exit 3 when one failed.
///
/// # Errors
/// Exit 3 when the servers cannot be looked for.
pub async fn run(root: Option<&Path>, json: bool) -> Result<Exit, Failure> {
    Terminal::here().step("looking at this machine (about 2 s)");
    let mut lines = Vec::new();
    let mut line = |name: &str, ok: bool, found: String, remedy: &str| {
        let remedy = if ok { String::new() } else { remedy.to_owned() };
        lines.push(Line { name: name.to_owned(), ok, found, remedy });
    };
    let here = root.map_or_else(|| std::env::current_dir().unwrap_or_default(), Path::to_owned);
    let course = Course::find(&here);
    let count = course.as_ref().map_or_else(ToString::to_string, |course| {
        let odd: String = course.odd.iter().map(|odd| format!("; {odd}")).collect();
        format!("{} exercises{odd}", course.exercises.len())
    });
    line("workshop", course.is_ok(), count, "run it inside the repository; correct the file named");

    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let version = Command::new(cargo).arg("--version").output();
    let version =
        version.map_or_else(|error| error.to_string(), |out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    line("cargo", version.starts_with("cargo"), version, "install Rust from https://rustup.rs");

    let surroundings = Surroundings::here();
    let root = course.as_ref().map_or_else(|_| here.clone(), |course| course.root.clone());
    let state = surroundings.variable("WORKSHOP_STATE").map_or_else(|| root.join(".lab"), PathBuf::from);
    let writable = std::fs::create_dir_all(&state).and_then(|()| {
        let probe = state.join(format!("doctor-{}", std::process::id()));
        std::fs::write(&probe, b"ok").and_then(|()| std::fs::remove_file(&probe))
    });
    let found = writable
        .as_ref()
        .map_or_else(|error| format!("{}: {error}", state.display()), |()| state.display().to_string());
    line("state folder", writable.is_ok(), found, "free some space or correct its permissions, or set WORKSHOP_STATE");

    let machine = Machine::here();
    line(
        "memory",
        machine.memory_mib >= MEMORY,
        format!("{} MiB", machine.memory_mib),
        "2 GB are needed for the shop and the bench",
    );
    line(
        "cores",
        machine.cores >= 2,
        machine.cores.to_string(),
        "with one core the load driver disturbs what it measures",
    );
    let free = free_mib(&root);
    line(
        "disk",
        free.is_none_or(|free| free >= DISK),
        free.map_or("unknown".into(), |free| format!("{free} MiB free")),
        "6 GB are needed for builds and databases",
    );
    let port = std::net::TcpListener::bind("127.0.0.1:0");
    line(
        "ports",
        port.is_ok(),
        "127.0.0.1".into(),
        "nothing can listen on 127.0.0.1: look at the firewall or the sandbox",
    );

    let busy = busy().await;
    line(
        "quiet",
        busy < BUSY,
        format!("others use {:.0} % of the cores", busy * 100.0),
        "close what is busy before you measure; checks work all the same",
    );
    let late = late().await;
    line(
        "timers",
        late < Duration::from_millis(2),
        format!("wakes up {:.2} ms late (p95)", late.as_secs_f64() * 1e3),
        "the machine is overloaded or throttled: measurements will be void",
    );

    for finding in stack::probe(&surroundings, Needs::ALL).await? {
        let (ok, found, remedy) = match &finding.outcome {
            Ok(provider) => (true, format!("{provider}: {}", finding.detail), String::new()),
            Err(error) => (false, error.to_string(), "do one of these, then: cargo lab doctor".to_owned()),
        };
        lines.push(Line { name: finding.server.to_string(), ok, found, remedy });
    }
    let well = lines.iter().all(|line| line.ok || line.name == "quiet");
    if json {
        println!("{}", serde_json::json!({"ok": well, "findings": lines, "machine": machine}));
    } else {
        show(&lines);
        let advice = match well {
            true => ("cargo lab".to_owned(), "this machine is fit: go on".to_owned()),
            false => ("cargo lab doctor".to_owned(), "again, when the lines with ✗ are mended".to_owned()),
        };
        print!("{}", Terminal::here().next(&[advice]));
    }
    Ok(if well { Exit::Pass } else { Exit::Unfit })
}

fn show(lines: &[Line]) {
    let terminal = Terminal::here();
    for line in lines {
        let mark = if line.ok { terminal.good("✓") } else { terminal.bad("✗") };
        println!("{mark} {:<13} {}", line.name, line.found);
        if !line.remedy.is_empty() {
            println!("    → {}", line.remedy);
        }
    }
}

fn free_mib(folder: &Path) -> Option<u64> {
    let stats = rustix::fs::statvfs(folder).ok()?;
    Some(stats.f_bavail * stats.f_frsize / (1 << 20))
}

/// What others use, over half a second in which this process waits.
async fn busy() -> f64 {
    let before = CpuTimes::now();
    tokio::time::sleep(Duration::from_millis(500)).await;
    CpuTimes::now().busy_since(&before)
}

/// How late a thread wakes that sleeps for a millisecond, p95 of 100.
async fn late() -> Duration {
    let measured = tokio::task::spawn_blocking(|| {
        let mut late: Vec<Duration> = (0..100)
            .map(|_| {
                let begin = Instant::now();
                std::thread::sleep(Duration::from_millis(1));
                begin.elapsed().saturating_sub(Duration::from_millis(1))
            })
            .collect();
        late.sort_unstable();
        late[94]
    });
    measured.await.unwrap_or(Duration::MAX)
}
