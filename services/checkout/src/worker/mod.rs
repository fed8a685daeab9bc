//! The order worker: takes `order.placed` from the broker and fulfils the order.

mod admin;
mod command;
mod consumer;
mod delivery;
mod depth;
mod failure;
mod schedule;
mod tools;
mod work;

pub use command::{USAGE, dead_letters};
pub use consumer::{Worker, start};
pub use depth::waiting;
pub(crate) use work::ORDER;
