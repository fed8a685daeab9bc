//! Runs `lab dev check`, once for each group of exercises, and remembers what it found.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A machine that is busy for a moment may leave a question open, so it is asked again. A proof that fails is not.
const ATTEMPTS: usize = 3;

/// What one run of the bench found, by exercise; or why it could not run.
type Found = Result<BTreeMap<String, Value>, String>;

/// The proofs of all exercises, made when somebody asks for the first of a group.
pub struct Prover {
    root: PathBuf,
    groups: Vec<(Vec<String>, OnceLock<Found>)>,
    lab: OnceLock<Result<PathBuf, String>>,
    one_at_a_time: Mutex<()>,
}

impl Prover {
    /// The exercises of a group are proven by one process of the bench.
    pub fn new(root: &Path, groups: Vec<Vec<String>>) -> Self {
        let groups = groups.into_iter().map(|ids| (ids, OnceLock::new())).collect();
        Self { root: root.to_owned(), groups, lab: OnceLock::new(), one_at_a_time: Mutex::new(()) }
    }

    /// The proofs of one exercise, as `dev check --json` gives them.
    ///
    /// # Errors
    /// Why the bench could not be built or gave no answer.
    pub fn proven(&self, id: &str) -> Result<&Value, String> {
        let group = self.groups.iter().find(|(ids, _)| ids.iter().any(|one| one == id));
        let (ids, found) = group.ok_or_else(|| format!("{id} is in no group"))?;
        let found = found.get_or_init(|| self.prove(ids)).as_ref().map_err(Clone::clone)?;
        found.get(id).ok_or_else(|| format!("the bench said nothing about {id}"))
    }

    fn prove(&self, ids: &[String]) -> Found {
        let lab = self.lab.get_or_init(|| build(&self.root)).as_ref().map_err(Clone::clone)?;
        let _turn = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = BTreeMap::new();
        let mut asked = ids.to_vec();
        for _ in 0..ATTEMPTS {
            let command =
                Command::new(lab).args(["--json", "dev", "check"]).args(&asked).current_dir(&self.root).output();
            let run = command.map_err(|error| format!("{}: {error}", lab.display()))?;
            eprint!("{}", String::from_utf8_lossy(&run.stderr));
            let answer: Value = serde_json::from_slice(&run.stdout)
                .map_err(|error| format!("{asked:?}: no answer: {error}: {}", String::from_utf8_lossy(&run.stderr)))?;
            let exercises = answer["exercises"].as_array().ok_or_else(|| format!("{asked:?}: {answer}"))?;
            for one in exercises {
                if let Some(id) = one["exercise"].as_str() {
                    found.insert(id.to_owned(), one.clone());
                }
            }
            asked.retain(|id| found.get(id).is_none_or(is_open));
            if asked.is_empty() {
                break;
            }
        }
        Ok(found)
    }
}

/// No claim is wrong, but one could not be told.
fn is_open(proven: &Value) -> bool {
    let proofs = || proven["proofs"].as_array().into_iter().flatten().map(|proof| &proof["holds"]);
    proofs().all(|holds| *holds != Value::Bool(false)) && proofs().any(Value::is_null)
}

/// Builds the bench as people run it, and gives its path.
fn build(root: &Path) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--profile", "perf", "--bin", "lab", "--message-format", "json"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !built.status.success() {
        return Err(format!("the bench does not build:\n{}", String::from_utf8_lossy(&built.stderr)));
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    let programs = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = programs.filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?))).next_back();
    program.ok_or_else(|| "cargo built no bench".to_owned())
}
