//! Where every arm must be refused: one that is, is not driven any further.

use super::Comparison;
use super::claims::Claims;
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::verdict::Evidence;

/// The arms that are refused by now and were not before. Their claims, and the baseline's when none is left, end here.
pub(super) fn refused(
    exercise: &Exercise,
    phases: usize,
    comparison: &Comparison,
    claims: &mut [Claims],
) -> Result<Vec<usize>, Failure> {
    let mut refused = Vec::new();
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
        if candidate.difference.is_some()
            || so_far.judge(exercise, &evidence)?.iter().any(|judged| judged.met == Some(false))
        {
            claims[arm] = so_far;
            refused.push(arm);
        }
    }
    if comparison.candidates.iter().all(|candidate| claims[candidate.arm] == claims[candidate.arm].until(phases)) {
        claims[0] = claims[0].until(phases);
    }
    Ok(refused)
}

#[cfg(test)]
mod tests {
    use super::refused;
    use crate::exercise::Exercise;
    use crate::exercise::fixture::lamp;
    use crate::pipeline::claims::Claims;
    use crate::pipeline::{Candidate, Comparison, Counted, Difference, Scope};
    use std::collections::BTreeMap;

    fn exercise() -> Exercise {
        let text = r#"
            phase = [{ name = "dusk", rate_rps = 1, seconds = 1 }, { name = "night", rate_rps = 1, seconds = 1 }]
            target = [
                { name = "db_queries_per_request", max = 2 },
                { name = "night.error_share", max = 0 },
                { name = "p95_ratio", max = 0.5 },
            ]
            "#;
        lamp(text)
    }

    fn counted(counts: &[(&str, f64)]) -> Counted {
        let counts = counts.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        Counted { counts, ..Counted::default() }
    }

    fn comparison(queries: [f64; 3]) -> Comparison {
        let candidate = |arm| Candidate { arm, difference: None, ratios: BTreeMap::new(), judged: vec![], mde: None };
        Comparison {
            names: ["flawed", "broken:dim", "broken:dark"].map(str::to_owned).into(),
            counted: queries.map(|queries| counted(&[("db_queries_per_request", queries)])).into(),
            latency: None,
            candidates: vec![candidate(1), candidate(2)],
            growth: vec![],
            placebo: None,
            remarks: vec![],
            seed: 1,
            compared: 0,
            seconds: 0.0,
        }
    }

    #[test]
    fn an_arm_ends_with_the_first_thing_that_refuses_it_and_the_baseline_with_the_last_arm() {
        let exercise = exercise();
        let mut comparison = comparison([21.0, 3.0, 1.0]);
        let mut claims = vec![Claims::of(&exercise, "any", Scope::Refused); 3];
        let whole = claims[0].clone();
        assert_eq!(refused(&exercise, 0, &comparison, &mut claims).unwrap(), [1], "three queries");
        assert_eq!(claims, [whole.clone(), whole.until(0), whole.clone()]);

        // A phase that is over, and nothing against the other arm yet: not even in the one that is not.
        assert_eq!(refused(&exercise, 1, &comparison, &mut claims).unwrap(), [0; 0]);
        comparison.candidates[1].difference = Some(Difference::default());
        assert_eq!(refused(&exercise, 1, &comparison, &mut claims).unwrap(), [2], "an answer under load");
        assert_eq!(claims, [whole.until(1), whole.until(0), whole.until(1)]);
        assert_eq!(refused(&exercise, 2, &comparison, &mut claims).unwrap(), [0; 0], "once is enough");
    }

    #[test]
    fn a_target_about_a_phase_refuses_when_the_phase_is_over() {
        let exercise = exercise();
        let mut comparison = comparison([21.0, 1.0, 1.0]);
        let mut claims = vec![Claims::of(&exercise, "any", Scope::Refused); 3];
        assert_eq!(refused(&exercise, 1, &comparison, &mut claims).unwrap(), [0; 0]);
        for (arm, share) in [0.0, 0.5, 0.0].into_iter().enumerate() {
            comparison.counted[arm].counts.insert("night.error_share".to_owned(), share);
        }
        assert_eq!(refused(&exercise, 2, &comparison, &mut claims).unwrap(), [1]);
        assert!(claims[0].timed && claims[2].timed && !claims[1].timed);
    }
}
