//! One long recording of several arms, interleaved as a measurement is; its disjoint windows are the runs that are judged.

use crate::exit::Failure;
use crate::load::{Driver, Mix, Schedule, SliceOptions};
use crate::pipeline::ArmLatency;
use crate::stats;
use crate::terminal::Progress;
use http::Uri;
use std::time::{Duration, Instant};

/// Void rounds, as a share of the planned, beyond which the recording is worth nothing.
const VOID: f64 = 0.5;

/// One arm: a server and what it is asked.
#[derive(Clone, Debug)]
pub struct Arm {
    /// How much longer its work takes than the first arm's, as a share.
    pub effect: f64,
    /// Where it serves.
    pub base: Uri,
    /// Its requests.
    pub mix: Mix,
}

/// How it is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Rounds in all.
    pub rounds: usize,
    /// Length of a slice.
    pub slice: Duration,
    /// Arrivals per second.
    pub rate_rps: f64,
    /// Seed of order and schedules.
    pub seed: u64,
}

/// What was recorded.
#[derive(Clone, Debug)]
pub struct Recording {
    /// By arm; the first is the baseline.
    pub arms: Vec<ArmLatency>,
    /// Rounds left out, and the last reason.
    pub voided: (usize, String),
    /// Seconds a round takes for each arm in it.
    pub seconds_per_round_and_arm: f64,
}

/// Records all rounds. The order within a round, the schedules and the rules for void slices are those of a measurement.
///
/// # Errors
/// Exit 4 when most rounds are void.
pub async fn record(driver: &Driver, arms: &[Arm], plan: Plan, progress: &Progress) -> Result<Recording, Failure> {
    let mut kept = vec![ArmLatency::default(); arms.len()];
    let mut voided = (0, String::new());
    let begin = Instant::now();
    for (round, order) in stats::order(arms.len(), plan.rounds, plan.seed).into_iter().enumerate() {
        let mut slices = vec![Vec::with_capacity(2); arms.len()];
        let mut why = None;
        for arm in order {
            let seed = plan.seed.wrapping_add((round * 2 + slices[arm].len()) as u64);
            let schedule = Schedule::poisson(plan.rate_rps, plan.slice, &arms[arm].mix, seed);
            let options = SliceOptions::default();
            let result = driver.slice(&arms[arm].base, &arms[arm].mix, &schedule, options).await;
            why = why.or_else(|| result.voided.first().map(ToString::to_string));
            slices[arm].push(result);
        }
        progress.one();
        if let Some(why) = why {
            voided = (voided.0 + 1, why);
            continue;
        }
        for (arm, slices) in kept.iter_mut().zip(slices) {
            arm.requests += slices.iter().map(|slice| slice.requests).sum::<u64>();
            if let Ok([first, second]) = <[_; 2]>::try_from(slices) {
                arm.rounds.push([first.latency, second.latency]);
            }
        }
    }
    if voided.0 as f64 > VOID * plan.rounds as f64 {
        return Err(Failure::inconclusive(format!(
            "{} of {} rounds are void; the last reason: {}",
            voided.0, plan.rounds, voided.1
        ))
        .remedy("a quieter machine helps; `cargo lab doctor` says what is busy"));
    }
    let seconds_per_round_and_arm = begin.elapsed().as_secs_f64() / (plan.rounds * arms.len()) as f64;
    Ok(Recording { arms: kept, voided, seconds_per_round_and_arm })
}
