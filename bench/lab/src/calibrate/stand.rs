//! The stand of a calibration: the driver, and known servers as processes of their own.

use crate::arms::{Process, Start};
use crate::exit::Failure;
use crate::known_server::Stall;
use crate::pipeline::{Harness, SystemUnderTest};
use crate::terminal::Terminal;
use http::Uri;
use load::Driver;
use stack::Ledger;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a calibration works with.
pub struct Stand {
    /// Who sends.
    pub driver: Driver,
    /// Where it says what it does.
    pub terminal: Terminal,
    /// Where the servers' logs go.
    pub logs: PathBuf,
    /// Where they are written down, so that the next run finds what a killed one left.
    pub ledger: Ledger,
}

/// One known server.
pub struct Server {
    name: String,
    pub(super) process: Process,
}

impl Stand {
    /// Starts this program once more as a known server.
    ///
    /// # Errors
    /// Exit 3 when it does not start.
    pub async fn start(&self, name: &str, stall: Option<Stall>) -> Result<Server, Failure> {
        let binary = std::env::current_exe().map_err(|error| Failure::unfit(format!("this program: {error}")))?;
        let mut arguments = vec!["known-server".to_owned()];
        if let Some(stall) = stall {
            let ms = |time: Duration| time.as_millis().to_string();
            arguments.extend([
                "--stall-every-ms".to_owned(),
                ms(stall.every),
                "--stall-ms".to_owned(),
                ms(stall.length),
            ]);
        }
        let log = self.logs.join(format!("known-{}.log", name.replace(['+', ' ', '%'], "")));
        let start = Start { service: "known", binary: &binary, arguments, environment: vec![], log, stays: false };
        Ok(Server { name: name.to_owned(), process: Process::start(start, &self.ledger).await? })
    }
}

impl Server {
    /// Ends it.
    pub async fn stop(self) {
        self.process.stop().await;
    }
}

impl SystemUnderTest for Server {
    fn name(&self) -> &str {
        &self.name
    }

    fn base(&self) -> &Uri {
        &self.process.base
    }

    fn cpu(&self) -> Duration {
        self.process.cpu()
    }

    fn check(&self) -> Result<(), Failure> {
        self.process.check()
    }
}

impl Harness for Stand {
    fn driver(&self) -> &Driver {
        &self.driver
    }

    fn terminal(&self) -> Terminal {
        self.terminal
    }

    fn logs(&self) -> &Path {
        &self.logs
    }
}
