//! The arms of a comparison: the same binary started several times, each with its own variants, database and prefixes, and
//! every dependency at the exercise's distance.

mod address;
mod again;
mod answers;
mod arm;
mod build;
mod contract_tests;
mod customers;
mod extra_arm;
mod group;
mod output;
pub mod partners;
mod process;
mod relays;
mod shop;
mod test_bed;

pub use address::{redirected, resolve};
pub use again::{Second, restart, start_again};
pub use arm::{Arm, ArmSpec};
pub use build::{Binaries, Program, build, shown};
pub use contract_tests::{Said, contract_tests, programs_and_tests, run_contract_tests};
pub use output::Printed;
pub use process::{Process, Start};
pub use relays::TrafficByDependency;
pub use shop::{Shop, ShopSpec, needs_of, needs_of_all, programs_for};
pub use test_bed::TestBed;
