//! The verdict for any two running services: the bench's own driver, rounds and statistics, and nothing of this workshop at their end.
//!
//! Not slower means: neither the median nor the 95th percentile is longer by more than the margin. A canary gate in a shell script
//! lives off the exit code.

mod address;
mod answers;
mod demand;
mod judge;
mod margin;
mod page;
mod pair;
mod text;
mod traces;

pub use address::address;
pub use answers::SameAnswers;
pub use demand::{Demand, demand};
pub use margin::Margin;
pub use page::result;
pub use pair::{Compared, Pair};
pub use text::text;
pub use traces::listen;
