//! One of the shop's programs as a process, ended when it is dropped or when this process ends.

use anyhow::{Context as _, bail};
use std::{path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

const READY: Duration = Duration::from_secs(60);

/// A running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// Its address.
    pub url: String,
}

/// Where a program is: cargo puts a test's own program into `deps`, beside those of the workspace.
fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let path = here.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    path.with_context(|| format!("{name} was not built beside the tests: cargo build --workspace --bins"))
}

impl Program {
    /// Starts it, with this environment and no other, and waits until it is ready.
    ///
    /// # Errors
    /// When it ends instead, or takes too long.
    pub async fn start(name: &str, environment: &[(String, String)]) -> anyhow::Result<Self> {
        let mut child = Command::new(binary(name)?)
            .env_clear()
            .env("EXIT_WITH_STDIN", "1")
            .envs(environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let Ok(Ok(Some(line))) = tokio::time::timeout(READY, lines.next_line()).await else {
            bail!("{name} did not get ready; what it says is above");
        };
        let url = line.split_whitespace().last().unwrap_or_default().to_owned();
        Ok(Self { child, url })
    }

    /// Closes its standard input, which ends it in order: what it has to send still leaves.
    ///
    /// # Errors
    /// When it does not end within a minute.
    pub async fn finish(mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await.context("it does not end")??;
        Ok(())
    }
}
