//! A Redis of our own that may be killed: it writes every command to its file before it answers, so carts outlive it.

use anyhow::{Context as _, bail};
use stack::{Ledger, Surroundings};
use std::{net::TcpListener, path::Path, process::Stdio, time::Duration};
use tokio::process::{Child, Command};

pub(crate) struct RedisServer {
    port: u16,
    folder: tempfile::TempDir,
    child: Option<Child>,
    ledger: Ledger,
}

impl RedisServer {
    /// # Errors
    /// When there is no `redis-server` on this machine, or it does not start.
    pub(crate) async fn start(folder: &Path) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let ledger = Ledger::open_in(Surroundings::here().state())?;
        let mut server = Self { port, folder: tempfile::tempdir_in(folder)?, child: None, ledger };
        server.start_again().await?;
        Ok(server)
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// SIGKILL.
    pub(crate) async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let id = child.id();
            let _ = child.kill().await;
            if let Some(id) = id {
                let _ = self.ledger.forget_process(id);
            }
        }
    }

    /// On the same port, with what it had.
    ///
    /// # Errors
    /// When it does not answer within ten seconds.
    pub(crate) async fn start_again(&mut self) -> anyhow::Result<()> {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("redis-server cannot be started")?;
        self.ledger.process(child.id().unwrap_or_default(), "the kill test's Redis")?;
        self.child = Some(child);
        let client = redis::Client::open(format!("redis://{}", self.address()))?;
        for _ in 0..100 {
            if let Ok(mut connection) = client.get_multiplexed_async_connection().await
                && redis::cmd("PING").exec_async(&mut connection).await.is_ok()
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("Redis does not answer");
    }
}
