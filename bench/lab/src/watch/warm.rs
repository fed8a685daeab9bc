//! The bench between saves: servers, template, the other services and the baseline stay up; only the candidate is rebuilt,
//! started anew and judged, by behaviour and counts.
//!
//! Baseline and candidate are one binary, and a save makes a new one; the baseline goes on running the old. For counts that is
//! right: they come from `flawed.rs` and from what is around it, and a save of `yours.rs` changes neither. For the same reason
//! its counts are taken once. Latency would be another matter, two builds being two layouts: it is never timed here, and a
//! measurement starts both arms from the new binary.

use super::check_result::CheckResult;
use super::files::is_code;
use super::stopwatch::Stopwatch;
use crate::arms::{Arm, ArmSpec, Binaries, Shop, ShopSpec, build, programs_and_tests, shown};
use crate::exercise::{Course, Exercise, probe};
use crate::exit::Failure;
use crate::pipeline::{
    Asking, Bench, Candidate, Comparison, Counted, Difference, SAMPLED_WHILE_TIMED, SEED, TraceSlice, compare,
    contract_holds, count, first_under_load, new_seed, reconcile,
};
use crate::report::Report;
use crate::terminal::Terminal;
use crate::verdict::{Evidence, TargetOutcome, judge};
use load::{Mix, Request, SliceOptions};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Requests that fill caches and pools before anything is counted, and how much quicker than the load they come.
const WARM: f64 = 24.0;
const HASTE: f64 = 3.0;
/// Traced requests of an arm, and the longest their slice may take: a quarter of what `check` takes, because somebody waits.
const TRACED: f64 = 25.0;
const TRACED_CAP: f64 = 1.5;

/// A bench that stays up.
pub struct Warm<'b, 'c> {
    bench: &'b Bench<'c>,
    exercise: Exercise,
    /// The exercise as it was drawn when the baseline was counted: what is counted later is asked the same.
    drawn: Exercise,
    binaries: Binaries,
    shop: Option<Shop>,
    baseline: Option<Counted>,
    candidate: Option<Arm>,
    started: usize,
    stale: bool,
}

impl<'b, 'c> Warm<'b, 'c> {
    /// Nothing runs yet.
    pub fn new(bench: &'b Bench<'c>, exercise: Exercise) -> Self {
        let (binaries, drawn) = (Binaries::new(), exercise.clone());
        Self { bench, exercise, drawn, binaries, shop: None, baseline: None, candidate: None, started: 0, stale: false }
    }

    /// The exercise, as it was last read.
    pub fn exercise(&self) -> &Exercise {
        &self.exercise
    }

    /// Files of the exercise were saved: whatever is not the learner's own is part of the baseline too.
    pub fn saved(&mut self, files: &[PathBuf]) {
        self.stale |= files.iter().any(|file| is_code(file) && !is_learners(file));
    }

    /// Builds, starts the candidate, compares its answers and counts its calls.
    ///
    /// # Errors
    /// Exit 2 or 3; [`Stopwatch::now`] says in which phase.
    pub async fn check(&mut self, untouched: bool, stopwatch: &mut Stopwatch) -> Result<CheckResult, Failure> {
        let arms: &[&str] = if untouched { &["flawed"] } else { &["flawed", "yours"] };
        self.bench.feed.again(&self.exercise.id, arms);
        self.build(stopwatch).await?;
        if self.baseline.is_none() {
            self.drawn = self.exercise.drawn(new_seed())?;
        }
        let probe = probe(&self.exercise)?;
        stopwatch.begin("start");
        if writes(&self.exercise) {
            self.stop_shop().await;
        }
        if self.shop.is_none() {
            self.start_shop(&probe).await?;
        }
        let mix = self.mix().await?;
        if self.baseline.is_none() {
            stopwatch.begin("baseline");
            self.count_baseline(&mix).await?;
        }
        if untouched {
            return self.seen(None, None, stopwatch);
        }
        stopwatch.begin("start");
        self.start_candidate(&probe).await?;
        stopwatch.begin("behaviour");
        let (Some(shop), Some(candidate)) = (&self.shop, &self.candidate) else {
            return Err(Failure::unfit("the arms of the watch are gone"));
        };
        let asking = Asking::first(&self.exercise.drawn(new_seed())?);
        self.bench.feed.step(&format!("behaviour: {} cases", asking.len()));
        let (asked, tested) =
            tokio::try_join!(compare(&self.bench.driver, &asking, &shop.arms[0], candidate), self.contract_holds())?;
        let difference = asked.or(tested);
        if difference.is_some() {
            return self.seen(difference, None, stopwatch);
        }
        stopwatch.begin("counts");
        let counted = self.count(candidate, &mix).await?;
        candidate.printed().iter().for_each(|printed| self.bench.context.terminal.step(printed));
        let answers = [self.baseline.as_ref().map_or(&[][..], |one| &one.answers), &counted.answers[..]];
        let answers: Vec<_> = answers.iter().map(|answers| answers.to_vec()).collect();
        if let Some((_, difference)) = first_under_load(&mix, &self.drawn.load.requests, &answers) {
            return self.seen(Some(difference), None, stopwatch);
        }
        self.seen(None, Some(counted), stopwatch)
    }

    /// Builds, and stops what was started for saves: a measurement starts its own arms, and must be alone.
    ///
    /// # Errors
    /// Exit 2 or 3.
    pub async fn ready_to_measure(&mut self, stopwatch: &mut Stopwatch) -> Result<Bench<'c>, Failure> {
        self.bench.feed.again(&self.exercise.id, &[]);
        self.build(stopwatch).await?;
        self.stop_shop().await;
        stopwatch.begin("measure");
        Ok(self.bench.with(self.binaries.clone()))
    }

    /// Ends everything.
    pub async fn stop(&mut self) {
        self.stop_candidate().await;
        self.stop_shop().await;
    }

    /// Builds while the last candidate ends; after a change of the exercise itself everything starts anew.
    async fn build(&mut self, stopwatch: &mut Stopwatch) -> Result<(), Failure> {
        stopwatch.begin("build");
        let context = self.bench.context;
        let first = self.binaries.is_empty();
        if self.stale {
            self.exercise = Course::read(&context.course.root)?.get(&self.exercise.id)?.clone();
        }
        // Only the first build takes long enough to want cargo's own progress.
        let terminal = if first { context.terminal } else { Terminal { moving: false, ..context.terminal } };
        let exercise = self.exercise.clone();
        let programs = programs_and_tests(&exercise);
        self.bench.feed.step(&format!("building {}", shown(&programs)));
        let (root, ledger) = (&context.course.root, self.bench.test_bed.ledger());
        let (built, ()) = tokio::join!(build(root, &programs, terminal, ledger), self.stop_candidate());
        self.binaries.extend(built?);
        if self.stale {
            self.stop_shop().await;
            self.baseline = None;
            self.stale = false;
        }
        Ok(())
    }

    /// The tests of the contract, as they were built with the candidate.
    async fn contract_holds(&self) -> Result<Option<Difference>, Failure> {
        contract_holds(&self.bench.with(self.binaries.clone()), &self.exercise, "yours").await
    }

    /// The load; tokens of customers live for a quarter of an hour, less than a session of watching.
    async fn mix(&mut self) -> Result<Mix, Failure> {
        let Some(shop) = &mut self.shop else { return Err(Failure::unfit("the baseline of the watch is gone")) };
        shop.log_in(&self.bench.driver, &self.exercise).await?;
        shop.mix(&self.drawn, 0)
    }

    async fn start_shop(&mut self, probe: &Request) -> Result<(), Failure> {
        self.bench.feed.step("starting the baseline");
        let bench = self.bench;
        let spec = self.spec(vec![self.arm("flawed")]);
        let shop = Shop::start(bench.test_bed, &bench.receiver, &bench.driver, probe, spec).await?;
        self.shop = Some(shop);
        Ok(())
    }

    async fn count_baseline(&mut self, mix: &Mix) -> Result<(), Failure> {
        let counted = match &self.shop {
            Some(shop) => self.count(&shop.arms[0], mix).await?,
            None => return Ok(()),
        };
        self.baseline = Some(counted);
        Ok(())
    }

    async fn start_candidate(&mut self, probe: &Request) -> Result<(), Failure> {
        let Some(shop) = &self.shop else { return Ok(()) };
        self.bench.feed.step("starting yours");
        self.started += 1;
        let bench = self.bench;
        let around = (bench.test_bed, &*bench.receiver, &bench.driver);
        let arm = shop.extra_arm(self.started, self.arm("yours"), around, probe, &self.spec(Vec::new())).await?;
        self.candidate = Some(arm);
        Ok(())
    }

    /// The candidate gets another database each time: what an earlier version wrote must not help the next.
    async fn stop_candidate(&mut self) {
        if let Some(arm) = self.candidate.take() {
            let database = arm.database.clone();
            arm.stop().await;
            self.bench.test_bed.give_back(&database).await;
        }
    }

    async fn stop_shop(&mut self) {
        if let Some(shop) = self.shop.take() {
            shop.stop(self.bench.test_bed).await;
        }
    }

    async fn count(&self, arm: &Arm, mix: &Mix) -> Result<Counted, Failure> {
        let load = &self.drawn.load;
        self.bench.feed.step(&format!("counting: {}", arm.spec.name));
        let haste = load.rate_rps * HASTE;
        let warming = SliceOptions { sampled: SAMPLED_WHILE_TIMED, ..SliceOptions::default() };
        let warm = load.arrivals.schedule(haste, Duration::from_secs_f64(WARM / haste), mix, !SEED);
        self.bench.driver.slice(arm.base(), mix, &warm, warming).await;
        arm.check()?;
        let slice = TraceSlice::of_exercise(&self.drawn, TRACED, TRACED_CAP);
        count(self.bench, arm, &self.drawn, mix, &[slice]).await
    }

    fn arm(&self, variant: &str) -> ArmSpec {
        ArmSpec::of(&self.exercise, variant)
    }

    fn spec(&self, arms: Vec<ArmSpec>) -> ShopSpec<'_> {
        ShopSpec::of(&self.exercise, arms, &self.binaries, &self.bench.logs)
    }

    fn seen(
        &self,
        difference: Option<crate::pipeline::Difference>,
        counted: Option<Counted>,
        stopwatch: &Stopwatch,
    ) -> Result<CheckResult, Failure> {
        let untouched = difference.is_none() && counted.is_none();
        let mut baseline = self.baseline.clone().unwrap_or_default();
        let mut candidate = match (&difference, counted) {
            (None, None) => Some(baseline.clone()),
            (_, counted) => counted,
        };
        let names = vec!["flawed".to_owned(), "yours".to_owned()];
        let mut remarks = Vec::new();
        if let Some(counted) = candidate.take() {
            let mut both = [baseline, counted];
            remarks = reconcile(&names, &mut both);
            let [first, second] = both;
            (baseline, candidate) = (first, Some(second));
        }
        let evidence = candidate.as_ref().map(|candidate| (&baseline.counts, &candidate.counts));
        let (judged, untold) = evidence.map_or_else(Default::default, |(was, is)| told(&self.exercise, was, is));
        self.bench.tell_targets(&judged);
        let requests = candidate.as_ref().map_or(0, |one| one.analysis.requests);
        let one = Candidate { arm: 1, difference, ratios: BTreeMap::new(), judged, mde: None };
        let comparison = Comparison {
            names,
            counted: candidate.map_or_else(Vec::new, |candidate| vec![baseline, candidate]),
            latency: None,
            candidates: vec![one.clone()],
            growth: Vec::new(),
            placebo: None,
            remarks,
            seed: self.drawn.load.seed,
            compared: 0,
            seconds: stopwatch.seconds(),
        };
        Ok(CheckResult {
            report: Report::of(&self.exercise, &comparison, &one, None, &self.bench.machine),
            untold,
            cases: self.exercise.behaviour.len(),
            requests,
            untouched,
            phases: stopwatch.phases(),
            seconds: stopwatch.seconds(),
        })
    }
}

/// The targets that counts tell, judged; and the names of the others.
fn told(
    exercise: &Exercise,
    baseline: &BTreeMap<String, f64>,
    candidate: &BTreeMap<String, f64>,
) -> (Vec<TargetOutcome>, Vec<String>) {
    let evidence = Evidence { baseline, candidate, ratios: None };
    let (mut judged, mut untold) = (Vec::new(), Vec::new());
    for target in &exercise.target {
        match judge(std::slice::from_ref(target), &evidence) {
            Ok(found) if !found.is_empty() => judged.extend(found),
            // Timed, or counted under a load that a save does not wait for.
            Ok(_) | Err(_) => untold.push(target.name.clone()),
        }
    }
    (judged, untold)
}

/// Requests that may leave something behind: then both arms start from a fresh database at every save, or they would be
/// compared after different histories. By the method alone, so a GraphQL query counts as one: half a second too much.
fn writes(exercise: &Exercise) -> bool {
    let methods = exercise.load.requests.iter().map(|one| one.method.as_str());
    methods.chain(exercise.behaviour.iter().map(|case| case.method.as_str())).any(|method| method != "GET")
}

fn is_learners(file: &Path) -> bool {
    file == Path::new("src/yours.rs") || file.starts_with("src/yours")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_learners_own_file_leaves_the_baseline_alone() {
        let stale = |file: &str| is_code(Path::new(file)) && !is_learners(Path::new(file));
        assert!(!stale("src/yours.rs") && !stale("src/yours/inner.rs") && !stale("README.md"));
        assert!(stale("src/flawed.rs") && stale("exercise.toml") && stale("src/lib.rs"));
    }
}
