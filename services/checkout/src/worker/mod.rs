//! The order worker: takes `order.placed` from the broker and carries the order out.

mod consumer;
mod delivery;
mod work;

pub use consumer::{Worker, start};
pub(crate) use work::{CONFIRM, ORDER, confirm};
