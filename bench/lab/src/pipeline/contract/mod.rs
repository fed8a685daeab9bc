//! The contract's own tests, run for each candidate alone beside the first asking of the cases.
//!
//! They reach what no request does: a database that is gone, a request that is dropped, an answer that never comes.

mod outcome;

use super::{Bench, Difference};
use crate::arms::{Said, run_contract_tests};
use crate::exercise::{Exercise, tests_target};
use crate::exit::Failure;
use outcome::{FailedTest, failed};

/// The most characters of an assertion's words.
const LONGEST: usize = 240;

/// What each candidate's tests found, by arm; nothing of the first arm, which is the baseline, and nothing where they were not built.
///
/// # Errors
/// As [`contract_holds`].
pub(super) async fn all_hold(
    bench: &Bench<'_>,
    exercise: &Exercise,
    names: &[String],
) -> Result<Vec<Option<Difference>>, Failure> {
    let mut found = vec![None];
    for candidate in &names[1..] {
        found.push(contract_holds(bench, exercise, candidate).await?);
    }
    Ok(found)
}

/// The first promise that a candidate does not keep. A test that fails is run once more, alone: what was the machine's doing passes
/// then.
///
/// # Errors
/// Exit 3 when the tests cannot be run or a server has gone away meanwhile.
pub async fn contract_holds(
    bench: &Bench<'_>,
    exercise: &Exercise,
    candidate: &str,
) -> Result<Option<Difference>, Failure> {
    let run =
        async |only: Option<&str>| run_contract_tests(exercise, candidate, only, &bench.binaries, bench.test_bed).await;
    let Some(said) = run(None).await? else { return Ok(None) };
    let found = match said {
        Said::All { passed: true, .. } => return Ok(None),
        Said::All { out, err, .. } => {
            let tests = failed(&out);
            let mut broken = tests.is_empty().then(|| ended_early(exercise, &err));
            for test in &tests {
                if !matches!(run(Some(&test.name)).await?, Some(Said::All { passed: true, .. })) {
                    broken = Some(broken_promise(exercise, test));
                    break;
                }
            }
            let Some(broken) = broken else { return Ok(None) };
            broken
        }
        Said::Nothing(longest) => Difference {
            case: "the tests of the contract did not end".to_owned(),
            request: command(exercise, "contract"),
            at: "the tests".to_owned(),
            baseline: "an end after seconds".to_owned(),
            candidate: format!("none within {} s", longest.as_secs()),
        },
    };
    // A server that is gone fails every test, and that is not the candidate's doing.
    bench.test_bed.answers().await?;
    Ok(Some(found))
}

fn broken_promise(exercise: &Exercise, test: &FailedTest) -> Difference {
    let place = if test.at.is_empty() { String::new() } else { format!("\n  {}", test.at) };
    Difference {
        case: format!("a promise of the contract: {}", test.words()),
        request: format!("{}{place}", command(exercise, &test.name)),
        at: "its test".to_owned(),
        baseline: "it to pass".to_owned(),
        candidate: test.message.chars().take(LONGEST).collect(),
    }
}

/// A process that aborted, such as by a stack overflow, names no test.
fn ended_early(exercise: &Exercise, err: &str) -> Difference {
    let last: Vec<&str> = err.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = last.iter().rev().take(3).rev().copied().collect::<Vec<_>>().join("; ");
    Difference {
        case: "the tests of the contract ended before they were over".to_owned(),
        request: command(exercise, "contract"),
        at: "the tests".to_owned(),
        baseline: "results".to_owned(),
        candidate: last.chars().take(LONGEST).collect(),
    }
}

/// How to run it by hand.
fn command(exercise: &Exercise, test: &str) -> String {
    format!("cargo test --workspace --test {} {test}", tests_target(&exercise.id))
}
