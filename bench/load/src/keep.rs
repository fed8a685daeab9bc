//! Which answers of a slice are kept, so that they can be compared when it is over.

use super::body;
use super::client::Answer;
use super::mix::Mix;
use super::request::Request;
use http::HeaderMap;

/// Which answers are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Keep {
    /// None.
    #[default]
    Nothing,
    /// Every one.
    All,
    /// A share of them, drawn by seed and place in the schedule. Nothing of the choice is in the request, so a service cannot
    /// know of it; two slices with the same schedule and seed keep the same places.
    Share {
        /// From 0 to 1.
        share: f64,
        /// Two seeds keep different places.
        seed: u64,
    },
}

impl Keep {
    /// Whether the answer to the arrival at `place` is kept.
    pub fn keeps(self, place: usize) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            // 53 bits are what a double holds exactly.
            Self::Share { share, seed } => share > (scattered(seed, place as u64) >> 11) as f64 / (1_u64 << 53) as f64,
        }
    }
}

/// A number that shows nothing of the two it was made from: the finaliser of SplitMix64 (Steele, Lea and Flood 2014), twice.
fn scattered(seed: u64, place: u64) -> u64 {
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    mix(mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)).wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

/// An answer as it came: nothing is decoded before somebody asks.
#[derive(Debug, Clone)]
pub struct KeptAnswer {
    /// Its arrival's place in the schedule.
    pub place: usize,
    /// Which request of the mix.
    pub request: usize,
    /// Whether the request calls it right: by its status, and by a text where it asks for one.
    pub is_right: bool,
    pub(super) trace_id: [u8; 16],
    pub(super) raw: Raw,
}

/// An answer before it is decoded.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: body::Read,
}

impl KeptAnswer {
    /// The answer, decoded; `mix` is what the slice was driven with.
    ///
    /// # Errors
    /// The body is not what its headers promise.
    pub fn answer(&self, mix: &Mix) -> anyhow::Result<Answer> {
        let Raw { status, headers, body } = self.raw.clone();
        mix.request(self.request).answer(status, headers, body, self.trace_id)
    }
}

impl Request {
    /// An answer as whoever asked reads it.
    ///
    /// # Errors
    /// The body is not what its headers promise.
    pub(super) fn answer(
        &self,
        status: u16,
        headers: HeaderMap,
        body: body::Read,
        trace_id: [u8; 16],
    ) -> anyhow::Result<Answer> {
        let response = self.decode(status, &headers, body, true)?;
        Ok(Answer { status: response.status, headers, body: response.body.unwrap_or_default(), trace_id })
    }
}

#[cfg(test)]
mod tests {
    use super::Keep;

    #[test]
    fn a_share_is_kept_by_seed_and_place_alone() {
        let kept = |share: f64, seed: u64| -> Vec<usize> {
            (0..10_000).filter(|place| Keep::Share { share, seed }.keeps(*place)).collect()
        };
        let (one, same, other) = (kept(0.2, 7), kept(0.2, 7), kept(0.2, 8));
        assert_eq!(one, same);
        // 10,000 draws of 0.2: a standard deviation is 40.
        assert!((1_800..2_200).contains(&one.len()), "{}", one.len());
        let both = one.iter().filter(|place| other.contains(place)).count();
        assert!((300..500).contains(&both), "two seeds choose independently: {both}");
        assert_eq!((kept(1.0, 7).len(), kept(0.0, 7).len()), (10_000, 0));
        assert!(Keep::All.keeps(3) && !Keep::Nothing.keeps(3));
    }

    #[test]
    fn what_is_kept_follows_no_pattern_of_places() {
        let keep = Keep::Share { share: 0.5, seed: 1 };
        for step in 2..8 {
            let every: Vec<bool> = (0..2_000).step_by(step).map(|place| keep.keeps(place)).collect();
            let share = every.iter().filter(|kept| **kept).count() as f64 / every.len() as f64;
            assert!((0.4..0.6).contains(&share), "every {step}th: {share}");
        }
    }
}
