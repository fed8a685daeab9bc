//! The order worker: takes `order.placed` from the broker and carries the order out.

mod consumer;
mod delivery;
mod depth;
mod work;

pub use consumer::{Worker, start};
pub use depth::waiting;
pub(crate) use work::{CONFIRM, ORDER, confirm};
