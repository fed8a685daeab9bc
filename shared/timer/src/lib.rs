//! A precise timer for async code.

mod alarm;
mod slack;

pub use alarm::Alarm;
pub use slack::wake_without_slack;
