//! The binary: what it hands to a command, and what is left of it after `kill -9`.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use stack::{Needs, Provider, Stack, ledger, probe, quiet, skipped};

use crate::{forced, state};

/// `stack run` with all that its caller set cleared away.
fn stack_run(state: &Path, needs: &str, script: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stack"));
    command.args(["run", "--needs", needs, "--", "sh", "-c", script]).env("WORKSHOP_STATE", state);
    for variable in ["DATABASE_URL", "REDIS_URL", "AMQP_URL"] {
        command.env_remove(variable);
    }
    command.env("WORKSHOP_STACK", "native").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The script, begun when the ledger has the shell it runs in: a process killed between starting and writing down cannot be told
/// of, and on a busy machine (5 % of it taken by the host) this one was killed there.
fn once_recorded(script: &str) -> String {
    format!("until grep -q '\"sh\"' $WORKSHOP_STATE/ledger/*.toml; do sleep 0.05; done; {script}; exec sleep 600")
}

/// Waits until a file has text, and returns it.
fn text_of(path: &Path, child: &mut Child) -> String {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        match std::fs::read_to_string(path) {
            Ok(text) if text.ends_with("end\n") => return text,
            _ => {}
        }
        assert!(child.try_wait().unwrap().is_none(), "stack run ended early");
        assert!(Instant::now() < deadline, "the command never ran");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Pids whose command line or working directory lies in this folder.
fn living_in(folder: &Path) -> Vec<u32> {
    let inside = |pid: u32| {
        let proc = Path::new("/proc").join(pid.to_string());
        let line = std::fs::read(proc.join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        line.contains(&folder.display().to_string())
            || std::fs::read_link(proc.join("cwd")).is_ok_and(|at| at.starts_with(folder))
    };
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(|pid| inside(*pid)).collect()
}

fn listens(url: &str) -> bool {
    let host = url.rsplit('@').next().unwrap().trim_start_matches("redis://");
    std::net::TcpStream::connect(host.split('/').next().unwrap()).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_is_cleared_away_by_the_next_one() {
    let state = state();
    let told = state.path().join("told");
    let script = format!("printf '%s\\n' $DATABASE_URL $REDIS_URL $AMQP_URL end > {}", told.display());
    let mut run = stack_run(state.path(), "all", &once_recorded(&script)).spawn().unwrap();
    let text = text_of(&told, &mut run);
    let urls: Vec<&str> = text.lines().filter(|line| *line != "end").collect();
    assert_eq!(urls.len(), 3, "{text}");
    assert!(urls.iter().all(|url| listens(url)), "all three listen");
    let runs = state.path().join("run");

    run.kill().unwrap();
    run.wait().unwrap();
    assert!(urls.iter().all(|url| listens(url)), "kill -9 leaves the servers");
    if cfg!(target_os = "linux") {
        assert!(living_in(&runs).len() >= 4, "their processes are there");
    }

    // Any new run, here the smallest one, sweeps first.
    let needs = Needs::NONE.with_redis();
    let lines = std::sync::Mutex::new(Vec::new());
    let progress = |line: &str| lines.lock().unwrap().push(line.to_owned());
    let next = Stack::start_in(&forced(state.path(), Provider::Native), needs, &progress).await.unwrap();
    next.stop().await.unwrap();

    let lines = lines.into_inner().unwrap();
    assert!(lines[0].contains("did not end in order"), "{lines:?}");
    for what in ["Postgres", "Redis", "RabbitMQ", "port mapper", "sh", "run/"] {
        assert!(lines[0].contains(what), "{what} is told of: {lines:?}");
    }
    assert!(!urls.iter().any(|url| listens(url)), "no port is open");
    assert_eq!(living_in(&runs), [0_u32; 0], "no process is left");
    assert_eq!(std::fs::read_dir(&runs).unwrap().count(), 0, "no folder is left");
    assert!(ledger::sweep_in(state.path()).await.unwrap().is_empty(), "and nothing is left to sweep");
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_of_a_killed_run_are_removed_where_a_docker_engine_answers() {
    let state = state();
    let needs = Needs::NONE.with_redis();
    let finding = probe(&forced(state.path(), Provider::Docker), needs).await.unwrap().remove(0);
    if let Err(error) = finding.outcome {
        return skipped("docker", error);
    }
    let told = state.path().join("told");
    let script = format!("echo $REDIS_URL > {0}; echo end >> {0}", told.display());
    let mut run =
        stack_run(state.path(), "redis", &once_recorded(&script)).env("WORKSHOP_STACK", "docker").spawn().unwrap();
    let text = text_of(&told, &mut run);
    let url = text.lines().next().unwrap();
    assert!(listens(url));
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(listens(url), "kill -9 leaves the container");
    let swept = ledger::sweep_in(state.path()).await.unwrap();
    assert_eq!(swept.containers.len(), 1, "{swept:?}");
    assert!(!listens(url), "the container is gone");
    assert!(ledger::sweep_in(state.path()).await.unwrap().is_empty());
}

#[test]
fn the_exit_code_of_the_command_is_passed_on_and_everything_is_stopped() {
    let state = state();
    let status = stack_run(state.path(), "redis", "test -n \"$REDIS_URL\" && exit 7").status().unwrap();
    assert_eq!(status.code(), Some(7));
    assert_eq!(std::fs::read_dir(state.path().join("run")).unwrap().count(), 0);
}

#[test]
fn a_signal_reaches_the_command_and_everything_is_stopped() {
    let state = state();
    let told = state.path().join("told");
    let script = format!("echo $REDIS_URL > {0}; echo end >> {0}; exec sleep 600", told.display());
    let mut run = stack_run(state.path(), "redis", &script).spawn().unwrap();
    let text = text_of(&told, &mut run);
    let url = text.lines().next().unwrap();
    assert!(listens(url));
    Command::new("kill").arg(run.id().to_string()).status().unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(128 + 15));
    assert!(!listens(url), "the server is stopped");
    assert_eq!(std::fs::read_dir(state.path().join("run")).unwrap().count(), 0);
}

#[test]
fn a_wrong_call_is_answered_with_its_usage_and_2() {
    for arguments in [&["walk"][..], &["run", "--needs", "mysql", "--", "true"], &["run", "--"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_stack")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[tokio::test]
async fn a_dropped_stack_is_stopped_too() {
    let state = state();
    let needs = Needs::NONE.with_postgres().with_redis();
    let stack = Stack::start_in(&forced(state.path(), Provider::Native), needs, &quiet).await.unwrap();
    let url = stack.redis_url().unwrap().to_owned();
    assert!(listens(&url));
    drop(stack);
    assert!(!listens(&url));
    assert_eq!(std::fs::read_dir(state.path().join("run")).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(state.path().join("ledger")).unwrap().count(), 0);
}
