//! What a story's delays are solved for: the chapter's ratios and shares, each with its tolerance.

use crate::exercise::{StorySpec, Tolerance};
use std::collections::BTreeMap;

/// The chapter's figures that delays can move.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    /// p95 of every stage over that of the first, the second stage first.
    pub ratios: Vec<f64>,
    /// Shares of the first stage: `db`, `serialization`, `rpc`, `rest`.
    pub shares: BTreeMap<String, f64>,
    /// How far from them still counts as reproduced.
    pub tolerance: Tolerance,
}

/// What some delays should lead to, or have led to.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    /// As [`Aim::ratios`].
    pub ratios: Vec<f64>,
    /// As [`Aim::shares`].
    pub shares: BTreeMap<String, f64>,
}

impl Aim {
    pub(super) fn of(story: &StorySpec) -> Self {
        let first = &story.stages[0];
        Self {
            ratios: story.stages.iter().skip(1).map(|stage| stage.p95_ms / first.p95_ms).collect(),
            shares: first.shares.clone(),
            tolerance: story.tolerance,
        }
    }

    /// The share asked for, never nothing: milliseconds are divided by it.
    pub(super) fn share(&self, part: &str) -> f64 {
        self.shares.get(part).copied().unwrap_or(0.0).max(0.01)
    }

    /// How far each figure is off, as a part of its tolerance: 1 is the edge. With the figure's name.
    pub(super) fn off<'a>(&'a self, found: &'a Figures) -> impl Iterator<Item = (String, f64)> + 'a {
        let ratios = self.ratios.iter().zip(&found.ratios).enumerate().map(|(place, (told, found))| {
            (format!("p95_ratio of stage {}", place + 2), (found - told) / self.tolerance.ratio)
        });
        let shares = self.shares.iter().map(|(part, told)| {
            let found = found.shares.get(part).copied().unwrap_or(0.0);
            (format!("share of {part}, stage 1"), (found - told) / self.tolerance.share)
        });
        ratios.chain(shares)
    }

    /// The sum of the fourth powers of what each figure is off: nearly the worst of them alone, and smooth.
    pub(super) fn cost(&self, found: &Figures) -> f64 {
        self.off(found).map(|(_, off)| off.powi(4)).sum()
    }
}
