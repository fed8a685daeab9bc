//! `cargo lab dev table`: runs the proofs of every exercise several times and writes `exercises/README.md` from them.

use super::{Context, dev_check};
use crate::exit::{Exit, Failure};
use crate::machine::Machine;
use crate::pipeline::Ends as _;
use crate::proof::markdown;
use crate::{clock, state};

/// Writes the syllabus with the figures of all exercises.
///
/// # Errors
/// Exit 3 when a run cannot be made or the file cannot be written.
pub async fn run(context: &Context, runs: usize) -> Result<Exit, Failure> {
    let exercises = dev_check::chosen(context, &[])?;
    let proven = dev_check::proofs(context, &exercises, runs, "table").await?;
    let machine = Machine::here();
    let text = markdown(&context.course.exercises, &proven, &machine, &clock::now());
    let path = context.course.root.join("exercises/README.md");
    state::write(&path, text.as_bytes())?;
    if context.json {
        let object = serde_json::json!({ "file": path, "exercises": proven, "machine": machine });
        println!("{object}");
    } else {
        println!("wrote {}", path.display());
    }
    Ok(proven.exit())
}
