//! One arm or stage of a run: requests, latency, counts.

use super::round;
use crate::pipeline::{ArmLatency, Counted, Latency};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trace::Suspect;

/// One arm.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ArmReport {
    /// A stage's name; absent for a seam's arms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The variant, or a story's `VARIANTS`.
    pub variant: String,
    /// Requests that count.
    pub requests: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Arrivals offered per second.
    pub rate_rps: f64,
    /// Latency; `null` where nothing was timed.
    pub latency_ms: Option<LatencyMs>,
    /// Counts per request.
    pub counts: BTreeMap<String, f64>,
    /// The same counted outside the process, where that is possible: per request, whether it was traced or not.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outside: BTreeMap<String, f64>,
    /// Shares of the critical path; in a story's stages and a comparison of two services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub where_time_goes: Option<BTreeMap<String, f64>>,
    /// What looks wasteful, the largest share first; in a comparison of two services only, where both are a stranger's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Suspect>,
}

/// Milliseconds; `null` where fewer than ten samples lie above.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LatencyMs {
    /// Median.
    pub p50: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
    /// 99th percentile.
    pub p99: Option<f64>,
    /// 99.9th percentile.
    pub p999: Option<f64>,
    /// The slowest.
    pub max: Option<f64>,
    /// Mean.
    pub mean: Option<f64>,
}

impl LatencyMs {
    /// Of one arm; `None` without samples.
    pub fn of(arm: &ArmLatency) -> Option<Self> {
        let all = arm.merged();
        if all.is_empty() {
            return None;
        }
        let at = |quantile| stats::percentile(&all, quantile).map(|ns| round(ns as f64 / 1e6));
        let (max, mean) = (round(all.max() as f64 / 1e6), round(all.mean() / 1e6));
        Some(Self { p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: Some(max), mean: Some(mean) })
    }
}

impl ArmReport {
    /// Of one arm of a run.
    pub fn of(variant: &str, counted: &Counted, latency: Option<&Latency>, arm: usize) -> Self {
        let one = latency.map(|latency| &latency.arms[arm]);
        Self {
            name: None,
            variant: variant.to_owned(),
            requests: one.map_or(counted.analysis.requests as u64, |one| one.requests),
            errors: one.map_or(0, |one| one.errors),
            rate_rps: latency.map_or(0.0, |latency| latency.rate_rps),
            latency_ms: one.and_then(LatencyMs::of),
            counts: counted.counts.iter().map(|(name, value)| (name.clone(), round(*value))).collect(),
            outside: counted.outside.iter().map(|(name, value)| (name.clone(), round(*value))).collect(),
            where_time_goes: None,
            suspects: Vec::new(),
        }
    }

    /// Latency at `p50`, `p95`, `p99`, `p999`, `max` or `mean`, milliseconds; `None` where there is too little data.
    pub fn ms(&self, name: &str) -> Option<f64> {
        let latency = self.latency_ms?;
        match name {
            "p50" => latency.p50,
            "p95" => latency.p95,
            "p99" => latency.p99,
            "p999" => latency.p999,
            "max" => latency.max,
            "mean" => latency.mean,
            _ => None,
        }
    }
}
