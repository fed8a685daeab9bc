//! What the process itself uses: processor time and memory, read from Linux' `/proc` when metrics are collected.
//!
//! Other systems have no `/proc`; there these two metrics are missing.

use crate::{instruments, names};
use opentelemetry::KeyValue;

/// Ticks in a second in `/proc/PID/stat`: `USER_HZ`, which is 100 for programs on every architecture that Rust's Linux targets have.
const TICKS: f64 = 100.0;

/// Reports both from now on.
pub(crate) fn observe() {
    if cpu_seconds().is_none() {
        return;
    }
    let meter = instruments::meter();
    let cpu = meter.f64_observable_counter(names::METRIC_CPU).with_unit("s");
    cpu.with_description("Total CPU seconds broken down by different CPU modes.")
        .with_callback(|counter| {
            for (mode, seconds) in cpu_seconds().into_iter().flatten() {
                counter.observe(seconds, &[KeyValue::new(names::CPU_MODE, mode)]);
            }
        })
        .build();
    let memory = meter.i64_observable_up_down_counter(names::METRIC_MEMORY).with_unit("By");
    memory
        .with_description("The amount of physical memory in use.")
        .with_callback(|counter| {
            if let Some(bytes) = resident_bytes() {
                counter.observe(bytes, &[]);
            }
        })
        .build();
}

/// Since the start, by mode.
fn cpu_seconds() -> Option<[(&'static str, f64); 2]> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in parentheses, which may hold blanks; `utime` and `stime` are the 14th and 15th.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || Some(fields.next()?.parse::<f64>().ok()? / TICKS);
    Some([("user", next()?), ("system", next()?)])
}

fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<i64>().ok()? * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn work_shows_as_processor_time_and_the_process_has_some_memory() {
        let user = || cpu_seconds().unwrap()[0].1;
        let (before, begun) = (user(), Instant::now());
        while user() < before + 0.05 {
            assert!(begun.elapsed() < Duration::from_secs(20), "busy, and no processor time counted");
            std::hint::spin_loop();
        }
        assert!(resident_bytes().unwrap() > 100_000);
    }
}
