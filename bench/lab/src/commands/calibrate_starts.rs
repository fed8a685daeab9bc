//! `cargo lab calibrate --starts N [ID…]`: flawed against flawed with fresh processes and copies, again and again.

use crate::arms::needs_of_all;
use crate::calibrate::{Competing, File, Found, start_run};
use crate::cli::{Calibrate as Options, Condition};
use crate::context::Context;
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::machine::Machine;
use crate::pipeline::{Bench, with_bench};
use std::time::{Duration, Instant};

/// Does the runs and adds each to the file as soon as it is over; `times` of every exercise in every condition.
///
/// # Errors
/// Exit 2 for an unknown exercise or a story, 3 when the bench cannot be had or the file not be written.
pub(super) async fn run(context: &Context, options: &Options, times: u16, file: &mut File) -> Result<(), Failure> {
    let exercises = exercises(context, &options.ids)?;
    let (programs, needs) = needs_of_all(&exercises);
    let done = with_bench(context, "calibrate", &programs, needs, async |bench| {
        let until = options.minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
        for machine in options.machine.iter().copied() {
            let competing = (machine == Condition::Competing).then(Competing::start).transpose();
            let _competing = competing.map_err(|error| Failure::unfit(error.to_string()))?;
            repeat(bench, (&exercises, machine), times, until, file).await?;
        }
        Ok(Exit::Pass)
    });
    done.await.map(drop)
}

/// The exercises in turns, so that a change of the machine falls on all of them.
async fn repeat(
    bench: &Bench<'_>,
    (exercises, machine): (&[&Exercise], Condition),
    times: u16,
    until: Option<Instant>,
    file: &mut File,
) -> Result<(), Failure> {
    for number in 1..=times {
        for exercise in exercises {
            if until.is_some_and(|until| Instant::now() >= until) {
                bench.step(&format!("the time is over before run {number} of {times}"));
                return Ok(());
            }
            bench.step(&format!("{}, {machine}: start {number} of {times}", exercise.id));
            let on = Machine { stack: bench.machine.stack.clone(), ..Machine::here() };
            let before = file.starts().iter().filter(|run| run.exercise == exercise.id).count();
            let run = start_run(bench, exercise, machine, before).await?;
            bench.context.terminal.step(&run.line());
            file.add(&on, Found::Start(run))?;
        }
    }
    Ok(())
}

/// Those named; all that can be compared with themselves where none is.
fn exercises<'a>(context: &'a Context, ids: &[String]) -> Result<Vec<&'a Exercise>, Failure> {
    if ids.is_empty() {
        return Ok(context.course.exercises.iter().filter(|one| one.story.is_none()).collect());
    }
    let named = ids.iter().map(|id| {
        let exercise = context.exercise(Some(id))?;
        match exercise.story {
            Some(_) => Err(Failure::usage(format!("{id} is a story: it has no flawed version to start twice")).remedy(
                "cargo lab calibrate --starts 20 ID with the id of another exercise; cargo lab list shows them",
            )),
            None => Ok(exercise),
        }
    });
    named.collect()
}
