//! The bench: drives load, receives spans, judges variants against each other, and guides the learner's loop.

// First, for its macros are everybody's.
#[macro_use]
pub mod said;

pub mod arms;
pub mod calibrate;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod compare;
pub mod context;
pub mod delays;
pub mod exercise;
pub mod exit;
pub mod experiment;
pub mod known_server;
pub mod live;
pub mod machine;
pub mod pipeline;
pub mod report;
pub mod serve;
pub mod skeleton;
pub mod state;
pub mod story;
pub mod syllabus;
pub mod terminal;
pub mod verdict;
pub mod verify;
pub mod watch;
