//! The shop as a learner has it: `cargo lab up` in a process of its own, and its addresses for a shell.

use crate::program::binary;
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::{path::Path, process::Stdio, time::Duration};
use tokio::process::Command;

/// The services by the names that the READMEs use.
const NAMES: [&str; 5] = ["SEARCH", "EDGE", "CHECKOUT", "PARTNERS", "RELAY"];
/// How long the commands of one README may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running shop. End it with [`Shop::down`].
pub(crate) struct Shop {
    variables: Vec<(String, String)>,
}

impl Shop {
    /// Starts it on free ports.
    ///
    /// # Errors
    /// When it does not start; `cargo lab` has said why.
    pub(crate) async fn up(root: &Path, variants: &str) -> anyhow::Result<Self> {
        let output = Command::new(binary("lab")?)
            .args(["--json", "up", "--port", "0", "--variants", variants])
            .current_dir(root)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .await?;
        if !output.status.success() {
            bail!("cargo lab up: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let said: Value = serde_json::from_slice(&output.stdout).context("what cargo lab up --json says")?;
        let address = |name: &str| {
            let url = said["urls"][format!("{name}_URL")].as_str();
            anyhow::Ok((name.to_owned(), url.with_context(|| format!("no address of {name}"))?.to_owned()))
        };
        let mut variables = NAMES.into_iter().map(address).collect::<anyhow::Result<Vec<_>>>()?;
        let token = said["admin_token"].as_str().context("no ADMIN_TOKEN")?;
        variables.push(("ADMIN_TOKEN".to_owned(), token.to_owned()));
        Ok(Self { variables })
    }

    /// Stops whatever is up.
    ///
    /// # Errors
    /// When it cannot be stopped.
    pub(crate) async fn down(root: &Path) -> anyhow::Result<()> {
        let stopped = Command::new(binary("lab")?).arg("down").current_dir(root).stdin(Stdio::null()).output().await?;
        anyhow::ensure!(
            stopped.status.success(),
            "cargo lab down: {}",
            String::from_utf8_lossy(&stopped.stderr).trim()
        );
        Ok(())
    }

    /// Runs commands in a shell that has the addresses; what they print.
    ///
    /// # Errors
    /// When they take too long.
    pub(crate) async fn type_in(&self, commands: &str) -> anyhow::Result<String> {
        let mut shell = Command::new("bash");
        shell.args(["-c", commands]).envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = shell.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).output();
        let output = tokio::time::timeout(PATIENCE, output).await.context("the commands take too long")??;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
