//! `.lab/runs/`: one JSON file a measurement, named `<stamp>-<id>.json`.

use super::run::Run;
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::state::{Store, write};
use std::path::{Path, PathBuf};

/// A run file's name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunName {
    /// `20260731-120000-ch01-lamp`: what a page's address has.
    pub stem: String,
    /// The exercise, by its id of today.
    pub exercise: String,
    /// When, as people read it: `2026-07-31 12:00:00`.
    pub at: String,
}

impl RunName {
    /// From a file's name without its extension; `None` where it is not a run's.
    pub fn parse(stem: &str) -> Option<Self> {
        let (date, rest) = stem.split_once('-')?;
        let (time, exercise) = rest.split_once('-')?;
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(date, 8) || !digits(time, 6) || exercise.is_empty() {
            return None;
        }
        let at = format!("{}-{}-{} {}:{}:{}", &date[..4], &date[4..6], &date[6..], &time[..2], &time[2..4], &time[4..]);
        Some(Self { stem: stem.to_owned(), exercise: today(exercise), at })
    }
}

/// The id that an exercise has today.
fn today(id: &str) -> String {
    variant::renamed_to(id).unwrap_or(id).to_owned()
}

/// Keeps a run; gives its path.
///
/// # Errors
/// Exit 3 when it cannot be written.
pub fn keep(store: &Store, run: &Run) -> Result<PathBuf, Failure> {
    let folder = store.sub("runs")?;
    let stamp = clock::stamp();
    let path = folder.join(format!("{stamp}-{}.json", run.exercise()));
    let object = serde_json::to_vec(run)
        .map_err(|error| Failure::unfit(format!("the run cannot be written as JSON: {error}")))?;
    write(&path, &object)?;
    Ok(path)
}

/// All runs, the newest first; of one exercise where it is named.
///
/// # Errors
/// Exit 3 when the folder is there and cannot be read.
pub fn list(store: &Store, exercise: Option<&str>) -> Result<Vec<RunName>, Failure> {
    let folder = store.folder().join("runs");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).map_err(Failure::file("read", &folder))?;
    let mut names: Vec<RunName> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter_map(|path| RunName::parse(path.file_stem()?.to_str()?))
        .filter(|name| exercise.is_none_or(|wanted| wanted == name.exercise))
        .collect();
    names.sort_by(|a, b| b.stem.cmp(&a.stem));
    Ok(names)
}

/// Where a run's file is.
pub fn path(store: &Store, name: &RunName) -> PathBuf {
    store.folder().join("runs").join(format!("{}.json", name.stem))
}

/// Reads a run file.
///
/// # Errors
/// Exit 2 when there is no such file, or it is no run.
pub fn read(path: &Path) -> Result<Run, Failure> {
    let text = std::fs::read(path).map_err(|error| {
        Failure::usage(format!("{} cannot be read: {error}", path.display()))
            .remedy("the runs are in .lab/runs; cargo lab report renders the newest")
    })?;
    let run: Result<Run, _> = serde_json::from_slice(&text);
    run.map(Run::with_todays_id).map_err(|error| {
        Failure::usage(format!("{} is no run of the bench: {error}", path.display()))
            .remedy("a run file is written by cargo lab measure; measure again, or name another with --run")
    })
}

/// The newest run of an exercise.
///
/// # Errors
/// Exit 1 when there is none.
pub fn newest(store: &Store, exercise: &str) -> Result<PathBuf, Failure> {
    match list(store, Some(exercise))?.first() {
        Some(name) => Ok(path(store, name)),
        None => {
            let nothing = Failure::usage(format!("there is no run of {exercise} yet"));
            Err(Failure { exit: Exit::NotYet, ..nothing }.remedy(format!("cargo lab measure {exercise}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Verdict;

    #[test]
    fn a_name_says_when_and_which_and_nothing_else_is_a_run() {
        let name = RunName::parse("20260731-120102-ch01-related-products").unwrap();
        assert_eq!((name.exercise.as_str(), name.at.as_str()), ("ch01-related-products", "2026-07-31 12:01:02"));
        for other in ["notes", "20260731-ch01-lamp", "2026-07-31-ch01", "20260731-120102-", "../20260731-120102-x"] {
            assert_eq!(RunName::parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_newest_run_of_the_exercise_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(newest(&store, "ch01-lamp").unwrap_err().exit, Exit::NotYet);
        let runs = store.sub("runs").unwrap();
        for name in ["20260731-120000-ch01-lamp", "20260801-090000-ch01-lamp", "20260802-090000-ch01-desk"] {
            std::fs::write(runs.join(format!("{name}.json")), r#"{"exercise": "x", "verdict": "pass"}"#).unwrap();
        }
        let path = newest(&store, "ch01-lamp").unwrap();
        assert!(path.ends_with("runs/20260801-090000-ch01-lamp.json"), "{}", path.display());
        assert_eq!(read(&path).unwrap().verdict(), Verdict::Pass);
        assert_eq!(list(&store, None).unwrap().len(), 3);
    }

    #[test]
    fn a_run_of_an_exercise_under_its_old_id_is_one_of_the_new() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let file = store.sub("runs").unwrap().join("20260731-120000-ch06-stampede.json");
        std::fs::write(&file, r#"{"exercise": "ch06-stampede", "verdict": "pass"}"#).unwrap();
        let names = list(&store, Some("ch06-product-pages")).unwrap();
        assert_eq!(path(&store, &names[0]), file);
        assert_eq!(newest(&store, "ch06-product-pages").unwrap(), file);
        assert_eq!(read(&file).unwrap().exercise(), "ch06-product-pages");
    }

    #[test]
    fn a_file_that_is_no_run_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("torn.json");
        std::fs::write(&path, r#"{"exercise": "#).unwrap();
        let failure = read(&path).unwrap_err();
        assert!(failure.to_string().contains("torn.json") && !failure.remedy.is_empty(), "{failure}");
    }
}
