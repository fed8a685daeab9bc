//! Where a server came from.

use std::fmt;
use std::str::FromStr;

use crate::StackError;

/// Which of the three ways gave a server. `WORKSHOP_STACK=environment|docker|native` forces one for all servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// A URL in the environment: the server is somebody else's, and is left running.
    Environment,
    /// A container, by Testcontainers.
    Docker,
    /// A private child process of a program that is installed on this machine.
    Native,
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Provider::Environment => "environment",
            Provider::Docker => "docker",
            Provider::Native => "native",
        })
    }
}

impl FromStr for Provider {
    type Err = StackError;

    fn from_str(text: &str) -> Result<Self, StackError> {
        match text {
            "environment" => Ok(Provider::Environment),
            "docker" => Ok(Provider::Docker),
            "native" => Ok(Provider::Native),
            other => Err(StackError::UnknownProvider(other.to_owned())),
        }
    }
}
