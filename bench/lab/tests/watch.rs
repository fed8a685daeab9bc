//! `cargo lab watch` in a real terminal (tmux): keys, saves, cancelling, and what is left behind by every way to end it.
//!
//! The exercise needs no servers, and a stand-in for cargo fails or hangs when told to: what is tested is the loop around a
//! build. Skipped where there is no tmux.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

#[path = "workshop/mod.rs"]
mod workshop;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use workshop::{LAMP, Workshop};

/// Fails at once, or hangs in a child of its own while the file `slow` is there; every process is written down.
const CARGO: &str = "#!/bin/sh
echo $$ >> pids
if [ -e slow ]; then sleep 300 & echo $! >> pids; wait; fi
echo 'error: the stand-in does not build' >&2
exit 101
";

static TERMINALS: AtomicU32 = AtomicU32::new(0);

/// A workshop, and a terminal with a shell in it.
struct Terminal {
    workshop: Workshop,
    socket: String,
}

impl Terminal {
    /// `None` where there is no tmux.
    fn open() -> Option<Self> {
        let tmux = Command::new("tmux").arg("-V").stdout(Stdio::null()).status();
        if !tmux.is_ok_and(|status| status.success()) {
            stack::skipped("tmux", "there is none on this machine (apt-get install tmux)");
            return None;
        }
        let workshop = Workshop::bare();
        workshop.exercise("ch01-lamp", &LAMP.replace(r#"needs = ["postgres"]"#, "needs = []"));
        workshop.write("cargo", CARGO);
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(workshop.root().join("cargo"), executable).unwrap();
        let number = TERMINALS.fetch_add(1, Ordering::Relaxed);
        let terminal = Self { workshop, socket: format!("lab-test-{}-{number}", std::process::id()) };
        let root = terminal.root().display().to_string();
        terminal.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "140",
            "-y",
            "50",
            "-c",
            &root,
            "env PS1='$ ' sh",
        ]);
        terminal.tmux(&["set-option", "-g", "history-limit", "5000"]);
        Some(terminal)
    }

    fn root(&self) -> &Path {
        self.workshop.root()
    }

    fn yours(&self) -> PathBuf {
        self.workshop.yours()
    }

    fn tmux(&self, words: &[&str]) -> String {
        let output = Command::new("tmux").args(["-L", &self.socket]).args(words).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn press(&self, keys: &str) {
        self.tmux(&["send-keys", keys]);
    }

    fn line(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
        self.press("Enter");
    }

    /// Starts `watch` as cargo's alias would.
    fn watch(&self) {
        let lab = env!("CARGO_BIN_EXE_lab");
        let unset = "env -u DATABASE_URL -u REDIS_URL -u AMQP_URL -u WORKSHOP_ROOT";
        self.line(&format!("{unset} WORKSHOP_STATE=$PWD/state CARGO=$PWD/cargo {lab} watch ch01-lamp; echo code=$?"));
        self.until("watching ch01-lamp");
    }

    fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p", "-S", "-500"])
    }

    /// Waits until the terminal shows `text` one time more often than `before`.
    fn again(&self, text: &str, before: usize) {
        let begin = Instant::now();
        while self.screen().matches(text).count() <= before {
            assert!(begin.elapsed() < Duration::from_secs(30), "{text:?} did not appear:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn until(&self, text: &str) {
        self.again(text, 0);
    }

    /// The processes that the stand-in for cargo wrote down and that are still there.
    fn builders(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.root().join("pids")).unwrap_or_default();
        let alive = |pid: &&str| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // A process that has ended and is not yet collected is no longer there for anybody.
            !stat.is_empty() && !stat.contains(") Z ")
        };
        text.lines().filter(alive).map(str::to_owned).collect()
    }

    fn until_no_builders(&self) {
        let begin = Instant::now();
        while !self.builders().is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(10), "left running: {:?}", self.builders());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Echo and lines are back, and nothing is recorded as running.
    fn is_as_it_was(&self) {
        self.line("stty -a | tr ' ' '\\n' | grep -x -e icanon -e echo | tr '\\n' '+'; echo stty");
        self.until("icanon+echo+stty");
        let ledger = std::fs::read_dir(self.root().join("state/ledger")).into_iter().flatten().flatten();
        let pages: Vec<PathBuf> = ledger.map(|entry| entry.path()).collect();
        let pages = pages.into_iter().filter(|path| path.extension().is_some_and(|is| is == "toml"));
        assert_eq!(pages.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "nothing is recorded as running");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn keys_work_without_enter_and_q_leaves_the_terminal_as_it_was() {
    let Some(terminal) = Terminal::open() else { return };
    terminal.watch();
    terminal.until("it does not build");
    terminal.until("the stand-in does not build");
    terminal.press("h");
    terminal.until("Look up.");
    terminal.press("?");
    terminal.until("stty sane");
    terminal.press("m");
    terminal.until("nothing to measure");
    std::fs::write(terminal.yours(), "fn quick() {}\n").unwrap();
    terminal.until("saved src/yours.rs");
    terminal.again("it does not build", 1);
    terminal.press("r");
    terminal.until("(y/n)");
    terminal.press("y");
    terminal.again("saved src/yours.rs", 1);
    assert_eq!(std::fs::read_to_string(terminal.yours()).unwrap(), "fn slow() {}\n");
    terminal.press("q");
    terminal.until("code=0");
    terminal.is_as_it_was();
}

#[test]
fn a_save_during_a_build_ends_its_whole_process_group_and_builds_again() {
    let Some(terminal) = Terminal::open() else { return };
    std::fs::write(terminal.root().join("slow"), "").unwrap();
    terminal.watch();
    terminal.until("a first look");
    let begin = Instant::now();
    while terminal.builders().len() < 2 {
        assert!(begin.elapsed() < Duration::from_secs(10), "no build began:\n{}", terminal.screen());
        std::thread::sleep(Duration::from_millis(30));
    }
    let first = terminal.builders();
    std::fs::remove_file(terminal.root().join("slow")).unwrap();
    std::fs::write(terminal.yours(), "fn quick() {}\n").unwrap();
    terminal.until("saved again");
    terminal.until("the stand-in does not build");
    terminal.until_no_builders();
    assert_eq!(first.len(), 2, "cargo's stand-in and its compiler");
    terminal.press("q");
    terminal.until("code=0");
    terminal.is_as_it_was();
}

#[test]
fn ctrl_c_during_a_build_leaves_nothing() {
    let Some(terminal) = Terminal::open() else { return };
    std::fs::write(terminal.root().join("slow"), "").unwrap();
    terminal.watch();
    terminal.until("a first look");
    terminal.press("C-c");
    terminal.until("code=130");
    terminal.until_no_builders();
    terminal.is_as_it_was();
}

#[test]
fn what_kill_9_leaves_is_cleared_by_the_next_run() {
    let Some(terminal) = Terminal::open() else { return };
    std::fs::write(terminal.root().join("slow"), "").unwrap();
    terminal.watch();
    terminal.until("a first look");
    let events = std::fs::read_to_string(terminal.root().join("state/live/events.ndjson")).unwrap();
    let start: serde_json::Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    terminal.line("");
    let killed = Command::new("kill").args(["-9", &start["pid"].to_string()]).status().unwrap();
    assert!(killed.success());
    terminal.until("code=137");
    std::fs::remove_file(terminal.root().join("slow")).unwrap();
    terminal.line("");
    terminal.line("clear");
    terminal.watch();
    terminal.until("it does not build");
    terminal.until_no_builders();
    terminal.press("q");
    terminal.until("code=0");
    terminal.is_as_it_was();
}
