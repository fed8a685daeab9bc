//! Where the later stages stand beside the chapter's figures, read before anything is counted, so that delays can be aimed at them.

use crate::arms::Shop;
use crate::exercise::StorySpec;
use crate::exit::Failure;
use crate::pipeline::{Bench, Harness as _, Plan, SAMPLED_WHILE_TIMED, SystemUnderTest as _};
use load::{Mix, SliceOptions, histogram};

/// Slices of each stage: with the story's load about 65 requests.
const SLICES: usize = 4;
/// First seed of the schedules, apart from those of the corrections and of the run.
const SEED: u64 = 0xA1_0000;
/// A first fix that saves less than this share of the first stage does nothing that delays could be aimed with.
const LEAST_SAVED: f64 = 0.1;

/// What the stages took beside the chapter's figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Offset {
    /// How much more of the first stage's time the later stages take than the chapter says, on average: −1 to 1.
    pub too_long: f64,
    /// Share of the first stage's time that the first fix saves.
    pub saved: f64,
}

/// Drives every stage in turn, in mirrored order, and reads the medians where clients read.
///
/// # Errors
/// Exit 3 when a service ends.
pub(super) async fn read(
    bench: &Bench<'_>,
    shop: &Shop,
    story: &StorySpec,
    mix: &Mix,
    plan: Plan,
) -> Result<Option<Offset>, Failure> {
    let mut latency = vec![histogram(); shop.arms.len()];
    for number in 0..SLICES {
        let schedule = plan.arrivals.schedule(plan.rate_rps, plan.slice, mix, SEED + number as u64);
        let mut order: Vec<usize> = (0..shop.arms.len()).collect();
        if number % 2 == 1 {
            order.reverse();
        }
        for stage in order {
            let arm = &shop.arms[stage];
            let options =
                SliceOptions { timeout: plan.timeout, sampled: SAMPLED_WHILE_TIMED, ..SliceOptions::default() };
            let result = bench.driver.slice(arm.base(), mix, &schedule, options).await;
            bench.tell(arm.name(), "warmup", (number + 1, SLICES), &result);
            arm.check()?;
            // Both histograms are made alike, so one can always be added to the other.
            let _ = latency[stage].add(&result.latency);
        }
    }
    let medians: Vec<f64> = latency.iter().map(|stage| stage.value_at_quantile(0.5) as f64).collect();
    Ok(offset(story, &medians))
}

/// From the median of every stage, in any unit; `None` where there is nothing to aim with.
fn offset(story: &StorySpec, medians: &[f64]) -> Option<Offset> {
    let (first, later) = medians.split_first().filter(|(first, later)| **first > 0.0 && !later.is_empty())?;
    let chapter = story.stages[1..].iter().map(|stage| stage.p95_ms / story.stages[0].p95_ms);
    let too_long: f64 = later.iter().zip(chapter).map(|(here, told)| here / first - told).sum();
    let saved = 1.0 - later[0] / first;
    (saved >= LEAST_SAVED).then_some(Offset { too_long: too_long / later.len() as f64, saved })
}

#[cfg(test)]
mod tests {
    use super::{Offset, offset};
    use crate::exercise::StorySpec;

    fn story() -> StorySpec {
        let stage = |p95: u32| {
            format!("[[stages]]\nname = \"{p95}\"\nvariants = \"*=fixed\"\np95_ms = {p95}\ndb_queries = [1, 2]\n")
        };
        let stages = [400, 280, 180].map(stage).concat();
        toml::from_str(&format!("tolerance = {{ ratio = 0.05, share = 0.05 }}\nintended = {{ db = 0.44 }}\n{stages}"))
            .unwrap()
    }

    #[test]
    fn stages_that_take_what_the_chapter_says_are_not_off() {
        let Offset { too_long, saved } = offset(&story(), &[40.0, 28.0, 18.0]).unwrap();
        assert!(too_long.abs() < 1e-9 && (saved - 0.3).abs() < 1e-9, "{too_long} {saved}");
        let Offset { too_long, .. } = offset(&story(), &[40.0, 30.0, 20.0]).unwrap();
        assert!((too_long - 0.05).abs() < 1e-9, "{too_long}");
    }

    #[test]
    fn nothing_can_be_aimed_where_the_first_fix_saves_nothing_or_nothing_was_read() {
        assert_eq!(offset(&story(), &[40.0, 39.0, 18.0]), None);
        assert_eq!(offset(&story(), &[0.0, 0.0, 0.0]), None);
        assert_eq!(offset(&story(), &[40.0]), None);
    }
}
