//! A child process in its own group, recorded in the ledger, that never outlives its handle.
//!
//! Its own group, because Ctrl-C in a terminal reaches every process of the foreground group at once: this way it
//! reaches only us, and we stop the servers in order.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::ledger::{StopBy, signal};
use crate::{Ledger, Server, StackError, answer, environment};

/// How long a server may take to end when asked. Everything here is throw-away: then it is killed.
const STOPPING: Duration = Duration::from_secs(5);
/// How long a server may take to serve. RabbitMQ takes 3 to 7 s on two busy cores.
const STARTING: Duration = Duration::from_secs(90);

/// What stands before every server: a shell that waits for one line, then becomes the server. We write the line once
/// the child is on the ledger's page. If we are killed before that, the shell reads the end of the pipe instead, and
/// ends: no server runs unrecorded.
const GATE: &str = r#"read -r go && exec "$0" "$@" </dev/null"#;

/// A command for [`Child::start`], in an environment that owes nothing to the user's shell.
pub(super) fn command(program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    environment::cleaned(&mut command);
    command.args(["-c", GATE]).arg(program);
    command
}

/// A running child.
pub(super) struct Child {
    child: std::process::Child,
    stop_by: StopBy,
    ledger: Ledger,
    log: PathBuf,
    released: bool,
}

impl Child {
    /// Starts a [`command`] with its output going to `log`, and writes it down.
    pub(super) fn start(
        mut command: Command,
        what: &str,
        stop_by: StopBy,
        ledger: &Ledger,
        log: &Path,
    ) -> Result<Self, StackError> {
        let output = File::options().create(true).append(true).open(log).map_err(StackError::folder(log))?;
        let errors = output.try_clone().map_err(StackError::folder(log))?;
        let spawn = |source| StackError::Spawn { program: what.to_owned(), source };
        let child =
            command.process_group(0).stdin(Stdio::piped()).stdout(output).stderr(errors).spawn().map_err(spawn)?;
        let mut child = Child { child, stop_by, ledger: ledger.clone(), log: log.to_owned(), released: false };
        ledger.process_stopped_by(child.child.id(), what, stop_by)?;
        if let Some(mut gate) = child.child.stdin.take() {
            gate.write_all(b"go\n").map_err(spawn)?;
        }
        Ok(child)
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits until it ends by itself, as `initdb` does.
    pub(super) async fn finished(mut self) -> Result<ExitStatus, String> {
        loop {
            if let Some(status) = self.ended() {
                let log = self.last_words();
                return if status.success() { Ok(status) } else { Err(log) };
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until a client is served at `url`.
    pub(super) async fn serves(&mut self, server: Server, url: &str) -> Result<(), StackError> {
        let deadline = Instant::now() + STARTING;
        loop {
            let answer = answer::answers(server, url).await;
            // Asked after the answer: if our own server is dead, whoever answered is somebody else on the same port.
            if let Some(status) = self.ended() {
                return Err(StackError::Died { server, status: status.to_string(), log: self.last_words() });
            }
            match answer {
                Ok(()) => return Ok(()),
                Err(why) if Instant::now() > deadline => {
                    return Err(StackError::Slow { server, seconds: STARTING.as_secs(), why, log: self.last_words() });
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// The last lines of its log.
    pub(super) fn last_words(&self) -> String {
        let text =
            std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    /// Asks it to end, waits, and kills it if it does not.
    pub(super) async fn stop(mut self) {
        for (asked, timeout) in self.steps() {
            signal(self.child.id(), asked);
            let deadline = Instant::now() + timeout;
            while Instant::now() < deadline {
                if self.ended().is_some() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    fn steps(&self) -> [(Signal, Duration); 2] {
        [(self.stop_by.signal(), STOPPING), (Signal::KILL, STOPPING)]
    }

    /// Leaves it running.
    pub(super) fn release(mut self) {
        self.released = true;
    }
}

impl Drop for Child {
    /// The way out of panics and early returns: the same steps, in blocking form.
    fn drop(&mut self) {
        if self.released {
            return;
        }
        'steps: for (asked, timeout) in self.steps() {
            if self.ended().is_some() {
                break;
            }
            signal(self.child.id(), asked);
            let deadline = Instant::now() + timeout;
            while Instant::now() < deadline {
                if self.ended().is_some() {
                    break 'steps;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        // If this fails, the next sweep finds a dead process on the page, and drops the entry.
        let _ = self.ledger.forget_process(self.child.id());
    }
}
