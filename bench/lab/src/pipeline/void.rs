//! When a round must not be used: a slice of it is void, the host took the CPU, or one arm alone kept opening connections.
//!
//! What speaks against a slice by itself (errors, a missed rate, a late or busy generator) is judged by the driver.

use load::SliceResult;

/// CPU time taken by the host beyond which a round is void, as a share of all cores.
const STOLEN: f64 = 0.05;
/// Connections opened for each request, beyond which an arm's connections churn; and up to which they are kept.
const CHURNS: f64 = 0.5;
const KEPT: f64 = 0.1;
/// Requests of an arm below which a handful of connections says nothing.
const TELLING: u64 = 20;

/// One round, all arms.
pub(super) struct Round<'a> {
    /// Which, from 1.
    pub number: usize,
    /// The arms' names.
    pub names: &'a [&'a str],
    /// By arm; empty for one that was retired.
    pub slices: &'a [Vec<SliceResult>],
    /// Share of all cores that the host gave to others meanwhile.
    pub stolen: f64,
}

/// Whether the host took so much of the CPU during a round that it says nothing of any arm.
pub(super) fn is_taken(stolen: f64) -> bool {
    stolen > STOLEN
}

/// Whether most requests of a slice failed, however well the driver did.
pub(super) fn broken(slice: &SliceResult) -> bool {
    slice.errors * 2 > slice.offered
}

/// Why a slice does not count; `None` for a good one.
pub(super) fn slice(slice: &SliceResult) -> Option<String> {
    if slice.is_good() && !broken(slice) {
        return None;
    }
    let why: Vec<String> = slice.voided.iter().map(ToString::to_string).collect();
    Some(if why.is_empty() { "Most requests timed out.".to_owned() } else { why.join(" ") })
}

/// What speaks against a round, one sentence each; empty for one that counts.
pub(super) fn round(round: &Round<'_>) -> Vec<String> {
    let Round { number, names, slices, stolen } = *round;
    let each = names.iter().zip(slices);
    let voided = each.flat_map(|(name, slices)| slices.iter().filter_map(move |one| Some((name, slice(one)?))));
    let mut against: Vec<String> = voided.map(|(name, why)| format!("round {number}, {name}: {why}")).collect();
    if is_taken(stolen) {
        against.push(format!("round {number}: the host took {:.0} % of the CPU.", stolen * 100.0));
    }
    let churn: Vec<Option<f64>> = slices.iter().map(|slices| churn(slices)).collect();
    if churn.iter().flatten().any(|share| *share <= KEPT) {
        let churning =
            names.iter().zip(&churn).filter_map(|(name, share)| Some((name, share.filter(|s| *s > CHURNS)?)));
        against.extend(churning.map(|(name, share)| {
            format!("round {number}, {name}: {share:.1} connections opened a request, while another arm keeps its own.")
        }));
    }
    against
}

/// Connections opened for each request of an arm. A request that timed out or failed takes its connection with it, so those are
/// not counted: they are the arm's slowness, which is measured. `None` with too few requests to tell.
fn churn(slices: &[SliceResult]) -> Option<f64> {
    let sum = |of: fn(&SliceResult) -> u64| slices.iter().map(of).sum::<u64>();
    let (opened, errors, offered) = (sum(|one| one.connections_opened), sum(|one| one.errors), sum(|one| one.offered));
    (offered >= TELLING).then(|| opened.saturating_sub(errors) as f64 / offered as f64)
}

#[cfg(test)]
mod tests {
    use super::{Round, round};
    use load::{SliceResult, VoidReason};

    fn good() -> SliceResult {
        let mut result = SliceResult::empty();
        (result.offered, result.requests, result.connections_opened) = (50, 45, 1);
        result
    }

    fn said(base: [SliceResult; 2], candidate: [SliceResult; 2], stolen: f64) -> Vec<String> {
        round(&Round { number: 3, names: &["flawed", "yours"], slices: &[base.into(), candidate.into()], stolen })
    }

    #[test]
    fn a_good_round_has_nothing_against_it_and_a_retired_arm_says_nothing() {
        assert_eq!(said([good(), good()], [good(), good()], 0.05), Vec::<String>::new());
        let slices = [vec![good(), good()], vec![]];
        assert!(round(&Round { number: 1, names: &["flawed", ""], slices: &slices, stolen: 0.0 }).is_empty());
    }

    #[test]
    fn a_void_slice_voids_its_round_and_says_why() {
        let mut late = good();
        late.voided = vec![VoidReason::RateNotAchieved { sent: 40, offered: 50 }];
        let against = said([good(), good()], [good(), late], 0.0);
        assert_eq!(against, ["round 3, yours: Only 40 of 50 requests could be sent on time."]);
        let mut timed_out = good();
        timed_out.errors = 26;
        assert_eq!(said([timed_out, good()], [good(), good()], 0.0), ["round 3, flawed: Most requests timed out."]);
    }

    #[test]
    fn cpu_that_the_host_took_voids_a_round() {
        assert_eq!(said([good(), good()], [good(), good()], 0.08), ["round 3: the host took 8 % of the CPU."]);
    }

    #[test]
    fn connections_that_churn_in_one_arm_only_void_a_round() {
        let churning = || SliceResult { connections_opened: 50, ..good() };
        let against = said([good(), good()], [churning(), churning()], 0.0);
        assert_eq!(against, ["round 3, yours: 1.0 connections opened a request, while another arm keeps its own."]);
        assert!(
            said([churning(), churning()], [churning(), churning()], 0.0).is_empty(),
            "in both arms it is the load"
        );
        let timing_out = || SliceResult { errors: 25, connections_opened: 26, ..good() };
        assert!(said([good(), good()], [timing_out(), timing_out()], 0.0).is_empty(), "timed out: that is measured");
    }
}
