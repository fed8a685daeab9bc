//! The proofs of an exercise: flawed misses, fixed meets, every trap misses what it should, the files are whole.

mod files;
mod kept;
mod table;
mod variants;

pub use files::{TO_DO, files, is_unfinished};
pub use kept::{Kept, keep, kept};
pub use table::{markdown, seconds};

use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::pipeline::{Bench, Ends, Judged, run_claimed};
use crate::story;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Instant;

/// One proof: a sentence, and whether it holds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Proof {
    /// `files`, `flawed`, `fixed`, `yours`, `trap:NAME`, `story`, `run`.
    pub about: String,
    /// What is claimed.
    pub claim: String,
    /// Holds, does not, or (`null`) cannot be told.
    pub holds: Option<bool>,
    /// What was found.
    pub found: String,
}

/// The proofs of one exercise by one run.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Proven {
    /// The exercise's id.
    pub exercise: String,
    /// The run, counted from 1.
    pub run: usize,
    /// The claims.
    pub proofs: Vec<Proof>,
    /// Every target of every variant.
    pub targets: BTreeMap<String, Vec<Judged>>,
    /// Traps that answered differently, with the case.
    pub differences: BTreeMap<String, String>,
    /// What a reader should know about the run.
    pub remarks: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

impl Proven {
    /// Whether a claim is wrong.
    pub fn is_wrong(&self) -> bool {
        self.proofs.iter().any(|proof| proof.holds == Some(false))
    }

    /// What was claimed and is wrong, one sentence each.
    pub fn wrong(&self) -> impl Iterator<Item = String> + '_ {
        let wrong = self.proofs.iter().filter(|proof| proof.holds == Some(false));
        wrong.map(|proof| format!("{}: {}: {}", proof.about, proof.claim, proof.found))
    }

    /// Whether no claim is wrong, but one cannot be told.
    pub fn is_open(&self) -> bool {
        !self.is_wrong() && self.proofs.iter().any(|proof| proof.holds.is_none())
    }
}

impl Ends for Vec<Proven> {
    fn exit(&self) -> Exit {
        match (self.iter().any(Proven::is_wrong), self.iter().any(Proven::is_open)) {
            (true, _) => Exit::NotYet,
            (false, true) => Exit::Inconclusive,
            (false, false) => Exit::Pass,
        }
    }
}

/// What needs no run.
pub fn of_files(exercise: &Exercise, run: usize) -> Proven {
    Proven {
        exercise: exercise.id.clone(),
        run,
        proofs: files(exercise),
        targets: BTreeMap::new(),
        differences: BTreeMap::new(),
        remarks: Vec::new(),
        seconds: 0.0,
    }
}

/// Proves one exercise. An unfinished one is not measured; a run without a result leaves one claim open.
///
/// # Errors
/// Exit 2 or 3 when it cannot be run at all.
pub async fn prove(bench: &Bench<'_>, exercise: &Exercise, run: usize) -> Result<Proven, Failure> {
    let begin = Instant::now();
    let mut proven = of_files(exercise, run);
    if is_unfinished(exercise) {
        return Ok(proven);
    }
    match measured(bench, exercise, &mut proven).await {
        Err(failure) if failure.exit == Exit::Inconclusive => proven.proofs.push(Proof {
            about: "run".to_owned(),
            claim: "can be judged".to_owned(),
            holds: None,
            found: failure.message,
        }),
        result => result?,
    }
    proven.seconds = (begin.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(proven)
}

async fn measured(bench: &Bench<'_>, exercise: &Exercise, proven: &mut Proven) -> Result<(), Failure> {
    if exercise.story.is_some() {
        let told = story::tell(bench, exercise).await?;
        let mut report = told.report;
        proven.proofs.extend(report.targets.iter().map(|judged| Proof {
            about: "story".to_owned(),
            claim: format!("{} is reproduced", judged.name),
            holds: judged.met,
            found: variants::found(judged),
        }));
        proven.targets.insert("story".to_owned(), std::mem::take(&mut report.targets));
        proven.remarks = report.remarks;
        return Ok(());
    }
    let mut candidates = vec!["fixed".to_owned()];
    candidates.extend(exercise.trap.iter().map(|trap| format!("trap:{}", trap.name)));
    candidates.extend(exercise.broken.iter().map(|broken| format!("broken:{}", broken.name)));
    let comparison = run_claimed(bench, exercise, &candidates).await?;
    variants::variants(exercise, &comparison, proven)?;
    proven.remarks = comparison.remarks;
    Ok(())
}
