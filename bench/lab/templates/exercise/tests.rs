//! The seam's promises, held by every implementation.

mod contract;
