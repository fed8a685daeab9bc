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
mod stampedes;
mod views;
mod waits;

use crate::Span;
use crate::sketch::MEASURED;

/// Milliseconds by kind, without the kinds that took none.
fn milliseconds(spans: Vec<Span>) -> Vec<(String, f64)> {
    let by_kind = crate::analyse(spans, MEASURED).mean_ms_by_kind;
    by_kind.into_iter().filter(|(_, ms)| *ms > 0.0).collect()
}

/// What [`milliseconds`] is compared with.
fn expected(pairs: &[(&str, f64)]) -> Vec<(String, f64)> {
    pairs.iter().map(|(kind, ms)| ((*kind).to_owned(), *ms)).collect()
}
