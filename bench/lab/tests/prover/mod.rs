//! Runs `lab dev check` once for all exercises that were asked for, and remembers what it found.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A machine that is busy for a moment may leave a question open, so it is asked again. A proof that fails is not.
const ATTEMPTS: usize = 3;

/// What the bench found, by exercise; or why it could not run.
type Found = Result<BTreeMap<String, Value>, String>;

/// The proofs of some exercises, made when somebody asks for the first of them: one process, so that the servers start and the
/// template database is made once.
pub struct Prover {
    root: PathBuf,
    lab: fn(&Path) -> Result<PathBuf, String>,
    ids: OnceLock<Vec<String>>,
    found: OnceLock<Found>,
}

impl Prover {
    /// `lab` gives the bench's program, given the root of the repository; called once, and only if there is something to prove.
    pub fn new(root: &Path, lab: fn(&Path) -> Result<PathBuf, String>) -> Self {
        Self { root: root.to_owned(), lab, ids: OnceLock::new(), found: OnceLock::new() }
    }

    /// The exercises to prove. Only the first call counts.
    pub fn ask(&self, ids: Vec<String>) {
        self.ids.get_or_init(|| ids);
    }

    /// The proofs of one exercise, as `dev check --json` gives them.
    ///
    /// # Errors
    /// Why the bench could not be built or gave no answer.
    pub fn proven(&self, id: &str) -> Result<&Value, String> {
        let ids = self.ids.get().ok_or("no exercise was asked for")?;
        let found = self.found.get_or_init(|| self.prove(ids)).as_ref().map_err(Clone::clone)?;
        found.get(id).ok_or_else(|| format!("the bench said nothing about {id}"))
    }

    /// Asks about all, then about those that were left open.
    fn prove(&self, ids: &[String]) -> Found {
        let lab = (self.lab)(&self.root)?;
        let mut found = self.run(&lab, ids)?;
        for _ in 1..ATTEMPTS {
            let open: Vec<String> = found.iter().filter(|(_, one)| is_open(one)).map(|(id, _)| id.clone()).collect();
            if open.is_empty() {
                break;
            }
            match self.run(&lab, &open) {
                Ok(again) => found.extend(again),
                // Everything else that was found stays; these stay open, and their tests say so.
                Err(why) => {
                    eprintln!("asked again: {why}");
                    break;
                }
            }
        }
        Ok(found)
    }

    /// One process of the bench. What it says on its standard error is progress, and is passed on as it comes.
    fn run(&self, lab: &Path, ids: &[String]) -> Found {
        let mut command = Command::new(lab);
        command.args(["--json", "dev", "check"]).args(ids).current_dir(&self.root).stderr(Stdio::inherit());
        let run = command.output().map_err(|error| format!("{}: {error}", lab.display()))?;
        let answer: Value = serde_json::from_slice(&run.stdout)
            .map_err(|error| format!("{ids:?}: no answer ({}): {error}; what it said is above", run.status))?;
        let exercises = answer["exercises"].as_array().ok_or_else(|| format!("{ids:?}: {answer}"))?;
        let by_id = |one: &Value| Some((one["exercise"].as_str()?.to_owned(), one.clone()));
        Ok(exercises.iter().filter_map(by_id).collect())
    }
}

/// No claim is wrong, but one could not be told.
fn is_open(proven: &Value) -> bool {
    let proofs = || proven["proofs"].as_array().into_iter().flatten().map(|proof| &proof["holds"]);
    proofs().all(|holds| *holds != Value::Bool(false)) && proofs().any(Value::is_null)
}
