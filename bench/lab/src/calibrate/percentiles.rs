//! Reported percentiles against true ones: a known server, driven openly.

use super::load::waiting;
use super::{Stand, Truth, compare};
use crate::cli::Condition;
use crate::exit::Failure;
use crate::known_server::{Stall, releases};
use crate::pipeline::SystemUnderTest as _;
use load::{Request, Schedule, SliceOptions};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;

/// How long a known server is driven, and how fast: 20,000 requests leave 20 above p99.9.
pub(super) const RATE: f64 = 500.0;
const SLICES: u64 = 4;
const SLICE: Duration = Duration::from_secs(10);
const STALL: Stall = Stall { every: Duration::from_secs(5), length: Duration::from_millis(500) };
pub(super) const SEED: u64 = 0x7121_7128;

/// The two servers that are driven: the stalls, and what the tables call it.
pub(super) fn server(stalling: bool) -> (Option<Stall>, &'static str) {
    if stalling { (Some(STALL), "waits, stalls 500 ms every 5 s") } else { (None, "waits") }
}

/// Reported and true percentiles of one server.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Percentiles {
    /// What the server does.
    pub server: String,
    /// What else the machine did.
    pub machine: Condition,
    /// Requests compared.
    pub requests: usize,
    /// Requests that failed; they are not among those compared.
    pub errors: u64,
    /// What speaks against the slices, one sentence each.
    pub voided: Vec<String>,
    /// Lateness of the driver at p50 and p99, milliseconds, the worst slice.
    pub lateness_ms: [f64; 2],
    /// The percentiles.
    pub percentiles: Vec<Truth>,
}

/// Drives a known server, one that stalls if `stalling`, and compares.
///
/// # Errors
/// Exit 3 when it does not start or ends.
pub async fn percentiles(stand: &Stand, machine: Condition, stalling: bool) -> Result<Percentiles, Failure> {
    let (stall, what) = server(stalling);
    let server = stand.start("truth", stall).await?;
    let (mix, waits) = waiting("/recorded", 0.0)?;
    let progress = stand.terminal.progress(&format!("percentiles: {what}, {machine}, 40 s"), SLICES);
    // Connections and code are warm before anything is compared.
    let warm = Schedule::poisson(RATE, Duration::from_secs(1), &mix, SEED);
    stand.driver.slice(server.base(), &mix, &warm, SliceOptions::default()).await;
    let (mut results, mut released) = (Vec::new(), HashMap::new());
    for slice in 1..=SLICES {
        let schedule = Schedule::poisson(RATE, SLICE, &mix, SEED + slice);
        results.push(stand.driver.slice(server.base(), &mix, &schedule, SliceOptions::default()).await);
        let record = stand.driver.once(server.base(), &Request::get("/record"), false).await?;
        released.extend(releases(&String::from_utf8_lossy(&record.body)));
        progress.one();
        server.check()?;
    }
    server.stop().await;
    let late = |q: f64| results.iter().map(|slice| slice.lateness.value_at_quantile(q)).max().unwrap_or(0) as f64 / 1e6;
    Ok(Percentiles {
        server: what.to_owned(),
        machine,
        requests: results.iter().map(|slice| slice.samples.len()).sum(),
        errors: results.iter().map(|slice| slice.errors).sum(),
        voided: results.iter().flat_map(|slice| slice.voided.iter().map(ToString::to_string)).collect(),
        lateness_ms: [late(0.5), late(0.99)],
        percentiles: compare(&results, stall, &released, |request| waits[request]),
    })
}
