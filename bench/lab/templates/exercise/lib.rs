//! TO DO: what this component does for the shop, in one sentence.
//!
//! The contract, whichever implementation runs:
//! - TO DO: what is true of every answer, the awkward ones included;
//! - dropping the future ends the work.

mod broken;
mod fixed;
mod flawed;
mod traps;
mod yours;

use variant::{SeamFuture, seam};

seam! {
    "__ID__",
    /// The implementation in use.
    pub enum __TYPE__ { __TRAPS__; FortyAnswers = broken::forty_answers }
}

impl __TYPE__ {
    /// TO DO: the one thing it does; with a name, arguments and an error of the shop's own.
    pub fn answer(self, question: &str) -> SeamFuture<'_, String> {
        Box::pin(async move { dispatch!(self, chosen => chosen::answer(question).await) })
    }
}
