//! The file of a calibration: one JSON object a line, appended as soon as it is known, so that parts may be run one at a time.

use super::{Percentiles, Said, StartRun, Window};
use crate::cli::{Bound, Condition};
use crate::clock;
use crate::exit::Failure;
use crate::machine::Machine;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// One line.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Part {
    /// When (RFC 3339).
    pub at: String,
    /// Where.
    pub on: Machine,
    /// What was found.
    pub found: Found,
}

/// What a part found.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Reported and true percentiles of one server.
    Percentiles(Percentiles),
    /// One run against each of its arms.
    Run(Vec<Detections>),
    /// What a load generator said of a server.
    Said(Said),
    /// Flawed against flawed, started anew.
    Start(StartRun),
}

/// Runs of one kind.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Detections {
    /// Of what the time is made.
    pub bound: Bound,
    /// What else the machine did.
    pub machine: Condition,
    /// p50 or p95.
    pub statistic: String,
    /// How much longer the candidate's waits or work are, as a share; 0 is the same against the same.
    pub effect: f64,
    /// Rounds planned for a run.
    pub rounds: usize,
    /// Runs.
    pub runs: usize,
    /// Rounds that were void, in all of them.
    pub rounds_void: usize,
    /// What these runs would have taken with two arms.
    pub seconds: f64,
    /// What each run said; none for a void one.
    pub windows: Vec<Window>,
}

impl Detections {
    /// Whether both are runs of the same kind.
    pub fn alike(&self, other: &Self) -> bool {
        let key = |one: &Self| (one.bound, one.machine, one.rounds, one.effect.to_bits());
        key(self) == key(other) && self.statistic == other.statistic
    }

    /// Each `by` runs in a row read as one longer run: the rounds were recorded one after the other, and a run is a window of them.
    /// Void runs are passed over, and what is left over at the end is left out.
    #[must_use]
    pub fn joined(mut self, by: usize) -> Self {
        if by > 1 {
            let windows: Vec<Window> = self.windows.chunks_exact(by).filter_map(Window::joined).collect();
            self.seconds *= (windows.len() * by) as f64 / self.windows.len().max(1) as f64;
            self.rounds *= by;
            self.runs = windows.len();
            self.windows = windows;
        }
        self
    }

    /// Adds the other's runs.
    pub fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.rounds_void += other.rounds_void;
        self.seconds += other.seconds;
        self.windows.extend(other.windows);
    }
}

/// The file.
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub parts: Vec<Part>,
}

impl File {
    /// Reads what is there already; a file that is not there is empty.
    ///
    /// # Errors
    /// Exit 3 when it cannot be read, or has a line that is none of ours.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(Failure::file("read", path))?,
        };
        let read = text.lines().enumerate().map(|(number, line)| {
            serde_json::from_str(line)
                .map_err(|error| Failure::unfit(format!("{}, line {}: {error}", path.display(), number + 1)))
        });
        Ok(Self { path: path.to_owned(), parts: read.collect::<Result<_, _>>()? })
    }

    /// Adds a part, and writes it down at once.
    ///
    /// # Errors
    /// Exit 3 when it cannot be written.
    pub fn add(&mut self, on: &Machine, found: Found) -> Result<(), Failure> {
        let part = Part { at: clock::now(), on: on.clone(), found };
        let line = serde_json::to_string(&part).map_err(|error| Failure::unfit(error.to_string()))?;
        let opened = std::fs::File::options().create(true).append(true).open(&self.path);
        opened.and_then(|mut file| writeln!(file, "{line}")).map_err(Failure::file("written", &self.path))?;
        self.parts.push(part);
        Ok(())
    }

    /// Runs there are of a bound on a machine.
    pub fn runs(&self, bound: Bound, machine: Condition) -> usize {
        let of = |run: &[Detections]| run.first().is_some_and(|one| one.bound == bound && one.machine == machine);
        self.parts.iter().filter(|part| matches!(&part.found, Found::Run(run) if of(run))).count()
    }

    /// All runs, those of one kind together.
    pub fn detections(&self) -> Vec<Detections> {
        let mut all: Vec<Detections> = Vec::new();
        let runs = self.parts.iter().filter_map(|part| match &part.found {
            Found::Run(run) => Some(run),
            Found::Percentiles(_) | Found::Said(_) | Found::Start(_) => None,
        });
        for one in runs.flatten() {
            match all.iter_mut().find(|there| there.alike(one)) {
                Some(there) => there.add(one.clone()),
                None => all.push(one.clone()),
            }
        }
        all
    }

    /// All comparisons of percentiles.
    pub fn percentiles(&self) -> Vec<&Percentiles> {
        let found = self.parts.iter().filter_map(|part| match &part.found {
            Found::Percentiles(percentiles) => Some(percentiles),
            Found::Run(_) | Found::Said(_) | Found::Start(_) => None,
        });
        found.collect()
    }

    /// All runs that were started anew.
    pub fn starts(&self) -> Vec<&StartRun> {
        let starts = self.parts.iter().filter_map(|part| match &part.found {
            Found::Start(run) => Some(run),
            Found::Run(_) | Found::Percentiles(_) | Found::Said(_) => None,
        });
        starts.collect()
    }

    /// What load generators said.
    pub fn said(&self) -> Vec<&Said> {
        let said = self.parts.iter().filter_map(|part| match &part.found {
            Found::Said(said) => Some(said),
            Found::Run(_) | Found::Percentiles(_) | Found::Start(_) => None,
        });
        said.collect()
    }
}

#[cfg(test)]
mod unit {
    use super::{Detections, File, Found};
    use crate::calibrate::Window;
    use crate::cli::{Bound, Condition};
    use crate::machine::Machine;

    fn run(effect: f64) -> Detections {
        Detections {
            bound: Bound::Waiting,
            machine: Condition::Quiet,
            statistic: "p95".to_owned(),
            effect,
            rounds: 6,
            runs: 1,
            rounds_void: 0,
            seconds: 8.0,
            windows: vec![Window { estimate: 1.0 + effect, low: 1.0, high: 1.1, effects: vec![0.0, 0.1] }],
        }
    }

    #[test]
    fn parts_added_one_by_one_are_read_again_as_runs_of_their_kinds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calibration.jsonl");
        for _ in 0..2 {
            let mut file = File::open(&path).unwrap();
            file.add(&Machine::here(), Found::Run(vec![run(0.0), run(0.05)])).unwrap();
        }
        let file = File::open(&path).unwrap();
        assert_eq!((file.runs(Bound::Waiting, Condition::Quiet), file.runs(Bound::Work, Condition::Quiet)), (2, 0));
        let kinds = file.detections();
        assert_eq!(kinds.len(), 2);
        assert_eq!((kinds[1].effect, kinds[1].runs, kinds[1].windows.len()), (0.05, 2, 2));
        let seven = Detections { windows: vec![kinds[0].windows[0].clone(); 7], runs: 7, seconds: 56.0, ..run(0.05) };
        let longer = seven.joined(3);
        assert_eq!((longer.runs, longer.rounds, longer.windows.len(), longer.seconds), (2, 18, 2, 48.0));
        assert_eq!(longer.windows[0].effects.len(), 6);
        std::fs::write(&path, "{}\n").unwrap();
        assert!(File::open(&path).err().unwrap().message.contains("line 1"));
    }
}
