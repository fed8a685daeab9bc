//! When a slice must not be used: the generator, or an error, says more about it than the server's speed.

use super::outcome::{SliceResult, TIMEOUT};
use super::void_reason::VoidReason;
use std::time::Duration;

/// Share of the arrivals that must be sent on time.
const ACHIEVED: f64 = 0.99;
/// Lateness at p50, as a share of the latency at p50, beyond which the driver measures itself.
const LATENESS: f64 = 0.10;
/// However short the latency, this much lateness hides nothing: a `/healthz` of 0.4 ms with a driver 0.05 ms late.
const TOLERATED: Duration = Duration::from_micros(250);
/// Share of one core above which the driver itself is the bottleneck.
const CPU: f64 = 0.70;
/// A send this late counts as missed: the slice's end must not decide about the last arrivals.
const GRACE: Duration = Duration::from_millis(10);

/// The reasons that speak against a slice. `sent_at` holds the instants of sending after the slice's start.
pub(super) fn reasons(result: &SliceResult, sent_at: &[Duration], length: Duration) -> Vec<VoidReason> {
    let mut reasons = Vec::new();
    // A timeout is a measurement (censored), not a failure to measure.
    let unexpected = result.error_kinds.iter().filter(|(kind, _)| kind.as_str() != TIMEOUT);
    let errors: u64 = unexpected.clone().map(|(_, count)| count).sum();
    if let Some((kind, _)) = unexpected.max_by_key(|(_, count)| **count) {
        reasons.push(VoidReason::UnexpectedErrors { errors, offered: result.offered, kind: kind.clone() });
    }
    let grace = GRACE.max(length.mul_f64(1.0 - ACHIEVED));
    let sent = sent_at.iter().filter(|sent| **sent <= length + grace).count() as u64;
    if (sent as f64) < ACHIEVED * result.offered as f64 && result.offered - sent > 1 {
        reasons.push(VoidReason::RateNotAchieved { sent, offered: result.offered });
    }
    if result.latency.is_empty() {
        reasons.push(VoidReason::NoSamples);
        return reasons;
    }
    let (lateness, latency) = (result.lateness.value_at_quantile(0.5), result.latency.value_at_quantile(0.5));
    let (lateness, latency) = (Duration::from_nanos(lateness), Duration::from_nanos(latency));
    if lateness > latency.mul_f64(LATENESS).max(TOLERATED) {
        reasons.push(VoidReason::Late { lateness, latency });
    }
    let share = result.client_cpu.as_secs_f64() / result.wall.as_secs_f64();
    if share > CPU {
        reasons.push(VoidReason::ClientBusy { share });
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::{VoidReason, reasons};
    use crate::{SliceResult, histogram};
    use std::time::Duration;

    const LENGTH: Duration = Duration::from_millis(500);

    fn good() -> SliceResult {
        let mut result = SliceResult::empty();
        let (mut latency, mut lateness) = (histogram(), histogram());
        latency.record_n(5_000_000, 100).unwrap();
        lateness.record_n(40_000, 100).unwrap();
        result.latency = latency;
        result.lateness = lateness;
        result.offered = 100;
        result.wall = LENGTH;
        result
    }

    #[test]
    fn a_good_slice_has_nothing_against_it() {
        assert_eq!(reasons(&good(), &[LENGTH / 2; 100], LENGTH), vec![]);
    }

    #[test]
    fn each_rule_voids_with_one_sentence_that_names_the_numbers() {
        let on_time = [LENGTH / 2; 100];
        let said = |result: &SliceResult, sent: &[Duration]| -> Vec<String> {
            reasons(result, sent, LENGTH).iter().map(VoidReason::to_string).collect()
        };
        let mut failing = good();
        failing.error_kinds = [("status 500".to_owned(), 7), ("connection lost".to_owned(), 2)].into();
        assert_eq!(said(&failing, &on_time), ["9 of 100 requests failed, most of them with: status 500."]);

        let mut late = [LENGTH / 2; 100];
        late[97..].fill(LENGTH * 2);
        assert_eq!(said(&good(), &late), ["Only 97 of 100 requests could be sent on time."]);

        let mut behind = good();
        behind.lateness = histogram();
        behind.lateness.record_n(900_000, 100).unwrap();
        assert!(said(&behind, &on_time)[0].starts_with("The load driver was 0.90 ms late at p50"));

        let mut busy = good();
        busy.client_cpu = LENGTH.mul_f64(0.8);
        assert_eq!(said(&busy, &on_time), ["The load driver used 80 % of a core, so it measured itself."]);

        let mut silent = good();
        silent.latency.clear();
        assert_eq!(said(&silent, &on_time), ["No request was counted in this slice."]);
    }

    #[test]
    fn timeouts_are_measurements_and_do_not_void() {
        let mut slow = good();
        slow.error_kinds = [("timeout".to_owned(), 5)].into();
        assert_eq!(reasons(&slow, &[LENGTH / 2; 100], LENGTH), vec![]);
    }
}
