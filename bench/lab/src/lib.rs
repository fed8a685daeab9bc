//! The bench: drives load, receives spans, judges variants against each other, and guides the learner's loop.

mod alarm;
pub mod arms;
pub mod calibrate;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod exercise;
pub mod exit;
pub mod live;
pub mod load;
pub mod machine;
pub mod otlp;
pub mod pipeline;
pub mod proof;
pub mod relay;
pub mod report;
pub mod serve;
pub mod skeleton;
pub mod state;
pub mod stats;
pub mod story;
pub mod syllabus;
pub mod terminal;
pub mod trace;
pub mod watch;
