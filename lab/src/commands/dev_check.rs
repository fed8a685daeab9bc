//! `cargo lab dev check`: proves for each exercise that flawed misses, fixed meets, every trap misses what it should, the
//! hints exist, and `yours` equals `flawed`.

use super::{Context, outcome};
use crate::arms::{binaries_for, needs_of};
use crate::exercise::{BEHAVIOUR, Exercise, TrapSpec};
use crate::exit::{Exit, Failure};
use crate::pipeline::{Bench, Comparison, Depth, Ends, Judged, run as compare, with_bench};
use crate::stats::Interval;
use crate::story;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;

/// One proof: a sentence, and whether it holds.
#[derive(Clone, Debug, Serialize)]
struct Proof {
    /// `files`, `flawed`, `fixed`, `yours`, `trap:NAME`, `story`.
    about: String,
    /// What is claimed.
    claim: String,
    /// Holds, does not, or (`null`) cannot be told.
    holds: Option<bool>,
    /// What was found.
    found: String,
}

/// The proofs of one exercise.
#[derive(Clone, Debug, Serialize)]
struct Proven {
    exercise: String,
    proofs: Vec<Proof>,
    /// Every target of every variant.
    targets: BTreeMap<String, Vec<Judged>>,
    remarks: Vec<String>,
    seconds: f64,
}

/// Checks the exercises named, or all.
///
/// # Errors
/// Exit 2 for an unknown exercise; 3 when a run cannot be made.
pub async fn run(context: &Context, ids: &[String]) -> Result<Exit, Failure> {
    let exercises: Vec<&Exercise> = match ids {
        [] => context.course.exercises.iter().collect(),
        ids => ids.iter().map(|id| context.course.get(id)).collect::<Result<_, _>>()?,
    };
    let mut binaries: Vec<&str> = exercises.iter().flat_map(|one| binaries_for(one)).collect();
    binaries.sort_unstable();
    binaries.dedup();
    let needs = exercises.iter().map(|one| needs_of(one)).fold(stack::Needs::NONE, |all, one| stack::Needs {
        postgres: all.postgres || one.postgres,
        redis: all.redis || one.redis,
        rabbitmq: all.rabbitmq || one.rabbitmq,
    });
    let names: Vec<&str> = exercises.iter().map(|one| one.id.as_str()).collect();
    let command = format!("dev check {}", names.join(" "));
    let proven = with_bench(context, &command, &binaries, needs, async |bench| {
        let mut proven = Vec::new();
        for exercise in exercises {
            let one = prove(bench, exercise).await?;
            show(context, &one);
            proven.push(one);
        }
        Ok(proven)
    })
    .await?;
    if context.json {
        let object = serde_json::json!({ "exercises": proven, "machine": crate::machine::Machine::here() });
        println!("{object}");
    }
    Ok(proven.exit())
}

impl Ends for Vec<Proven> {
    fn exit(&self) -> Exit {
        let all = || self.iter().flat_map(|one| &one.proofs);
        match (all().any(|proof| proof.holds == Some(false)), all().any(|proof| proof.holds.is_none())) {
            (true, _) => Exit::NotYet,
            (false, true) => Exit::Inconclusive,
            (false, false) => Exit::Pass,
        }
    }
}

async fn prove(bench: &Bench<'_>, exercise: &Exercise) -> Result<Proven, Failure> {
    let begin = Instant::now();
    let mut proven = Proven {
        exercise: exercise.id.clone(),
        proofs: files(exercise),
        targets: BTreeMap::new(),
        remarks: Vec::new(),
        seconds: 0.0,
    };
    if exercise.story.is_some() {
        let told = story::tell(bench, exercise).await?;
        let mut report = told.report;
        proven.proofs.extend(report.targets.iter().map(|judged| Proof {
            about: "story".to_owned(),
            claim: format!("{} is reproduced", judged.name),
            holds: judged.met,
            found: found(judged),
        }));
        proven.targets.insert("story".to_owned(), std::mem::take(&mut report.targets));
        proven.remarks = report.remarks;
    } else {
        let mut candidates = vec!["fixed".to_owned()];
        candidates.extend(exercise.trap.iter().map(|trap| format!("trap:{}", trap.name)));
        let comparison = compare(bench, exercise, &candidates, Depth::Measure).await?;
        variants(exercise, &comparison, &mut proven)?;
        proven.remarks = comparison.remarks;
    }
    proven.seconds = begin.elapsed().as_secs_f64();
    Ok(proven)
}

/// What can be seen without running anything.
fn files(exercise: &Exercise) -> Vec<Proof> {
    let mut proofs = Vec::new();
    let mut claim = |about: &str, claim: &str, holds: bool, found: String| {
        proofs.push(Proof { about: about.to_owned(), claim: claim.to_owned(), holds: Some(holds), found });
    };
    claim("files", "there is a README.md", exercise.folder.join("README.md").is_file(), String::new());
    if exercise.story.is_some() {
        let known = variant::STORIES.iter().any(|story| story.id == exercise.id);
        claim("files", "the story is in variant::STORIES", known, String::new());
        return proofs;
    }
    claim("files", "there are three hints", exercise.hint.len() == 3, format!("{}", exercise.hint.len()));
    claim("yours", "yours.rs equals flawed.rs, byte by byte", outcome::is_untouched(exercise), String::new());
    let seam = variant::SEAMS.iter().find(|seam| seam.id == exercise.id);
    claim("files", "the seam is in variant::SEAMS", seam.is_some(), String::new());
    let mut declared: Vec<&str> = exercise.trap.iter().map(|trap| trap.name.as_str()).collect();
    let mut known: Vec<&str> = seam.map_or_else(Vec::new, |seam| seam.traps.to_vec());
    declared.sort_unstable();
    known.sort_unstable();
    let same = format!("exercise.toml: {}; variant::SEAMS: {}", declared.join(", "), known.join(", "));
    claim("files", "its traps are those of variant::SEAMS", declared == known && !known.is_empty(), same);
    proofs
}

/// What the run says about flawed, fixed and the traps.
fn variants(exercise: &Exercise, comparison: &Comparison, proven: &mut Proven) -> Result<(), Failure> {
    for candidate in &comparison.candidates {
        let name = &comparison.names[candidate.arm];
        let found_difference = candidate.difference.as_ref().map_or(String::new(), ToString::to_string);
        let must_differ = trap_of(exercise, name).is_some_and(|trap| trap.misses.iter().any(|name| name == BEHAVIOUR));
        proven.proofs.push(Proof {
            about: name.clone(),
            claim: if must_differ { "answers differently" } else { "behaves as flawed does" }.to_owned(),
            holds: Some(candidate.difference.is_some() == must_differ),
            found: found_difference,
        });
        proven.targets.insert(name.clone(), candidate.judged.clone());
    }
    if comparison.counted.is_empty() {
        return Ok(());
    }
    let flawed = flawed_judged(exercise, comparison)?;
    let missed: Vec<&Judged> = flawed.iter().filter(|judged| judged.met == Some(false)).collect();
    proven.proofs.push(Proof {
        about: "flawed".to_owned(),
        claim: "misses at least one target".to_owned(),
        holds: Some(!missed.is_empty()),
        found: missed.iter().map(|judged| found(judged)).collect::<Vec<_>>().join("; "),
    });
    for candidate in &comparison.candidates {
        let name = &comparison.names[candidate.arm];
        if candidate.difference.is_some() {
            continue;
        }
        let trap = trap_of(exercise, name);
        for judged in &candidate.judged {
            let must_miss = trap.is_some_and(|trap| trap.misses.contains(&judged.name));
            if trap.is_some() && !must_miss {
                continue;
            }
            proven.proofs.push(Proof {
                about: name.clone(),
                claim: format!("{} {}", if must_miss { "misses" } else { "meets" }, judged.name),
                holds: judged.met.map(|met| met != must_miss),
                found: found(judged),
            });
        }
        for name_missed in trap.map_or(&[][..], |trap| &trap.misses) {
            if name_missed != BEHAVIOUR && !candidate.judged.iter().any(|judged| judged.name == *name_missed) {
                proven.proofs.push(Proof {
                    about: name.clone(),
                    claim: format!("misses {name_missed}"),
                    holds: Some(false),
                    found: "no target has this name".to_owned(),
                });
            }
        }
    }
    proven.targets.insert("flawed".to_owned(), flawed);
    Ok(())
}

fn trap_of<'a>(exercise: &'a Exercise, candidate: &str) -> Option<&'a TrapSpec> {
    exercise.trap.iter().find(|trap| candidate.strip_prefix("trap:") == Some(&trap.name))
}

/// Flawed against itself: its counts and its growth as they are, every ratio exactly 1.
fn flawed_judged(exercise: &Exercise, comparison: &Comparison) -> Result<Vec<Judged>, Failure> {
    let counts = &comparison.counted[0].counts;
    let one = Interval { estimate: 1.0, low: 1.0, high: 1.0 };
    let mut ratios: BTreeMap<String, Interval> = comparison
        .candidates
        .iter()
        .flat_map(|candidate| candidate.ratios.keys())
        .map(|name| (name.clone(), one))
        .collect();
    ratios.extend(["p50", "p95", "p99", "mean"].map(|name| (name.to_owned(), one)));
    ratios.extend(comparison.growth.first().cloned().unwrap_or_default());
    let evidence = crate::pipeline::Evidence { baseline: counts, candidate: counts, ratios: Some(&ratios) };
    crate::pipeline::judge(&exercise.target, &evidence)
}

fn found(judged: &Judged) -> String {
    let number = |value: f64| crate::report::number(value);
    let value = match (judged.interval, judged.value) {
        (Some(ratio), _) => format!("{:.2} [{:.2}–{:.2}]", ratio.estimate, ratio.low, ratio.high),
        (None, Some(value)) => number(value),
        (None, None) => "too few samples".to_owned(),
    };
    format!(
        "{} {value}, {} {}",
        judged.name,
        if judged.at_least { "at least" } else { "at most" },
        number(judged.limit)
    )
}

fn show(context: &Context, proven: &Proven) {
    let terminal = context.terminal;
    let mut text = format!("{} ({:.0} s)\n", terminal.strong(&proven.exercise), proven.seconds);
    for proof in &proven.proofs {
        let mark = match proof.holds {
            Some(true) => terminal.good("✓"),
            Some(false) => terminal.bad("✗"),
            None => "?".to_owned(),
        };
        let found = if proof.found.is_empty() { String::new() } else { format!("  {}", terminal.quiet(&proof.found)) };
        text.push_str(&format!("  {mark} {:<18} {}{found}\n", proof.about, proof.claim));
    }
    for remark in &proven.remarks {
        text.push_str(&format!("  ! {remark}\n"));
    }
    if context.json {
        eprint!("{text}");
    } else {
        print!("{text}");
    }
}
