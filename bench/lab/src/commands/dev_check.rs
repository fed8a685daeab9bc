//! `cargo lab dev check`: proves for each exercise that flawed misses, fixed meets, every trap misses what it should, the
//! hints exist, and `yours` equals `flawed`; as often as asked, counting the wrong verdicts. Every run is kept for the table.
//!
//! With `--broken` it proves instead that everything of `src/broken` is refused.

use crate::arms::{contract_tests, needs_of_all};
use crate::context::Context;
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::machine::{Machine, load_average};
use crate::pipeline::{IntoExit as _, with_bench};
use crate::verify::{Verification, is_unfinished, keep, of_files, prove, prove_broken, seconds};
use std::time::{Duration, Instant};

/// What is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proves {
    /// What the exercise claims about flawed, fixed and the traps.
    Claims,
    /// That what is broken is refused.
    Refusals,
}

impl From<bool> for Proves {
    fn from(broken: bool) -> Self {
        if broken { Self::Refusals } else { Self::Claims }
    }
}

/// Checks the exercises named, or all, each so many times; none is begun after so long.
///
/// # Errors
/// Exit 2 for an unknown exercise, or a story where the run is about what is broken; 3 when no run can be made.
pub async fn run(
    context: &Context,
    ids: &[String],
    proves: Proves,
    (repeat, within): (usize, Option<Duration>),
    seed: Option<u64>,
) -> Result<Exit, Failure> {
    let mut exercises = chosen(context, ids)?;
    if proves == Proves::Refusals {
        exercises.retain(|exercise| exercise.story.is_none());
        if exercises.is_empty() {
            return Err(Failure::usage("a story has nothing that is broken: its seams have").remedy("cargo lab list"));
        }
    }
    let work: Vec<(&Exercise, usize)> = exercises.iter().map(|exercise| (*exercise, repeat)).collect();
    let verification = proofs(context, (&work, within), proves, "check", seed).await?;
    if context.json {
        let object = serde_json::json!({ "exercises": verification, "machine": Machine::here() });
        println!("{object}");
    }
    if repeat > 1 {
        for exercise in exercises {
            let runs = || verification.iter().filter(|one| one.exercise == exercise.id);
            let (wrong, open) =
                (runs().filter(|one| one.is_wrong()).count(), runs().filter(|one| one.is_open()).count());
            let (id, all) = (&exercise.id, runs().count());
            eprintln!("{id}: {all} runs of {} s, {wrong} wrong, {open} that could not be told", seconds(runs()));
            for one in runs() {
                one.wrong().for_each(|wrong| eprintln!("  run {}: {wrong}", one.run));
            }
        }
    }
    Ok(verification.exit())
}

/// The exercises named, or all.
///
/// # Errors
/// Exit 2 for an unknown one.
pub(super) fn chosen<'a>(context: &'a Context, ids: &[String]) -> Result<Vec<&'a Exercise>, Failure> {
    match ids {
        [] => Ok(context.course.exercises.iter().collect()),
        ids => ids.iter().map(|id| context.course.get(id)).collect(),
    }
}

/// Proves every exercise so many times, all of them before any a second time. Shows each result as it comes, and keeps it:
/// what a run in mid-series found is not lost with the series. One that cannot be made is shown as such and not kept.
///
/// # Errors
/// Exit 3 when no run can be made, or one cannot be kept.
pub(super) async fn proofs(
    context: &Context,
    (work, within): (&[(&Exercise, usize)], Option<Duration>),
    proves: Proves,
    command: &str,
    seed: Option<u64>,
) -> Result<Vec<Verification>, Failure> {
    let exercises: Vec<&Exercise> = work.iter().map(|(exercise, _)| *exercise).collect();
    if exercises.iter().all(|exercise| is_unfinished(exercise)) {
        // Nothing to measure: neither servers nor a build are needed to say what is missing.
        let verification: Vec<Verification> = exercises.iter().map(|exercise| of_files(exercise, 1)).collect();
        verification.iter().for_each(|one| show(context, one));
        return Ok(verification);
    }
    let (mut programs, needs) = needs_of_all(&exercises);
    if proves == Proves::Refusals {
        programs.extend(exercises.iter().filter_map(|exercise| contract_tests(exercise)));
    }
    let names: Vec<&str> = exercises.iter().map(|one| one.id.as_str()).collect();
    let command = format!("dev {command} {}", names.join(" "));
    let begin = Instant::now();
    with_bench(context, &command, &programs, needs, async |bench| {
        let mut verification = Vec::new();
        let all: usize = work.iter().map(|(_, runs)| runs).sum();
        for run in 1..=work.iter().map(|(_, runs)| *runs).max().unwrap_or(0) {
            for (exercise, _) in work.iter().filter(|(_, runs)| run <= *runs) {
                if within.is_some_and(|within| begin.elapsed() > within) {
                    bench.step(&format!("run {run} of {} is left out: the time is over", exercise.id));
                    continue;
                }
                bench.step(&format!("{} of {all}: {}", verification.len() + 1, exercise.id));
                let machine = Machine { load: load_average(), ..bench.machine.clone() };
                let seed = seed.map(|seed| seed + run as u64 - 1);
                let one = match proves {
                    Proves::Claims => prove(bench, exercise, run, seed).await?,
                    Proves::Refusals => prove_broken(bench, exercise, run, seed).await?,
                };
                show(context, &one);
                if proves == Proves::Claims && !is_unfinished(exercise) && !one.was_not_run() {
                    keep(&context.store, &context.course.root, exercise, &machine, &one)?;
                }
                verification.push(one);
            }
        }
        Ok(verification)
    })
    .await
}

fn show(context: &Context, verification: &Verification) {
    let terminal = context.terminal;
    let seed = verification.seed.map_or(String::new(), |seed| format!(", seed {seed}"));
    let mut text = format!("{} ({:.0} s{})\n", terminal.strong(&verification.exercise), verification.seconds, seed);
    for proof in &verification.proofs {
        let mark = match proof.holds {
            Some(true) => terminal.good("✓"),
            Some(false) => terminal.bad("✗"),
            None => "?".to_owned(),
        };
        let found = if proof.found.is_empty() { String::new() } else { format!("  {}", terminal.quiet(&proof.found)) };
        text.push_str(&format!("  {mark} {:<18} {}{found}\n", proof.about, proof.claim));
    }
    for remark in &verification.remarks {
        text.push_str(&format!("  ! {remark}\n"));
    }
    if context.json {
        eprint!("{text}");
    } else {
        print!("{text}");
    }
}
