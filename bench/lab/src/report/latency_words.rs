//! What the latencies of a run say, and how much the run could have seen at all.

use super::run::Report;
use crate::exercise::Unit;
use crate::pipeline::longer;
use crate::verdict::TargetOutcome;
use stats::{self, Change, Interval};
use std::fmt::Write as _;

/// What the latencies say, and what the run could have seen: the words of [`stats::change()`], the minimum detectable effect and
/// the placebo. Empty where nothing was timed.
pub fn said(report: &Report) -> String {
    let mut text = String::new();
    let rounds = report.rounds.map_or(0, |[_, kept]| kept);
    let changes: Vec<String> = ["p50", "p95", "p99"]
        .into_iter()
        .filter_map(|name| {
            Some(format!("{name} {}", word(stats::change(report.ratio.get(name)?, rounds, stats::MARGIN))))
        })
        .collect();
    if !changes.is_empty() {
        let margin = stats::MARGIN * 100.0;
        let _ = writeln!(text, "latency: {} (less than {margin:.0} % is no change)", changes.join(", "));
    }
    if let Some(mde) = report.minimum_detectable_effect {
        let _ = writeln!(text, "with its {rounds} rounds, this run {}", smallest(mde));
    }
    if let Some(placebo) = &report.placebo {
        let _ = writeln!(text, "{}", placebo_line(placebo));
    }
    text
}

/// What a run with this minimum detectable effect finds. Beyond 100 % a percentage misleads: the effect is a ratio, and as large in
/// the other direction.
pub(super) fn smallest(mde: f64) -> String {
    if mde < 1.0 {
        format!("finds a change of the p95 by {} or more in four cases of five", share(mde))
    } else {
        format!("was too noisy for the p95: it finds only a change by a factor of {} or more", factor(1.0 + mde))
    }
}

/// `0.8 %`, `12 %`.
fn share(share: f64) -> String {
    if share < 0.1 { format!("{:.1} %", share * 100.0) } else { format!("{:.0} %", share * 100.0) }
}

fn factor(factor: f64) -> String {
    if factor < 10.0 { format!("{factor:.1}") } else { format!("{factor:.0}") }
}

/// The placebo in one line.
pub fn placebo_line(placebo: &Interval) -> String {
    let holds = if placebo.excludes(1.0) {
        "which should include 1: the machine was unsteady"
    } else {
        "which includes 1, as it should"
    };
    format!(
        "placebo, the baseline against itself: {}, {holds}",
        Unit::Ratio.shown_with(placebo.estimate, Some(placebo))
    )
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Faster => "faster",
        Change::Slower => "slower",
        Change::Same => "the same",
        Change::Inconclusive => "cannot be told",
    }
}

/// How long a run would have to be to judge a target that this one could not. Empty for what is not timed.
pub(super) fn longer_run(judged: &TargetOutcome, report: &Report) -> String {
    let Some(mde) = report.minimum_detectable_effect.filter(|_| judged.interval.is_some()) else {
        return String::new();
    };
    match longer(judged, Some(mde), report.seconds) {
        Some(seconds) => {
            let (needed, taken) = (length(seconds), length(report.seconds));
            format!(": with this noise it would take a run of about {needed}, and this one took {taken}")
        }
        None => ": it lies on the limit, so no longer run would decide it".to_owned(),
    }
}

/// A length of time as one would say it: `50 s`, `2 minutes`, `3 hours`.
fn length(seconds: f64) -> String {
    let plural = |count: f64, what: &str| match count.round() {
        1.0 => format!("1 {what}"),
        count => format!("{count:.0} {what}s"),
    };
    match seconds {
        s if s < 95.0 => format!("{:.0} s", (s / 5.0).ceil() * 5.0),
        s if s < 5400.0 => plural(s / 60.0, "minute"),
        s => plural(s / 3600.0, "hour"),
    }
}

#[cfg(test)]
mod tests {
    use super::{length, smallest};

    #[test]
    fn a_run_is_as_long_as_one_would_say() {
        let said = [47.0, 94.0, 96.0, 933.0, 7300.0].map(length);
        assert_eq!(said, ["50 s", "95 s", "2 minutes", "16 minutes", "2 hours"]);
    }

    #[test]
    fn what_a_run_finds_is_a_share_or_a_factor() {
        assert!(smallest(0.12).contains("12 % or more") && smallest(0.008).contains("0.8 %"));
        assert!(smallest(25.5).contains("factor of 26"), "{}", smallest(25.5));
    }
}
