//! One experiment, from the words of the command line to what is remembered of it: resolve, announce, run, deliver.
//!
//! `check` and `measure` walk the whole way ([`conduct()`]), of a seam as of a story. `watch` measures on a bench that is up
//! already ([`Experiment::run`], [`deliver()`]); `dev check` resolves and runs the same way and delivers its claims instead.

mod announce;
mod conduct;
mod deliver;
mod remember;
mod resolve;
mod run;

pub use announce::{announce, announce_observe};
pub use conduct::conduct;
pub use deliver::deliver;
pub use remember::save_observed;
pub use resolve::{Experiment, Subject};
pub use run::Finished;
