//! The shop as a learner has it: `cargo lab up` in a process of its own or the Compose stack, and its addresses for a shell.

use crate::program::binary;
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::{path::Path, process::Stdio, time::Duration};
use tokio::process::Command;

/// The services by the names that the READMEs use.
const NAMES: [&str; 5] = ["SEARCH", "EDGE", "CHECKOUT", "PARTNERS", "RELAY"];
/// How long the commands of one README may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// The addresses of `docker-compose.yml` where no variable changes them, and its token.
const COMPOSE: [(&str, &str); 6] = [
    ("SEARCH", "http://127.0.0.1:8081"),
    ("EDGE", "http://127.0.0.1:8085"),
    ("CHECKOUT", "http://127.0.0.1:8083"),
    ("PARTNERS", "http://127.0.0.1:8084"),
    ("RELAY", "http://127.0.0.1:8086"),
    ("ADMIN_TOKEN", "only-for-the-shop-on-this-machine"),
];
/// Prints nothing until each service of the Compose stack is ready; fails after a minute.
const ALL_READY: &str = r#"for url in "$SEARCH" "$EDGE" "$CHECKOUT"; do
  for n in $(seq 120); do curl -sf -o /dev/null --max-time 2 "$url/readyz" && continue 2; sleep 0.5; done
  echo "$url"
done"#;

/// Where the shop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// `cargo lab up`, on free ports.
    LabUp,
    /// The stack that `make compose-up` started, whose services are made anew with other `VARIANTS`.
    Compose,
}

/// A running shop. End it with [`Shop::down`].
pub(crate) struct Shop {
    variables: Vec<(String, String)>,
}

impl Shop {
    /// Starts it with these variants, or has the Compose stack run them.
    ///
    /// # Errors
    /// When it does not start; `cargo lab` or Compose has said why.
    pub(crate) async fn up(whereabouts: Where, root: &Path, variants: &str) -> anyhow::Result<Self> {
        match whereabouts {
            Where::LabUp => Self::lab_up(root, variants).await,
            Where::Compose => Self::compose(root, variants).await,
        }
    }

    async fn compose(root: &Path, variants: &str) -> anyhow::Result<Self> {
        recreate(root, variants).await?;
        let shop = Self { variables: COMPOSE.map(|(name, value)| (name.to_owned(), value.to_owned())).into() };
        let silent = shop.type_in(ALL_READY).await?;
        anyhow::ensure!(silent.is_empty(), "not ready after a minute: {}", silent.trim());
        Ok(shop)
    }

    async fn lab_up(root: &Path, variants: &str) -> anyhow::Result<Self> {
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

    /// Stops whatever is up; the Compose stack is left running, flawed.
    ///
    /// # Errors
    /// When it cannot be stopped.
    pub(crate) async fn down(whereabouts: Where, root: &Path) -> anyhow::Result<()> {
        if whereabouts == Where::Compose {
            return recreate(root, "").await;
        }
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

/// Has Compose make the services anew whose variants are other ones now.
async fn recreate(root: &Path, variants: &str) -> anyhow::Result<()> {
    let mut compose = Command::new(root.join("scripts/compose"));
    compose.args(["up", "--detach"]).env("VARIANTS", variants).current_dir(root).stdin(Stdio::null());
    let output = compose.output().await?;
    anyhow::ensure!(output.status.success(), "compose up: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
