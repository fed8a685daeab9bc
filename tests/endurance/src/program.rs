//! One of the shop's programs as a process: started, killed, started again. It ends when we do, however we end.

use anyhow::{Context as _, bail};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// How long a program may take to say that it is ready. Some wait for servers that are away.
const READY: Duration = Duration::from_secs(60);

/// Where the programs are: beside this one.
///
/// # Errors
/// When one of them was not built.
pub(crate) fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let path = here.parent().context("this program is in no folder")?.join(name);
    anyhow::ensure!(path.is_file(), "{} is not there; cargo build --profile perf --workspace --bins", path.display());
    Ok(path)
}

/// A running program.
pub(crate) struct Program {
    name: &'static str,
    environment: Vec<(String, String)>,
    log: PathBuf,
    child: Option<Child>,
    /// Its address; nothing while it is not there.
    pub(crate) url: Option<String>,
}

impl Program {
    /// Not started. Its log, over all its lives, is a file in `logs`.
    pub(crate) fn new(name: &'static str, instance: &str, environment: &[(&str, &str)], logs: &Path) -> Self {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { name, environment, log: logs.join(format!("{name}-{instance}.log")), child: None, url: None }
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// When it ends instead, or takes too long.
    pub(crate) async fn start(&mut self) -> anyhow::Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(&self.log)?;
        // The standard input stays open as long as we live, and closes when we do not.
        let mut child = Command::new(binary(self.name)?)
            .env_clear()
            .envs([("EXIT_WITH_STDIN", "1"), ("RUST_BACKTRACE", "1")])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let ready = tokio::time::timeout(READY, lines.next_line()).await;
        let Ok(Ok(Some(line))) = ready else {
            bail!("{} did not get ready; its log is {}", self.name, self.log.display());
        };
        let url = line.split_whitespace().last().unwrap_or_default().to_owned();
        (self.child, self.url) = (Some(child), Some(url));
        Ok(())
    }

    /// SIGKILL.
    pub(crate) async fn kill(&mut self) {
        self.url = None;
        if let Some(mut child) = self.child.take() {
            // An error means that it has ended already, which whoever looks at its log will see.
            let _ = child.kill().await;
        }
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// What it holds in memory, in bytes.
    pub(crate) fn memory(&self) -> Option<u64> {
        let id = self.child.as_ref()?.id()?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes * 1_024)
    }

    /// Its name and the file of its log.
    pub(crate) fn described(&self) -> (&'static str, &Path) {
        (self.name, &self.log)
    }

    /// Lines of its log that tell of a panic.
    pub(crate) fn panics(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        text.lines().filter(|line| line.contains("panicked at")).map(str::to_owned).collect()
    }
}
