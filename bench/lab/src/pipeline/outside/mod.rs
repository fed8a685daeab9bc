//! Counted outside the process: what passed the relays of an arm, per request, held against what its spans show.
//!
//! Spans say where, the outside says how many: where the two differ by more than rounding allows, the run says so, and the outside
//! count decides the target.

mod background;
mod judge;
mod timed;

pub(super) use judge::per_request;
pub use judge::reconcile;
pub(super) use timed::compare_timed;
