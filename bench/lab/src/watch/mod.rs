//! `cargo lab watch`: on save one service is built, asked and counted, never timed; single keys do the rest.
//!
//! `files` says what was saved, `keys` what was pressed, `session` (pure) what follows from it, `warm` does it on a bench that
//! stays up between saves, `screen` puts it into words, and `watch_loop` holds them together.

mod after;
mod check_result;
mod file_events;
mod files;
mod keys;
mod screen;
mod session;
mod stopwatch;
mod warm;
mod watch_loop;

pub use after::After;
pub use check_result::CheckResult;
pub use files::{Files, Saved, Watching};
pub use keys::{Key, Keyboard};
pub use screen::Screen;
pub use session::{Do, Event, Facts, Job, Line, Session};
pub use stopwatch::Stopwatch;
pub use warm::Warm;
pub use watch_loop::{RunCommand, WatchLoop};

#[cfg(test)]
mod tests;
