//! `cargo lab watch`: one exercise after the other on a bench that stays up.

use crate::arms::needs_of;
use crate::cli::{Cli, Watch};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::pipeline::with_bench;
use crate::watch::{After, Keyboard, WatchLoop};
use clap::Parser as _;
use std::path::Path;
use std::pin::Pin;

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
            WatchLoop::new(bench, exercise, options.poll, keyboard.as_mut(), typed)?.run().await
        });
        match watched.await? {
            After::Quit => return Ok(Exit::Pass),
            After::Next(next) => id = next,
        }
    }
}

/// The very command that the learner could have typed; it prints its own failures.
fn typed(root: &Path, words: &[&str]) -> Pin<Box<dyn Future<Output = ()>>> {
    let line = ["cargo lab", "--root"].map(AsRef::as_ref).into_iter().chain([root.as_os_str()]);
    match Cli::try_parse_from(line.chain(words.iter().map(AsRef::as_ref))) {
        Ok(cli) => Box::pin(async {
            super::run(cli).await;
        }),
        Err(error) => {
            eprintln!("{error}");
            Box::pin(std::future::ready(()))
        }
    }
}
