//! What every command works with: the course, the learner's state, the terminal.

mod status;

pub use status::{ExerciseStatus, advice, advice_json};

use crate::exercise::{Course, Exercise};
use crate::exit::Failure;
use crate::state::Store;
use crate::terminal::Terminal;
use stack::Surroundings;
use std::path::{Path, PathBuf};

/// What every command gets.
pub struct Context {
    /// The exercises.
    pub course: Course,
    /// `.lab/`.
    pub store: Store,
    /// Colour and progress.
    pub terminal: Terminal,
    /// One JSON object on standard output.
    pub json: bool,
}

impl Context {
    /// Reads the course and opens the state folder; the workshop is looked for upwards from the working directory where
    /// `root` does not name it.
    ///
    /// # Errors
    /// Exit 2 for an `exercise.toml` that cannot be read, 3 when there is no workshop or no state folder can be had.
    pub fn open(root: Option<&Path>, json: bool) -> Result<Self, Failure> {
        let course = match root {
            Some(root) => Course::read(root)?,
            None => {
                let here = std::env::current_dir()
                    .map_err(|error| Failure::unfit(format!("the working directory cannot be read: {error}")))?;
                Course::find(&here)?
            }
        };
        let surroundings = Surroundings::here();
        let state = match surroundings.variable("WORKSHOP_STATE") {
            Some(folder) => PathBuf::from(folder),
            None => course.root.join(".lab"),
        };
        let terminal = if json { Terminal { colour: false, ..Terminal::here() } } else { Terminal::here() };
        Ok(Self { course, store: Store::open(&state)?, terminal, json })
    }

    /// What an instant command says: text, or with `--json` one object on standard output.
    pub fn answer(&self, text: &str, object: &serde_json::Value) {
        match self.json {
            true => println!("{object}"),
            false => print!("{text}"),
        }
    }

    /// The exercise named, or the current one.
    ///
    /// # Errors
    /// Exit 2 when it is unknown, or none is named and none is current.
    pub fn exercise(&self, id: Option<&str>) -> Result<&Exercise, Failure> {
        match id {
            Some(id) => self.course.get(id),
            None => match self.store.load()?.current {
                Some(id) => self.course.get(&id).map_err(|failure| {
                    Failure::usage(format!("{}, and it is the current one", failure.message))
                        .remedy("cargo lab start next makes another current; your record of it is kept")
                }),
                None => Err(Failure::usage("no exercise is named and none is current")
                    .remedy("cargo lab list shows them; cargo lab start ID makes one current")),
            },
        }
    }
}
