//! What the arms of a comparison may do beside each other: all at once takes as long as one, but one arm's work is then the
//! other's noise.

use super::counts::{count, count_together, traced};
use super::{Bench, Counted, Scope, rows};
use crate::arms::Arm;
use crate::exercise::{Exercise, Phase};
use crate::exit::Failure;
use load::{Mix, Protocol};

/// Whether a proof counts all arms at once. A learner's run never does: it also shows where the time goes.
///
/// What is counted per request is the same however long the request takes. These are not: how often something that expires is
/// loaded, how long a poll took, and the rows of a database whose service is restarted around its slice. Requests over a shared
/// connection are counted one arm after the other too, because the driver knows the bytes of such connections only as a sum.
pub(super) fn counted_together(exercise: &Exercise, scope: Scope) -> bool {
    let reads = |name: &str| exercise.target.iter().any(|target| target.name.starts_with(name));
    let shares_connections =
        exercise.load.protocol == Some(Protocol::Http2) || exercise.load.requests.iter().any(|request| request.grpc);
    scope.is_proof()
        && exercise.expiry.is_none()
        && !reads("longest_poll_ms")
        && !rows::wanted(exercise)
        && !shares_connections
}

/// Whether a proof runs this phase against all arms at once: where the exercise says that its load is waiting. A learner's run
/// never does.
pub(super) fn phase_together(phase: &Phase, scope: Scope) -> bool {
    scope.is_proof() && phase.together
}

/// Counts every arm that is `alive`, all at once where [`counted_together`] says so. An arm that is not has nothing counted.
///
/// # Errors
/// Those of counting.
pub(super) async fn count_alive(
    bench: &Bench<'_>,
    exercise: &Exercise,
    (arms, alive): (&[Arm], &[bool]),
    mix: &Mix,
    scope: Scope,
) -> Result<Vec<Counted>, Failure> {
    let slice = traced(exercise);
    let asked: Vec<usize> = (0..arms.len()).filter(|arm| alive[*arm]).collect();
    let mut counted = vec![Counted::default(); arms.len()];
    if counted_together(exercise, scope) {
        let together: Vec<&Arm> = asked.iter().map(|arm| &arms[*arm]).collect();
        let found = count_together(bench, &together, exercise, mix, slice).await?;
        asked.into_iter().zip(found).for_each(|(arm, found)| counted[arm] = found);
    } else {
        for arm in asked {
            counted[arm] = count(bench, &arms[arm], exercise, mix, &[slice]).await?;
        }
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::{counted_together, phase_together};
    use crate::exercise::Exercise;
    use crate::pipeline::{Depth, Scope};

    fn exercise(target: &str, more: &str, load: &str) -> Exercise {
        let text = format!(
            r#"
            id = "ch99-lamp"
            title = "A lamp"
            chapter = 9
            service = "search"
            needs = ["postgres"]
            symptom = "Dark."
            minutes = 5
            reading = "Chapter 9"
            target = [{{ name = "{target}", max = 1 }}]
            load = {{ rate_rps = 20, rounds = 2, slice_ms = 500, requests = [{{ path = "/" {load} }}] }}
            {more}
            "#
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn a_proof_counts_all_arms_at_once_and_a_learners_run_never_does() {
        let exercise = exercise("db_queries_per_request", "", "");
        assert!(counted_together(&exercise, Scope::Claimed));
        assert!(!counted_together(&exercise, Scope::Depth(Depth::Check)));
        assert!(!counted_together(&exercise, Scope::Depth(Depth::Measure)));
    }

    #[test]
    fn what_depends_on_time_is_counted_one_arm_after_the_other() {
        let expiry = "[expiry]\nsummary = \"lamps.page\"\nttl_ms = 400";
        let apart = [
            exercise("db_queries_per_request", expiry, ""),
            exercise("longest_poll_ms", "", ""),
            exercise("rows_examined_per_returned", "", ""),
            exercise("response_bytes", "", ", grpc = true, body = '{}'"),
        ];
        for exercise in apart {
            assert!(!counted_together(&exercise, Scope::Claimed), "{:?}", exercise.target);
        }
    }

    #[test]
    fn a_phase_is_run_against_all_arms_at_once_where_it_says_so_and_only_in_a_proof() {
        let phase = |more: &str| {
            let phase = format!("[[phase]]\nname = \"night\"\nrate_rps = 20\nseconds = 1.0\n{more}");
            exercise("night.error_share", &phase, "").phase.remove(0)
        };
        assert!(phase_together(&phase("together = true"), Scope::Claimed));
        assert!(!phase_together(&phase(""), Scope::Claimed));
        assert!(!phase_together(&phase("together = true"), Scope::Depth(Depth::Measure)));
    }
}
