//! What was counted and timed of a candidate and its baseline.

use stats::Interval;
use std::collections::BTreeMap;

/// Everything a target may be about.
pub struct Evidence<'a> {
    /// Counts of the baseline.
    pub baseline: &'a BTreeMap<String, f64>,
    /// Counts of the candidate.
    pub candidate: &'a BTreeMap<String, f64>,
    /// Latency ratios by name (`p95`, `TAG.p95`, `p95_growth`); `None` where nothing was timed.
    pub ratios: Option<&'a BTreeMap<String, Interval>>,
}

impl Evidence<'_> {
    /// Whether this is a percentile of a phase that had too few samples: ten must lie above it. That says nothing about what the
    /// version did.
    pub(super) fn lacks_samples(&self, name: &str) -> bool {
        let name = name.strip_suffix("_ratio").unwrap_or(name);
        name.rsplit_once('.').is_some_and(|(tag, percentile)| {
            percentile.ends_with("_ms") && self.candidate.contains_key(&format!("{tag}.error_share"))
        })
    }
}
