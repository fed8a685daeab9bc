//! How the watching of one exercise ends.

use crate::exit::Exit;
use crate::pipeline::IntoExit;

/// How the watching of one exercise ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// `q`.
    Quit,
    /// `n`, and this is the next one.
    Next(String),
}

impl IntoExit for After {
    fn exit(&self) -> Exit {
        Exit::Pass
    }
}
