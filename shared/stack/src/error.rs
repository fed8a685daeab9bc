//! Why a server could not be had, in one message that ends with what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Server;

/// Everything that can go wrong between asking for a server and talking to it. No message ever holds a password.
#[derive(Debug, Error)]
pub enum StackError {
    /// `WORKSHOP_STACK` names no provider.
    #[error("WORKSHOP_STACK={0} is not known: use environment, docker or native, or leave it unset")]
    UnknownProvider(String),
    /// A list of needs names no server.
    #[error("there is no server called {0}: use postgres, redis, rabbitmq or all")]
    UnknownServer(String),
    /// No way gives this server on this machine.
    #[error("{server} is not there ({tried}): {remedy}")]
    NotThere {
        /// The server that is missing.
        server: Server,
        /// What was tried, and why it failed.
        tried: String,
        /// What to do.
        remedy: String,
    },
    /// The environment was forced, and has no URL for this server.
    #[error("{0} is not set, and WORKSHOP_STACK=environment says that it must be: set {0}, or unset WORKSHOP_STACK")]
    Unset(&'static str),
    /// A URL in the environment cannot be read.
    #[error("{variable} is not a URL that can be used ({why}): correct it, or unset it to get a private server")]
    BadUrl {
        /// The environment variable.
        variable: &'static str,
        /// What the parser says.
        why: String,
    },
    /// A URL in the environment leads to nobody.
    #[error(
        "{server} at {address}, named by {variable}, does not answer ({why}): start it, \
         or unset {variable} to get a private server"
    )]
    NoAnswer {
        /// The server that was expected there.
        server: Server,
        /// The environment variable.
        variable: &'static str,
        /// Host and port, without user and password.
        address: String,
        /// The last error.
        why: String,
    },
    /// A server of the environment answers, and cannot do what is needed.
    #[error(
        "{server} at {address}, named by {variable}, cannot be used: {why}; or unset {variable} to get a private server"
    )]
    NotEnough {
        /// The server.
        server: Server,
        /// The environment variable.
        variable: &'static str,
        /// Host and port, without user and password.
        address: String,
        /// What it lacks, and what to do about it.
        why: String,
    },
    /// Docker was forced, and no engine answers.
    #[error("no Docker engine answers ({0}): start Docker, or unset WORKSHOP_STACK to use the machine's own packages")]
    NoEngine(String),
    /// A container could not be started.
    #[error(
        "{server} did not start in Docker from {image} ({why}): check that the image can be pulled, \
         or set WORKSHOP_STACK=native"
    )]
    Container {
        /// The server.
        server: Server,
        /// Image and tag.
        image: String,
        /// What Testcontainers or the server says.
        why: String,
    },
    /// A private server ended while it was starting.
    #[error("{server} ended while it was starting ({status}); its last words:\n{log}")]
    Died {
        /// The server.
        server: Server,
        /// How it ended.
        status: String,
        /// The end of its log.
        log: String,
    },
    /// A private server did not serve in time.
    #[error("{server} did not answer within {seconds} s ({why}); its last words:\n{log}")]
    Slow {
        /// The server.
        server: Server,
        /// How long was waited, in seconds.
        seconds: u64,
        /// The last error of a client.
        why: String,
        /// The end of its log.
        log: String,
    },
    /// A program could not be started.
    #[error("{program} could not be started ({source}): reinstall its package")]
    Spawn {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// A folder or file could not be written: full disk, no permission.
    #[error(
        "{path} cannot be used ({source}): free some space or correct its permissions, \
         or set WORKSHOP_STATE to another folder"
    )]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A page of the ledger cannot be read.
    #[error("{path} cannot be read ({why}): look into it, stop what it lists, and remove it")]
    Ledger {
        /// The page.
        path: PathBuf,
        /// What the parser says.
        why: String,
    },
    /// A database could not be created or dropped.
    #[error("{what}: {why}")]
    Database {
        /// What was tried.
        what: String,
        /// What Postgres says.
        why: String,
    },
}

impl StackError {
    /// The exit code a program should end with: 2 for a mistake in what was asked, 3 where the environment is unfit.
    pub fn exit_code(&self) -> u8 {
        match self {
            StackError::UnknownProvider(_) | StackError::UnknownServer(_) => 2,
            _ => 3,
        }
    }

    pub(crate) fn folder(path: &Path) -> impl FnOnce(io::Error) -> StackError {
        let path = path.to_owned();
        move |source| StackError::Folder { path, source }
    }
}
