//! The learner's loop in the terminal: every message as a snapshot, `--json` of every command, and what the record of the
//! progress must survive.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

#[path = "../workshop/mod.rs"]
mod workshop;

mod backups;
mod classroom;
mod json;
mod listing;
mod messages;
mod predictions;
mod state;
