//! One service process: started with an environment of its own, waited for until it serves, ended with its standard input.

use super::output::{Output, Printed};
use crate::exit::Failure;
use http::Uri;
use stack::Ledger;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long a service may take until it says that it serves.
const READY: Duration = Duration::from_secs(30);
/// How long a service may take to end when asked. Nobody is using it any more, so there is nothing to drain.
const END: Duration = Duration::from_secs(3);
/// Pause between two looks for the ready line.
const LOOK: Duration = Duration::from_millis(3);

/// What to start.
pub struct Start<'a> {
    /// The service, as its ready line names it.
    pub service: &'a str,
    /// The program.
    pub binary: &'a Path,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment, beside what every process needs (`PATH`, `HOME`).
    pub environment: Vec<(&'a str, String)>,
    /// Where its standard error goes. Its standard output goes beside it, to a file ending in `.out`: a file outlives the bench,
    /// so that a `println!` in a learner's code works in every command.
    pub log: PathBuf,
    /// Outlives the bench: `cargo lab up`.
    pub stays: bool,
}

/// A running service.
#[derive(Debug)]
pub struct Process {
    /// The service's name.
    pub service: String,
    /// Where it serves.
    pub base: Uri,
    /// Its process id.
    pub pid: u32,
    output: Output,
    child: Mutex<Child>,
    ledger: Ledger,
    stays: bool,
}

impl Process {
    /// Starts it and waits for its ready line.
    ///
    /// # Errors
    /// Exit 3 when it cannot be started, ends, or is not ready in time; with the end of its log.
    pub async fn start(start: Start<'_>, ledger: &Ledger) -> Result<Self, Failure> {
        let Start { service, binary, arguments, environment, log, stays } = start;
        let output = Output::of(log);
        let (stdout, stderr) = output.create()?;
        let mut command = Command::new(binary);
        command.args(arguments).env_clear();
        for name in ["PATH", "HOME", "TMPDIR", "RUST_LOG", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(environment);
        // A group of its own: Ctrl-C reaches the bench alone, which then ends everything in order.
        command.process_group(0).stdout(stdout).stderr(stderr).kill_on_drop(!stays);
        if stays {
            command.stdin(Stdio::null());
        } else {
            // A pipe that we hold: it closes when the bench ends, however it ends.
            command.env("EXIT_WITH_STDIN", "1").stdin(Stdio::piped());
        }
        let child = command.spawn().map_err(|error| {
            Failure::unfit(format!("{service} cannot be started from {}: {error}", binary.display()))
        })?;
        let pid = child.id().unwrap_or_default();
        ledger.process(pid, service)?;
        let mut process = Self {
            service: service.to_owned(),
            base: Uri::default(),
            pid,
            output,
            child: Mutex::new(child),
            ledger: ledger.clone(),
            stays,
        };
        match process.ready().await {
            Ok(base) => process.base = base,
            // One that is to stay would stay without ever serving.
            Err(failure) => {
                process.end_now();
                return Err(failure);
            }
        }
        Ok(process)
    }

    /// Waits for its ready line, which may come after other lines.
    async fn ready(&self) -> Result<Uri, Failure> {
        let begin = Instant::now();
        let start = format!("ready {} ", self.service);
        loop {
            // Asked before the look: what it said before it ended has then been written.
            let ended = self.child().try_wait().ok().flatten();
            if let Some(address) = self.output.line_after(&start) {
                return address
                    .trim()
                    .parse()
                    .map_err(|_| self.failed(&format!("is ready at {address:?}, no address")));
            }
            match ended {
                Some(status) => return Err(self.failed(&format!("ended before it served ({status})"))),
                None if begin.elapsed() > READY => {
                    return Err(self.failed(&format!("did not say that it serves within {} s", READY.as_secs())));
                }
                None => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// What it has printed on standard output beside its ready line.
    pub fn printed(&self) -> Printed {
        self.output.printed(&format!("ready {} ", self.service))
    }

    /// The last lines it wrote, for messages; indented by two.
    pub fn last_words(&self) -> String {
        self.output.last_words()
    }

    /// Says so if the service has ended.
    ///
    /// # Errors
    /// Exit 3 with the end of its log.
    pub fn check(&self) -> Result<(), Failure> {
        let status = self.child().try_wait();
        match status {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.failed(&gone(status))),
            Err(error) => Err(self.failed(&format!("cannot be watched: {error}"))),
        }
    }

    /// Whether somebody else ended it: whatever code it runs is not to blame.
    pub fn is_stopped_from_outside(&self) -> bool {
        self.child().try_wait().ok().flatten().is_some_and(from_outside)
    }

    /// CPU time since it started, user and system; zero where the system does not say.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        // After the name in parentheses: state is field 3, utime 14, stime 15, in hundredths of a second on Linux.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Closes its standard input and waits until it has ended; kills it if it does not.
    pub async fn stop(self) {
        self.end().await;
    }

    /// As [`Process::stop`], for one that is about to be replaced.
    pub async fn end(&self) {
        drop(self.child().stdin.take());
        if timeout(END, self.gone()).await.is_err() {
            self.kill().await;
        }
        let _ = self.ledger.forget_process(self.pid);
    }

    /// SIGKILL: whatever it had in memory is lost. Returns when it is gone.
    pub async fn kill(&self) {
        // An error means that it is gone already.
        let _ = self.child().start_kill();
        let _ = timeout(END, self.gone()).await;
        let _ = self.ledger.forget_process(self.pid);
    }

    async fn gone(&self) {
        while matches!(self.child().try_wait(), Ok(None)) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn child(&self) -> std::sync::MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Lets it run on after this process.
    pub fn release(self) {
        debug_assert!(self.stays, "a service that ends with our standard input cannot be released");
    }

    /// Kills it, without waiting: for one that was meant to stay, when another could not be started.
    pub fn end_now(&self) {
        let _ = self.child().start_kill();
        let _ = self.ledger.forget_process(self.pid);
    }

    fn failed(&self, what: &str) -> Failure {
        Failure::unfit(format!("{} {what}; its last words:\n{}", self.service, self.last_words()))
            .remedy(format!("its whole log is in {}", self.output.stderr.display()))
    }
}

/// By a signal, or in good order: a service that is asked to end by SIGTERM or SIGINT ends with 0.
fn from_outside(status: ExitStatus) -> bool {
    matches!((status.signal(), status.code()), (Some(2 | 9 | 15), _) | (_, Some(0)))
}

/// How a service ended during a run, and who may have ended it.
fn gone(status: ExitStatus) -> String {
    match status.signal() {
        Some(9) => format!("was killed from outside in mid-run ({status}), by kill -9 or for want of memory"),
        _ if from_outside(status) => {
            format!(
                "was stopped from outside in mid-run ({status}), for instance by Ctrl-C or kill in another terminal"
            )
        }
        _ => format!("ended in mid-run ({status})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn start(script: &str) -> Result<Process, Failure> {
        start_in(tempfile::tempdir().unwrap().path(), script).await
    }

    /// With its output in a folder that stays.
    async fn start_in(folder: &Path, script: &str) -> Result<Process, Failure> {
        let ledger = Ledger::open_in(folder).unwrap();
        let binary = folder.join("service");
        std::fs::write(&binary, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&binary, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let log = folder.join("log");
        let start =
            Start { service: "search", binary: &binary, arguments: vec![], environment: vec![], log, stays: false };
        Process::start(start, &ledger).await
    }

    #[tokio::test]
    async fn a_service_that_ends_early_is_quoted() {
        let failure = start("echo 'VARIANTS: no seam is called ch99' >&2; exit 2").await.unwrap_err();
        assert_eq!(failure.exit, crate::exit::Exit::Unfit);
        assert!(failure.message.contains("no seam is called ch99"), "{failure}");
        assert!(failure.message.contains("exit status: 2"), "{failure}");
    }

    #[tokio::test]
    async fn a_service_is_served_from_where_its_ready_line_says_and_ends_with_its_input() {
        let process = start("echo ready search http://127.0.0.1:4711; cat").await.unwrap();
        assert_eq!(process.base.port_u16(), Some(4711));
        process.check().unwrap();
        let begin = std::time::Instant::now();
        process.stop().await;
        assert!(begin.elapsed() < END, "it had to be killed");
    }

    #[tokio::test]
    async fn a_killed_service_is_gone_at_once_and_said_to_have_ended() {
        let process = start("trap '' TERM; echo ready search http://127.0.0.1:4711; exec cat").await.unwrap();
        process.kill().await;
        assert!(process.check().unwrap_err().message.contains("signal: 9"));
    }

    #[tokio::test]
    async fn whatever_else_it_prints_is_kept_and_changes_nothing() {
        let script = "echo hello; echo ready search http://127.0.0.1:4711; echo 'hits: 3'; echo oh >&2; exec cat";
        let folder = tempfile::tempdir().unwrap();
        let process = start_in(folder.path(), script).await.unwrap();
        assert_eq!(process.base.port_u16(), Some(4711));
        let begin = Instant::now();
        while process.printed().lines < 2 && begin.elapsed() < Duration::from_secs(5) {
            tokio::time::sleep(LOOK).await;
        }
        let printed = process.printed();
        assert_eq!((printed.lines, printed.last.as_str()), (2, "hits: 3"));
        process.stop().await;
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_refused_with_it() {
        let failure = start("echo 'ready search http://['; cat").await.unwrap_err();
        assert!(failure.message.contains("http://["), "{failure}");
    }

    #[tokio::test]
    async fn a_service_that_somebody_stops_is_said_to_be_stopped_and_one_that_fails_to_have_ended() {
        for (script, said) in [
            ("kill -INT $$", "was stopped from outside"),
            ("exit 0", "was stopped from outside"),
            ("exit 101", "ended in mid-run (exit status: 101)"),
        ] {
            let process = start(&format!("echo ready search http://127.0.0.1:4711; {script}")).await.unwrap();
            process.gone().await;
            let failure = process.check().unwrap_err();
            assert!(failure.message.contains(said), "{script}: {failure}");
            assert_eq!(process.is_stopped_from_outside(), said.contains("outside"), "{script}");
        }
    }
}
