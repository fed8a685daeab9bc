//! Where every arm must be refused: one that is, is not driven any further.

use super::claims::Claims;
use super::{Comparison, Scope};
use crate::arms::Shop;
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::verdict::Evidence;

/// Ends every arm that has been refused by now, by an answer or by a target, where the run is about refusals; what is measured
/// of it stays as far as it has come. When none is left, nor is the baseline driven. So many phases are over.
///
/// # Errors
/// Exit 2 for a target nobody counts.
pub(super) async fn end_refused(
    exercise: &Exercise,
    shop: &mut Shop,
    (scope, phases): (Scope, usize),
    comparison: &Comparison,
    claims: &mut [Claims],
) -> Result<(), Failure> {
    if scope != Scope::Refused {
        return Ok(());
    }
    for candidate in &comparison.candidates {
        let arm = candidate.arm;
        let so_far = claims[arm].until(phases);
        if so_far == claims[arm] {
            continue;
        }
        let evidence = Evidence {
            baseline: &comparison.counted[0].counts,
            candidate: &comparison.counted[arm].counts,
            ratios: None,
        };
        let is_refused = candidate.difference.is_some()
            || so_far.judge(exercise, &evidence)?.iter().any(|judged| judged.met == Some(false));
        if is_refused {
            claims[arm] = so_far;
            shop.retire(arm).await;
        }
    }
    let goes_on = |candidate: &super::Candidate| claims[candidate.arm] != claims[candidate.arm].until(phases);
    if !comparison.candidates.iter().any(goes_on) {
        claims[0] = claims[0].until(phases);
    }
    Ok(())
}
