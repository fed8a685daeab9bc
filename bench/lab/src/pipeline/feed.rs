//! What the pipeline says to the feed, one line a place.

use super::{Bench, Counted};
use crate::live::{Event, Slice};
use crate::verdict::TargetOutcome;
use load::SliceResult;

impl Bench<'_> {
    /// A step, for the terminal and for the feed.
    pub fn step(&self, text: &str) {
        self.context.terminal.step(text);
        self.feed.step(text);
    }

    /// A slice of load is over: `round` of `of`, the first is 1.
    pub fn tell_slice(&self, arm: &str, phase: &str, round: (usize, usize), result: &SliceResult) {
        let observes = self.feed.command().is_some_and(|command| command == "observe");
        let phase = if observes && phase == "latency" { "observe" } else { phase };
        let mut slice = Slice::of(arm, phase, round, result);
        slice.busy = self.feed.busy();
        // The gauges carry the service's name, which several arms share: only of a single one do they say whose they are.
        if observes {
            for reading in self.receiver.readings().0 {
                let name = match (reading.name.as_str(), reading.attributes.as_str()) {
                    ("db.client.connection.count", state) if state.ends_with("=used") => "pool_used",
                    ("db.client.connection.count", state) if state.ends_with("=idle") => "pool_idle",
                    _ => continue,
                };
                *slice.saturation.entry(name).or_default() += reading.value;
            }
        }
        self.feed.write(Event::Slice(slice));
    }

    /// What an arm's traced requests cost.
    pub fn tell_counts(&self, arm: &str, counted: &Counted) {
        self.feed.write(Event::Counts { arm, counts: &counted.counts });
    }

    /// Targets as they are judged.
    pub fn tell_targets(&self, targets: &[TargetOutcome]) {
        self.feed.write(Event::Targets { targets });
    }
}
