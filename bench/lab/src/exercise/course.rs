//! The course: every exercise under `exercises/`, found by its `exercise.toml`.

use super::{Exercise, nearest, validate::mistakes};
use crate::exit::Failure;
use std::path::{Path, PathBuf};

/// All exercises, in the order of their ids.
#[derive(Clone, Debug)]
pub struct Course {
    /// The workspace.
    pub root: PathBuf,
    /// The exercises.
    pub exercises: Vec<Exercise>,
}

impl Course {
    /// Finds the workspace upwards from `from` and reads all exercises.
    ///
    /// # Errors
    /// Exit 3 when there is no workspace above; exit 2 when an `exercise.toml` cannot be read, with file and line.
    pub fn find(from: &Path) -> Result<Self, Failure> {
        let root = from
            .ancestors()
            .find(|folder| folder.join("exercises").is_dir() && folder.join("Cargo.toml").is_file())
            .ok_or_else(|| {
                Failure::unfit(format!("no workshop above {}", from.display()))
                    .remedy("run `cargo lab` inside the cloned repository")
            })?;
        Self::read(root)
    }

    /// Reads the exercises of the workspace at `root`.
    ///
    /// # Errors
    /// As [`Course::find`].
    pub fn read(root: &Path) -> Result<Self, Failure> {
        let folder = root.join("exercises");
        let entries = std::fs::read_dir(&folder).map_err(Failure::file("read", &folder))?;
        let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        folders.retain(|folder| folder.join("exercise.toml").is_file());
        folders.sort();
        let exercises = folders.iter().map(|folder| read_exercise(folder)).collect::<Result<_, _>>()?;
        Ok(Self { root: root.to_owned(), exercises })
    }

    /// The exercise of this id.
    ///
    /// # Errors
    /// Exit 2 with the nearest names.
    pub fn get(&self, id: &str) -> Result<&Exercise, Failure> {
        self.exercises.iter().find(|exercise| exercise.id == id).ok_or_else(|| {
            let ids = || self.exercises.iter().map(|exercise| exercise.id.as_str());
            let near = nearest(id, ids());
            let remedy = match near.as_slice() {
                [] => "cargo lab list shows them all".to_owned(),
                near => format!("did you mean {}? cargo lab list shows them all", near.join(" or ")),
            };
            Failure::usage(format!("there is no exercise {id:?}")).remedy(remedy)
        })
    }

    /// The first exercise after `id` that is not done; behind the last one it begins anew. Stories have nothing to change
    /// and are left out.
    pub fn after(&self, id: Option<&str>, done: impl Fn(&str) -> bool) -> Option<&Exercise> {
        let from = id.and_then(|id| self.exercises.iter().position(|one| one.id == id)).map_or(0, |place| place + 1);
        let (before, behind) = self.exercises.split_at(from);
        behind.iter().chain(before).find(|one| one.story.is_none() && Some(one.id.as_str()) != id && !done(&one.id))
    }
}

fn read_exercise(folder: &Path) -> Result<Exercise, Failure> {
    let path = folder.join("exercise.toml");
    let text = std::fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    let mut exercise: Exercise = toml::from_str(&text).map_err(|error| {
        Failure::usage(format!("{} is not a valid exercise:\n{}", path.display(), error.to_string().trim_end()))
    })?;
    folder.clone_into(&mut exercise.folder);
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    if exercise.id != name {
        return Err(Failure::usage(format!("{}: id is {:?}, the folder is {name:?}", path.display(), exercise.id)));
    }
    match mistakes(&exercise).as_slice() {
        [] => Ok(exercise),
        found => Err(Failure::usage(format!("{}: {}", path.display(), found.join("; ")))),
    }
}
