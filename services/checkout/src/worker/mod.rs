//! The order worker: takes `order.placed` from the broker and fulfils the order.

mod consumer;
mod delivery;
mod depth;
mod failure;
mod tools;
mod work;

pub use consumer::{Worker, start};
pub use depth::waiting;
pub(crate) use work::ORDER;
