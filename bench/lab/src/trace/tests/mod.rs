//! Hand-computed traces, properties of random ones, and the accusations.

mod accusations;
mod bench_saw;
mod edge;
mod expiries;
mod fingerprints;
mod incomplete;
mod paths;
mod properties;
mod size;
pub(crate) mod sketch;
mod stampedes;
mod views;
mod waits;
