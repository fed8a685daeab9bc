//! A folder under `exercises/` that is left out of the course, and why. It stops only itself.

use crate::exit::Failure;
use std::fmt;

/// The folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// Its name.
    pub name: String,
    /// What is wrong with it; may be several lines.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
    /// It has an `exercise.toml` of its own, which is wrong. Any other odd folder is a copy or no exercise at all.
    pub is_broken: bool,
}

impl Odd {
    /// A folder without `exercise.toml`.
    pub(super) fn without_settings(name: &str) -> Self {
        let remedy = match variant::renamed_to(name) {
            Some(new) => {
                format!("that exercise is now {new}: move what is yours to exercises/{new}, then remove the folder")
            }
            None => format!("remove the folder, or write exercises/{name}/exercise.toml"),
        };
        Self { name: name.to_owned(), why: "it has no exercise.toml".to_owned(), remedy, is_broken: false }
    }

    /// A folder whose exercise has the id of another one.
    pub(super) fn with_the_id_of_another(name: &str, id: &str, is_copy: bool) -> Self {
        let copy = if is_copy { format!("; it looks like a copy of exercises/{id}") } else { String::new() };
        let why = format!("its id is {id:?}, not the name of the folder{copy}");
        let remedy = format!("remove the folder, or write id = {name:?} in its exercise.toml");
        Self { name: name.to_owned(), why, remedy, is_broken: !is_copy }
    }

    /// A folder whose `exercise.toml` is wrong.
    pub(super) fn with_mistakes(name: &str, why: String) -> Self {
        let remedy = format!("correct exercises/{name}/exercise.toml; cargo lab dev check {name} says more");
        Self { name: name.to_owned(), why, remedy, is_broken: true }
    }

    /// As the answer to somebody who asked for it.
    pub(super) fn failure(&self) -> Failure {
        Failure::usage(format!("exercises/{} is left out: {}", self.name, self.why))
            .remedy(format!("{}; cargo lab list shows the exercises", self.remedy))
    }
}

impl fmt::Display for Odd {
    /// One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = self.why.lines().next().unwrap_or_default().trim_end_matches(':');
        write!(f, "exercises/{} is left out: {why} → {}", self.name, self.remedy)
    }
}
