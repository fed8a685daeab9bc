//! What ARCHITECTURE.md promises about who imports whom, read from the sources: directions among crates, no circle among modules.
//!
//! Two modules form a circle when each uses, directly or through others, something the other defines. They are compared where
//! they stand beside each other: the modules of a crate, and within each of them its own modules. A use counts for the module
//! that defines the item, not for the one that re-exports it. A parent and its own children may use each other: they are one
//! subject, told in several files. Tests are left out.

mod circles;
mod crates;
mod modules;
mod resolve;
mod uses;

pub use circles::{Circle, circles};
pub use crates::{Crate, crates, wrong_directions};
pub use modules::{Module, Tree, read};
pub use resolve::{Edge, edges};
pub use uses::Use;
