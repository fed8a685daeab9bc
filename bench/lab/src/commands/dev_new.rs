//! `cargo lab dev new`: the skeleton of an exercise, which compiles and whose `dev check` says what is left to do.

use crate::cli::New;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::skeleton::{Names, edits, files};
use crate::state;
use serde_json::json;

/// Writes the skeleton and the lines that other files need; prints what has to be done by hand.
///
/// # Errors
/// Exit 2 for a name that cannot be, exit 3 when a file cannot be written.
pub fn run(context: &Context, new: &New) -> Result<Exit, Failure> {
    let root = &context.course.root;
    let names = Names::new(root, &new.id, &new.service, new.title.as_deref(), &new.traps)?;
    // Worked out before anything is written: a mistake leaves nothing half done.
    let (files, edits) = (files(&names), edits(root, &names));
    let folder = root.join("exercises").join(&names.id);
    for (path, text) in &files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(Failure::file("created", parent))?;
        }
        state::write(&path, text.as_bytes())?;
    }
    for edit in &edits {
        if let Some(text) = &edit.text {
            state::write(&root.join(&edit.path), text.as_bytes())?;
        }
    }
    let component = format!(
        "services/{0}/src/seams.rs builds it: {1}: {2}::try_from(variants.of({1}::SEAM))?, with a field of its own",
        names.service,
        names.library,
        names.type_name()
    );
    if context.json {
        let written: Vec<_> = files.iter().map(|(path, _)| format!("exercises/{}/{path}", names.id)).collect();
        let part = |done: bool| -> Vec<_> {
            let some = edits.iter().filter(|edit| edit.text.is_some() == done);
            some.map(|edit| json!({"file": edit.path, "lines": edit.what})).collect()
        };
        println!(
            "{}",
            json!({"exercise": names.id, "written": written, "edited": part(true), "by_hand": part(false), "component": component})
        );
        return Ok(Exit::Pass);
    }
    println!("exercises/{}: {} files, each place to write marked TO DO", names.id, files.len());
    for edit in &edits {
        match edit.text {
            Some(_) => println!("{}: {}", edit.path, edit.what.replace('\n', "\n    ")),
            None => println!("{}: add by hand\n    {}", edit.path, edit.what.replace('\n', "\n    ")),
        }
    }
    println!(
        "left to you:\n  {component}\n  the marks; `cargo lab dev check {}` lists them, and proves the exercise when none is left",
        names.id
    );
    Ok(Exit::Pass)
}
