//! What machine this is, and how busy it was: part of every result.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The machine, as far as it explains a number.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Machine {
    /// Processor, as it names itself.
    pub cpu: String,
    /// Cores this process may use.
    pub cores: usize,
    /// Memory, MiB.
    pub memory_mib: u64,
    /// Operating system and architecture.
    pub system: String,
    /// Load average over one minute before the run.
    pub load: f64,
    /// Where each server of the stack came from.
    pub stack: BTreeMap<String, String>,
}

impl Machine {
    /// This machine, now.
    pub fn here() -> Self {
        let field = |file: &str, name: &str| {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
        };
        let kib = |text: String| text.split_whitespace().next().and_then(|number| number.parse::<u64>().ok());
        Self {
            cpu: field("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory_mib: kib(field("/proc/meminfo", "MemTotal")).unwrap_or_default() / 1024,
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            load: load_average(),
            stack: BTreeMap::new(),
        }
    }
}

/// Load average over one minute; 0 where the system does not say.
pub fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// The system's CPU time counters; all zero where there is no `/proc/stat`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuTimes {
    total: u64,
    idle: u64,
    stolen: u64,
}

impl CpuTimes {
    /// Now.
    pub fn now() -> Self {
        let text = std::fs::read_to_string("/proc/stat").unwrap_or_default();
        Self::read(text.lines().next().unwrap_or_default())
    }

    /// `cpu user nice system idle iowait irq softirq steal guest guest_nice`; guest time is part of user time.
    fn read(line: &str) -> Self {
        let numbers: Vec<u64> = line.split_whitespace().skip(1).take(8).filter_map(|word| word.parse().ok()).collect();
        let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
        Self { total: numbers.iter().sum(), idle: at(3) + at(4), stolen: at(7) }
    }

    /// Share of all cores that was busy since `earlier`, 0 to 1.
    pub fn busy_since(&self, earlier: &Self) -> f64 {
        let total = self.total.saturating_sub(earlier.total);
        share(total.saturating_sub(self.idle.saturating_sub(earlier.idle)), total)
    }

    /// Share of all cores that the host gave to others since `earlier`, 0 to 1.
    pub fn stolen_since(&self, earlier: &Self) -> f64 {
        share(self.stolen.saturating_sub(earlier.stolen), self.total.saturating_sub(earlier.total))
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::CpuTimes;

    #[test]
    fn busy_and_stolen_shares_come_from_the_counters() {
        let before = CpuTimes::read("cpu  100 0 100 700 100 0 0 0 0 0");
        let after = CpuTimes::read("cpu  150 0 120 710 110 0 0 10 0 0");
        assert!((after.busy_since(&before) - 0.8).abs() < 1e-9);
        assert!((after.stolen_since(&before) - 0.1).abs() < 1e-9);
        assert_eq!(CpuTimes::read("").busy_since(&before), 0.0);
    }
}
