//! A phase's condition: what is done to an arm and its partners before the load, beside it and after it.

use super::Bench;
use super::passed::Passed;
use crate::arms::{Arm, Second, partners, start_again};
use crate::exercise::Phase;
use crate::exit::Failure;
use futures_util::future::try_join_all;
use http::Uri;
use load::{KeptAnswer, Mix, Request, Schedule, SliceOptions, SliceResult};
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// What a phase asks of every arm.
pub(super) struct PhaseLoad<'a> {
    pub phase: &'a Phase,
    pub mix: Mix,
    pub schedule: Schedule,
    pub options: SliceOptions,
}

/// What one arm did under the condition.
pub(super) struct Endured {
    pub partners: Option<Uri>,
    pub calls_before: BTreeMap<&'static str, partners::Calls>,
    pub result: SliceResult,
    /// What its second process did, where it had one.
    pub second: Option<Seconded>,
}

/// What a second process did.
pub(super) struct Seconded {
    result: SliceResult,
    passed: Passed,
}

impl Endured {
    /// The answers that are compared, of each process.
    pub fn take_answers(&mut self) -> Vec<Vec<KeptAnswer>> {
        let second = self.second.as_mut().map(|second| &mut second.result);
        std::iter::once(&mut self.result).chain(second).map(|result| std::mem::take(&mut result.kept)).collect()
    }

    /// Requests whose spans arrive.
    pub fn sampled(&self) -> u64 {
        self.result.sampled + self.second.as_ref().map_or(0, |second| second.result.sampled)
    }
}

impl Seconded {
    /// Its error share, and what it asked of others per request, counted at its relays.
    pub fn counts(&self) -> BTreeMap<String, f64> {
        let errors = self.result.errors as f64 / self.result.offered.max(1) as f64;
        let mut counts = BTreeMap::from([("error_share".to_owned(), errors)]);
        counts.extend(
            super::outside::per_request(&self.passed).into_iter().map(|(name, value)| (name.to_owned(), value)),
        );
        counts
    }
}

/// Drives one arm under the phase's condition, and takes the condition away again.
pub(super) async fn endure(
    bench: &Bench<'_>,
    load: &PhaseLoad<'_>,
    arm: &mut Arm,
    probe: &Request,
) -> Result<Endured, Failure> {
    let phase = load.phase;
    let partners = arm.partners.clone();
    let calls_before = calls(bench, partners.as_ref()).await?;
    let mut undo: Vec<(&str, Value)> = Vec::new();
    for (name, behaviour) in &phase.partners {
        if let Some(base) = &partners {
            undo.push((name, partners::set(&bench.driver, base, name, behaviour).await?));
        }
    }
    for dependency in &phase.cut {
        arm.take_away(dependency, true)?;
    }
    let driven = async {
        match phase.second {
            None => Ok((bench.driver.slice(arm.base(), &load.mix, &load.schedule, load.options).await, None)),
            Some(second) => beside(bench, load, arm, (Duration::from_millis(second.after_ms), probe)).await,
        }
    };
    let breaking =
        try_join_all(phase.breaks_every_ms.iter().map(|(dependency, every)| break_again(arm, dependency, *every)));
    let (result, second) = tokio::select! {
        driven = driven => driven?,
        Err(failure) = breaking, if !phase.breaks_every_ms.is_empty() => return Err(failure),
    };
    bench.tell_slice(&arm.spec.name, &phase.name, (1, 1), &result);
    if phase.kill {
        // Before it gets back what was cut: whatever it has not written down by now is lost.
        arm.process.kill().await;
    } else {
        arm.check()?;
    }
    for dependency in &phase.cut {
        arm.take_away(dependency, false)?;
    }
    if phase.kill {
        start_again(arm, bench.test_bed, &bench.driver, probe).await?;
        arm.check()?;
    }
    for (name, before) in undo {
        if let Some(base) = &partners {
            partners::set(&bench.driver, base, name, &before).await?;
        }
    }
    Ok(Endured { partners, calls_before, result, second })
}

/// Asks the arm and, so much later, a second process beside it the same.
async fn beside(
    bench: &Bench<'_>,
    load: &PhaseLoad<'_>,
    arm: &Arm,
    (later, probe): (Duration, &Request),
) -> Result<(SliceResult, Option<Seconded>), Failure> {
    let second = Second::start(arm, bench.test_bed, &bench.driver, probe).await?;
    let (before, began) = (second.traffic(), Instant::now());
    let first = bench.driver.slice(arm.base(), &load.mix, &load.schedule, load.options);
    let other = async {
        tokio::time::sleep(later).await;
        bench.driver.slice(second.base(), &load.mix, &load.schedule, load.options).await
    };
    let (first, other) = tokio::join!(first, other);
    second.check(arm)?;
    let passed = Passed::between(&before, &second.traffic(), began.elapsed().as_secs_f64(), other.offered);
    second.stop().await;
    Ok((first, Some(Seconded { result: other, passed })))
}

/// Breaks the arm's connections with a dependency again and again.
async fn break_again(arm: &Arm, dependency: &str, every_ms: u64) -> Result<Infallible, Failure> {
    loop {
        tokio::time::sleep(Duration::from_millis(every_ms)).await;
        arm.break_connections(dependency)?;
    }
}

/// What has reached the partners, by name.
pub(super) async fn calls(
    bench: &Bench<'_>,
    partners: Option<&Uri>,
) -> Result<BTreeMap<&'static str, partners::Calls>, Failure> {
    let mut calls = BTreeMap::new();
    if let Some(base) = partners {
        for name in partners::PARTNERS {
            calls.insert(name, partners::calls(&bench.driver, base, name).await?);
        }
    }
    Ok(calls)
}
