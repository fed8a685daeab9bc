//! Where the time between save and verdict goes, phase by phase.

use serde::Serialize;
use std::time::Instant;

/// Phases in the order they were begun, the last one still running.
#[derive(Clone, Debug)]
pub struct Stopwatch {
    begin: Instant,
    phases: Vec<(&'static str, Instant)>,
}

/// One phase that is over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Phase {
    /// `noticed`, `build`, `start`, `behaviour`, `counts`.
    pub name: &'static str,
    /// How long.
    pub seconds: f64,
}

impl Stopwatch {
    /// Runs since `begin`, in a first phase of this name.
    pub fn since(begin: Instant, phase: &'static str) -> Self {
        Self { begin, phases: vec![(phase, begin)] }
    }

    /// The next phase begins.
    pub fn begin(&mut self, phase: &'static str) {
        self.phases.push((phase, Instant::now()));
    }

    /// The phase that is running.
    pub fn now(&self) -> &'static str {
        self.phases.last().map_or("", |(name, _)| name)
    }

    /// All phases; the running one until now.
    pub fn phases(&self) -> Vec<Phase> {
        let ends = self.phases.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
        let seconds = |from: Instant, to: Instant| (to.duration_since(from).as_secs_f64() * 1e3).round() / 1e3;
        self.phases.iter().zip(ends).map(|((name, from), to)| Phase { name, seconds: seconds(*from, to) }).collect()
    }

    /// Seconds since the beginning.
    pub fn seconds(&self) -> f64 {
        (self.begin.elapsed().as_secs_f64() * 1e3).round() / 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::Stopwatch;
    use std::time::{Duration, Instant};

    #[test]
    fn phases_follow_each_other_without_gaps() {
        let begin = Instant::now().checked_sub(Duration::from_secs(2)).unwrap();
        let mut stopwatch = Stopwatch::since(begin, "noticed");
        stopwatch.begin("build");
        assert_eq!(stopwatch.now(), "build");
        let phases = stopwatch.phases();
        assert_eq!(phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["noticed", "build"]);
        assert!(phases[0].seconds >= 2.0 && phases[0].seconds < 2.5, "{phases:?}");
        let sum: f64 = phases.iter().map(|phase| phase.seconds).sum();
        assert!((sum - stopwatch.seconds()).abs() < 0.1);
    }
}
