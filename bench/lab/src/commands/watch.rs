//! `cargo lab watch`: one exercise after the other on a bench that stays up.

use super::Context;
use crate::arms::needs_of;
use crate::cli::Watch;
use crate::exit::{Exit, Failure};
use crate::pipeline::{Ends, with_bench};
use crate::watch::{After, Keyboard, Round};

/// Watches until it is told to stop; `n` goes on with another exercise, on servers of its own.
///
/// # Errors
/// Exit 2 for an unknown exercise or a story, 3 when the bench cannot be had, 130 when stopped.
pub async fn run(context: &Context, options: &Watch) -> Result<Exit, Failure> {
    let mut id = context.exercise(options.id.as_deref())?.id.clone();
    let mut keyboard = None;
    loop {
        let exercise = context.course.get(&id)?;
        if exercise.story.is_some() {
            return Err(Failure::usage(format!("{id} is a story: it can be measured, not watched"))
                .remedy(format!("cargo lab measure {id}")));
        }
        let command = format!("watch {id}");
        let watched = with_bench(context, &command, &[], needs_of(exercise), async |bench| {
            if keyboard.is_none() && !options.no_keys && !context.json {
                keyboard = Keyboard::take();
            }
            Round::new(bench, exercise, options.poll, keyboard.as_mut())?.run().await
        });
        match watched.await? {
            After::Quit => return Ok(Exit::Pass),
            After::Next(next) => id = next,
        }
    }
}

impl Ends for After {
    fn exit(&self) -> Exit {
        Exit::Pass
    }
}
