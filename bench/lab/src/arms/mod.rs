//! The arms of a comparison: the same binary started several times, each with its own variants, database and prefixes, and
//! every dependency at the exercise's distance.

mod address;
mod again;
mod answers;
mod arm;
mod build;
mod customers;
mod extra_arm;
mod output;
pub mod partners;
mod process;
mod relays;
mod shop;
mod test_bed;

pub use again::{Second, restart, start_again};
pub use arm::{Arm, ArmSpec};
pub use build::{Binaries, build};
pub use output::Printed;
pub use process::{Process, Start};
pub use relays::TrafficByDependency;
pub use shop::{Shop, ShopSpec, binaries_for, needs_of, needs_of_all};
pub use test_bed::TestBed;
