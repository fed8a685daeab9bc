//! What a run says about flawed, fixed and the traps.

use super::{Proof, Verification};
use crate::exercise::{BEHAVIOUR, Exercise, TrapSpec};
use crate::exit::Failure;
use crate::pipeline::Comparison;
use crate::verdict::{Evidence, TargetOutcome, judge};
use stats::Interval;
use std::collections::BTreeMap;

/// Adds every claim that the run decides.
///
/// # Errors
/// Exit 2 for a target nobody counts.
pub fn variants(exercise: &Exercise, comparison: &Comparison, verification: &mut Verification) -> Result<(), Failure> {
    for candidate in &comparison.candidates {
        let name = &comparison.names[candidate.arm];
        let found_difference = candidate.difference.as_ref().map_or(String::new(), ToString::to_string);
        let must_differ = trap_of(exercise, name).is_some_and(|trap| trap.misses.iter().any(|name| name == BEHAVIOUR));
        verification.proofs.push(Proof {
            about: name.clone(),
            claim: if must_differ { "answers differently" } else { "behaves as flawed does" }.to_owned(),
            holds: Some(candidate.difference.is_some() == must_differ),
            found: found_difference,
        });
        if let Some(difference) = &candidate.difference {
            verification.differences.insert(name.clone(), difference.case.clone());
        }
        verification.targets.insert(name.clone(), candidate.judged.clone());
    }
    if comparison.counted.is_empty() {
        return Ok(());
    }
    let flawed = flawed_judged(exercise, comparison)?;
    let missed: Vec<&TargetOutcome> = flawed.iter().filter(|judged| judged.met == Some(false)).collect();
    verification.proofs.push(Proof {
        about: "flawed".to_owned(),
        claim: "misses at least one target".to_owned(),
        holds: Some(!missed.is_empty()),
        found: missed.iter().map(|judged| found(judged)).collect::<Vec<_>>().join("; "),
    });
    for candidate in &comparison.candidates {
        let name = &comparison.names[candidate.arm];
        if candidate.difference.is_some() {
            continue;
        }
        let trap = trap_of(exercise, name);
        for judged in &candidate.judged {
            let must_miss = trap.is_some_and(|trap| trap.misses.contains(&judged.name));
            if trap.is_some() && !must_miss {
                continue;
            }
            verification.proofs.push(Proof {
                about: name.clone(),
                claim: format!("{} {}", if must_miss { "misses" } else { "meets" }, judged.name),
                holds: judged.met.map(|met| met != must_miss),
                found: found(judged),
            });
        }
        for name_missed in trap.map_or(&[][..], |trap| &trap.misses) {
            if name_missed != BEHAVIOUR && !candidate.judged.iter().any(|judged| judged.name == *name_missed) {
                verification.proofs.push(Proof {
                    about: name.clone(),
                    claim: format!("misses {name_missed}"),
                    holds: Some(false),
                    found: "no target has this name".to_owned(),
                });
            }
        }
    }
    verification.targets.insert("flawed".to_owned(), flawed);
    Ok(())
}

fn trap_of<'a>(exercise: &'a Exercise, candidate: &str) -> Option<&'a TrapSpec> {
    exercise.trap.iter().find(|trap| candidate.strip_prefix("trap:") == Some(&trap.name))
}

/// Flawed against itself: its counts and its growth as they are, every ratio exactly 1.
fn flawed_judged(exercise: &Exercise, comparison: &Comparison) -> Result<Vec<TargetOutcome>, Failure> {
    let counts = &comparison.counted[0].counts;
    let one = Interval { estimate: 1.0, low: 1.0, high: 1.0 };
    let mut ratios: BTreeMap<String, Interval> = comparison
        .candidates
        .iter()
        .flat_map(|candidate| candidate.ratios.keys())
        .map(|name| (name.clone(), one))
        .collect();
    ratios.extend(["p50", "p95", "p99", "mean"].map(|name| (name.to_owned(), one)));
    ratios.extend(comparison.growth.first().cloned().unwrap_or_default());
    let evidence = Evidence { baseline: counts, candidate: counts, ratios: Some(&ratios) };
    judge(&exercise.target, &evidence)
}

/// What was found, beside its limit.
pub fn found(judged: &TargetOutcome) -> String {
    format!("{} {}, {}", judged.name, judged.measured(), judged.wanted())
}
