//! The arms of a comparison: the same binary started several times, each with its own variants, database and prefixes, and
//! every dependency at the exercise's distance.

mod address;
mod another;
mod arm;
mod build;
mod customers;
mod ground;
pub mod partners;
mod process;
mod relays;
mod shop;

pub use arm::{Arm, ArmSpec};
pub use build::{Binaries, build};
pub use ground::Ground;
pub use process::{Process, Start};
pub use shop::{Shop, ShopSpec, binaries_for, needs_of};
