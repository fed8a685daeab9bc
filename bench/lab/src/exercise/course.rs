//! The course: every exercise under `exercises/`, found by its `exercise.toml`.

use super::{Exercise, Odd, nearest, validate::mistakes};
use crate::exit::Failure;
use std::path::{Path, PathBuf};

/// All exercises, in the order of their ids.
#[derive(Clone, Debug)]
pub struct Course {
    /// The workspace.
    pub root: PathBuf,
    /// The exercises.
    pub exercises: Vec<Exercise>,
    /// Folders that are left out.
    pub odd: Vec<Odd>,
}

impl Course {
    /// Finds the workspace upwards from `from` and reads all exercises.
    ///
    /// # Errors
    /// Exit 3 when there is no workspace above. An `exercise.toml` that cannot be read makes its folder an odd one.
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
        folders.retain(|folder| folder.is_dir() && !name_of(folder).starts_with('.'));
        folders.sort();
        let (mut exercises, mut odd) = (Vec::new(), Vec::new());
        for folder in &folders {
            match read_exercise(folder) {
                Ok(exercise) => exercises.push(exercise),
                Err(one) => odd.push(one),
            }
        }
        Ok(Self { root: root.to_owned(), exercises, odd })
    }

    /// The exercise of this id.
    ///
    /// # Errors
    /// Exit 2 with the nearest names; for an id that was renamed with the new one, for an odd folder with its reason.
    pub fn get(&self, id: &str) -> Result<&Exercise, Failure> {
        self.exercises.iter().find(|exercise| exercise.id == id).ok_or_else(|| {
            if let Some(new) = variant::renamed_to(id) {
                return Failure::usage(format!("{id} is now {new}")).remedy(format!(
                    "the same command with {new}; your record has moved with it; cargo lab list shows all exercises"
                ));
            }
            if let Some(odd) = self.odd.iter().find(|odd| odd.name == id) {
                return odd.failure();
            }
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

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read_exercise(folder: &Path) -> Result<Exercise, Odd> {
    let (path, name) = (folder.join("exercise.toml"), name_of(folder));
    if !path.is_file() {
        return Err(Odd::without_settings(&name));
    }
    let broken = |why: String| Odd::with_mistakes(&name, why);
    let text =
        std::fs::read_to_string(&path).map_err(|error| broken(format!("exercise.toml cannot be read: {error}")))?;
    let mut exercise: Exercise = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        let what = error.message().split(", expected").next().unwrap_or_default();
        broken(format!("exercise.toml:{line}: {what}\n{}", error.to_string().trim_end()))
    })?;
    folder.clone_into(&mut exercise.folder);
    if exercise.id != name {
        let is_copy = folder.with_file_name(&exercise.id).join("exercise.toml").is_file();
        return Err(Odd::with_the_id_of_another(&name, &exercise.id, is_copy));
    }
    match mistakes(&exercise).as_slice() {
        [] => Ok(exercise),
        found => Err(broken(format!("exercise.toml: {}", found.join("; ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::Course;
    use crate::exit::Exit;
    use std::path::Path;

    const LAMP: &str = "id = \"ch01-lamp\"\ntitle = \"A lamp\"\nchapter = 1\nservice = \"search\"\nneeds = []\n\
        symptom = \"It is dark.\"\nminutes = 5\nreading = \"Chapter 1\"\n\
        load = { rate_rps = 20, rounds = 2, slice_ms = 500, requests = [{ path = \"/\" }] }\n";

    fn write(root: &Path, folder: &str, settings: Option<&str>) {
        let folder = root.join("exercises").join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        if let Some(settings) = settings {
            std::fs::write(folder.join("exercise.toml"), settings).unwrap();
        }
    }

    #[test]
    fn a_folder_that_is_no_exercise_stops_only_itself() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "ch01-lamp", Some(LAMP));
        write(root.path(), "ch01-lamp.bak", Some(LAMP));
        write(root.path(), "ch02-clock", Some(&LAMP.replace("ch01-lamp", "ch02-watch")));
        write(root.path(), "ch03-empty", None);
        write(root.path(), "ch04-torn", Some("id = \"ch04-torn\"\ntitle = \n"));
        write(root.path(), "ch05-key", Some(&LAMP.replace("minutes", "hours").replace("ch01-lamp", "ch05-key")));
        write(root.path(), "ch06-stampede", None);
        write(root.path(), ".hidden", None);
        std::fs::write(root.path().join("exercises/README.md"), "").unwrap();
        let course = Course::read(root.path()).unwrap();
        assert_eq!(course.exercises.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["ch01-lamp"]);
        let expected = [
            (
                "ch01-lamp.bak",
                false,
                "a copy of exercises/ch01-lamp → remove the folder, or write id = \"ch01-lamp.bak\"",
            ),
            ("ch02-clock", true, "its id is \"ch02-watch\", not the name of the folder → remove"),
            ("ch03-empty", false, "it has no exercise.toml → remove the folder"),
            ("ch04-torn", true, "exercise.toml:2: "),
            ("ch05-key", true, "exercise.toml:7: unknown field `hours` → correct exercises/ch05-key/exercise.toml"),
            ("ch06-stampede", false, "now ch06-product-pages: move what is yours"),
        ];
        assert_eq!(course.odd.len(), expected.len(), "{:?}", course.odd);
        for (odd, (name, is_broken, part)) in course.odd.iter().zip(expected) {
            let line = odd.to_string();
            assert_eq!((odd.name.as_str(), odd.is_broken, line.lines().count()), (name, is_broken, 1), "{line}");
            assert!(line.contains(part), "{line}");
        }
        let failure = course.get("ch05-key").unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains("ch05-key") && failure.message.contains("expected one of"), "{failure}");
    }

    #[test]
    fn an_old_id_is_answered_with_the_new_one() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "ch06-product-pages", Some(&LAMP.replace("ch01-lamp", "ch06-product-pages")));
        let failure = Course::read(root.path()).unwrap().get("ch06-stampede").unwrap_err();
        assert_eq!((failure.exit, failure.message.as_str()), (Exit::Usage, "ch06-stampede is now ch06-product-pages"));
    }
}
