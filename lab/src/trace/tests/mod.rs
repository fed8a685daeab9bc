//! Hand-computed traces, properties of random ones, and the accusations.

mod accusations;
mod edge;
mod expiries;
mod fingerprints;
mod incomplete;
mod paths;
mod properties;
mod size;
mod sketch;
mod views;
