//! `cargo lab watch`: on save one service is built, asked and counted, never timed; single keys do the rest.
//!
//! `files` says what was saved, `keys` what was pressed, `session` (pure) what follows from it, `warm` does it on a bench that
//! stays up between saves, `screen` puts it into words, and `round` holds them together.

mod files;
mod keys;
mod round;
mod screen;
mod seen;
mod session;
mod stir;
mod stopwatch;
mod warm;

pub use files::{Files, Saved, Watching};
pub use keys::{Key, Keyboard};
pub use round::{After, Round, RunCommand};
pub use screen::Screen;
pub use seen::Seen;
pub use session::{Do, Event, Facts, Job, Line, Session};
pub use stopwatch::Stopwatch;
pub use warm::Warm;

#[cfg(test)]
mod tests;
