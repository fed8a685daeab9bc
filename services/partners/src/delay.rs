//! How long a partner takes to answer: a distribution, and a share of calls that are slower still.

use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// No call is delayed longer than this, whatever is drawn.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);
const LONGEST_MS: f64 = 60_000.0;
/// The 99th percentile of the standard normal distribution.
const Z99: f64 = 2.326_347_874_040_841;

/// A distribution of delays, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case", deny_unknown_fields)]
pub enum Delay {
    /// Every call the same.
    Constant {
        /// 0 to 60,000.
        ms: f64,
    },
    /// Every value between the two is as likely as any other.
    Uniform {
        /// The shortest, at least 0.
        low_ms: f64,
        /// The longest, at most 60,000.
        high_ms: f64,
    },
    /// Many near the median and a long tail above it, as services on a network have.
    Lognormal {
        /// Half of the calls are shorter; above 0.
        median_ms: f64,
        /// One call in a hundred is longer; at least the median, at most 60,000.
        p99_ms: f64,
    },
}

/// A share of the calls takes a multiple of what was drawn: a cold cache or a sick replica over there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slow {
    /// How many of the calls: 0 to 1.
    pub share: f64,
    /// How many times slower: 1 to 1,000.
    pub times: f64,
}

impl Slow {
    /// No call is slower than the distribution says.
    pub const NEVER: Self = Self { share: 0.0, times: 1.0 };

    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn check(&self) -> Result<(), String> {
        let fits = (0.0..=1.0).contains(&self.share) && (1.0..=1000.0).contains(&self.times);
        if fits { Ok(()) } else { Err("slow: share must be 0 to 1 and times 1 to 1000".to_owned()) }
    }
}

impl Delay {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn check(&self) -> Result<(), String> {
        let (ordered, rule) = match *self {
            Self::Constant { ms } => ((0.0..=LONGEST_MS).contains(&ms), "ms must be 0 to 60000"),
            Self::Uniform { low_ms, high_ms } => (
                0.0 <= low_ms && low_ms <= high_ms && high_ms <= LONGEST_MS,
                "must hold 0 <= low_ms <= high_ms <= 60000",
            ),
            Self::Lognormal { median_ms, p99_ms } => (
                0.0 < median_ms && median_ms <= p99_ms && p99_ms <= LONGEST_MS,
                "must hold 0 < median_ms <= p99_ms <= 60000",
            ),
        };
        if ordered { Ok(()) } else { Err(format!("delay: {rule}")) }
    }

    /// Draws the delay of one call. The same generator in the same state gives the same delay.
    pub fn draw(&self, slow: Slow, random: &mut impl Rng) -> Duration {
        let ms = match *self {
            Self::Constant { ms } => ms,
            Self::Uniform { low_ms, high_ms } => low_ms + (high_ms - low_ms) * random.random::<f64>(),
            Self::Lognormal { median_ms, p99_ms } => {
                let sigma = (p99_ms / median_ms).ln() / Z99;
                median_ms * (sigma * normal(random)).exp()
            }
        };
        let times = if random.random::<f64>() < slow.share { slow.times } else { 1.0 };
        Duration::from_secs_f64((ms * times).clamp(0.0, LONGEST_MS) / 1000.0)
    }
}

/// A draw of the standard normal distribution, by Box and Muller.
fn normal(random: &mut impl Rng) -> f64 {
    let radius: f64 = 1.0 - random.random::<f64>();
    let angle: f64 = random.random();
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    fn sorted_draws(delay: Delay, slow: Slow) -> Vec<f64> {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut drawn: Vec<f64> = (0..40_000).map(|_| delay.draw(slow, &mut random).as_secs_f64() * 1000.0).collect();
        drawn.sort_by(f64::total_cmp);
        drawn
    }

    fn quantile(sorted: &[f64], p: f64) -> f64 {
        sorted[((sorted.len() - 1) as f64 * p) as usize]
    }

    #[test]
    fn a_lognormal_delay_has_the_declared_median_and_p99() {
        let drawn = sorted_draws(Delay::Lognormal { median_ms: 100.0, p99_ms: 300.0 }, Slow::NEVER);
        assert!((quantile(&drawn, 0.5) / 100.0 - 1.0).abs() < 0.02, "median {}", quantile(&drawn, 0.5));
        assert!((quantile(&drawn, 0.99) / 300.0 - 1.0).abs() < 0.05, "p99 {}", quantile(&drawn, 0.99));
        assert!(drawn[0] > 0.0);
    }

    #[test]
    fn a_uniform_delay_stays_between_its_bounds_and_fills_them_evenly() {
        let drawn = sorted_draws(Delay::Uniform { low_ms: 10.0, high_ms: 20.0 }, Slow::NEVER);
        assert!(drawn[0] >= 10.0 && drawn[drawn.len() - 1] <= 20.0);
        for p in [0.1, 0.5, 0.9] {
            assert!((quantile(&drawn, p) - (10.0 + 10.0 * p)).abs() < 0.2, "{p}: {}", quantile(&drawn, p));
        }
    }

    #[test]
    fn the_slow_share_is_as_large_and_as_slow_as_declared() {
        let drawn = sorted_draws(Delay::Constant { ms: 10.0 }, Slow { share: 0.05, times: 8.0 });
        let slow = drawn.iter().filter(|ms| **ms > 79.0).count() as f64 / drawn.len() as f64;
        assert!((slow - 0.05).abs() < 0.005, "{slow}");
        assert!(drawn.iter().all(|ms| (ms - 10.0).abs() < 1e-6 || (ms - 80.0).abs() < 1e-6));
    }

    #[test]
    fn no_delay_passes_a_minute() {
        let drawn = sorted_draws(Delay::Constant { ms: 50_000.0 }, Slow { share: 1.0, times: 1000.0 });
        assert!(drawn.iter().all(|ms| (ms - 60_000.0).abs() < 1e-6));
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        for wrong in [
            Delay::Constant { ms: -1.0 },
            Delay::Constant { ms: f64::NAN },
            Delay::Constant { ms: 60_001.0 },
            Delay::Uniform { low_ms: 5.0, high_ms: 4.0 },
            Delay::Lognormal { median_ms: 0.0, p99_ms: 4.0 },
            Delay::Lognormal { median_ms: 5.0, p99_ms: 4.0 },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
        assert!(Slow { share: 1.1, times: 2.0 }.check().is_err());
        assert!(Slow { share: 0.1, times: 0.5 }.check().is_err());
    }
}
