//! How well a learner predicts: mean absolute error, bias, how often within the measured interval, and the trend.

use super::{Score, State};
use serde::Serialize;

/// Predictions needed before two halves can be set beside each other.
const TREND: usize = 6;
/// A predicted count is right within this share of what was counted.
const RIGHT: f64 = 0.05;

/// The figures, over all scored predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PredictionScore {
    /// Scored predictions.
    pub predictions: usize,
    /// Of these, how many are about ratios and shares; the figures in points are those of them.
    pub in_points: usize,
    /// Mean distance from what was measured, percentage points; 0 of none.
    pub mean_absolute_error_points: f64,
    /// Mean of predicted minus measured: above zero, too little was expected of the changes.
    pub bias_points: f64,
    /// How many were within the measured interval, or within 5 % of what was counted.
    pub inside: usize,
    /// Mean distance of the earlier and of the later half; only from six predictions on.
    pub trend_points: Option<[f64; 2]>,
    /// Counts that were predicted: how many, and how many were right within 5 %.
    pub counts: [usize; 2],
}

/// All scored predictions with their exercise, in the order they were measured.
pub fn scores(state: &State) -> Vec<(&str, &Score)> {
    let all = state.exercise.iter().flat_map(|(id, one)| one.scored.iter().map(move |score| (id.as_str(), score)));
    let mut all: Vec<(&str, &Score)> = all.collect();
    all.sort_by(|one, other| one.1.measured_at.cmp(&other.1.measured_at));
    all
}

/// The figures; `None` where nothing was scored yet.
pub fn prediction_score(state: &State) -> Option<PredictionScore> {
    let scores: Vec<&Score> = scores(state).into_iter().map(|(_, score)| score).collect();
    if scores.is_empty() {
        return None;
    }
    let points: Vec<f64> = scores.iter().filter_map(|score| score.error_points()).collect();
    let off = |some: &[f64]| mean(some.iter().map(|points| points.abs()), some.len());
    let (earlier, later) = points.split_at(points.len() / 2);
    let counts = scores.iter().flat_map(|score| score.counts.values());
    let right = counts.clone().filter(|one| (one.predicted - one.measured).abs() <= RIGHT * one.measured.abs());
    Some(PredictionScore {
        predictions: scores.len(),
        in_points: points.len(),
        mean_absolute_error_points: off(&points),
        bias_points: mean(points.iter().copied(), points.len()),
        inside: scores.iter().filter(|score| score.inside()).count(),
        trend_points: (points.len() >= TREND).then(|| [off(earlier), off(later)]),
        counts: [counts.count(), right.count()],
    })
}

fn mean(values: impl Iterator<Item = f64>, count: usize) -> f64 {
    values.sum::<f64>() / count.max(1) as f64
}

impl PredictionScore {
    /// The figures as sentences, one a line.
    pub fn sentences(&self) -> Vec<String> {
        let off = match (self.predictions, self.in_points) {
            (_, 0) => String::new(),
            (1, _) => format!("{:.1} percentage points off, ", self.mean_absolute_error_points),
            _ => format!("{:.1} percentage points off on average, ", self.mean_absolute_error_points),
        };
        let mut lines = vec![match (self.predictions, self.inside) {
            (1, 0) => format!("1 prediction scored: {off}outside the measured interval"),
            (1, _) => format!("1 prediction scored: {off}inside the measured interval"),
            (all, inside) => format!("{all} predictions scored: {off}{inside} of {all} inside the measured interval"),
        }];
        if self.in_points > 1 {
            let side = match self.bias_points {
                bias if bias.abs() < 1.0 => "none to either side".to_owned(),
                bias if bias > 0.0 => format!("your predictions are too high, by {bias:.1} percentage points"),
                bias => format!("your predictions are too low, by {:.1} percentage points", -bias),
            };
            lines.push(format!("bias: {side}"));
        }
        if let Some([earlier, later]) = self.trend_points {
            let word = if later < 0.9 * earlier {
                "you are getting better"
            } else if later > 1.1 * earlier {
                "you were closer before"
            } else {
                "no change"
            };
            lines.push(format!("trend: off by {earlier:.1} in the earlier half, by {later:.1} in the later: {word}"));
        }
        let [all, right] = self.counts;
        if all > 0 {
            lines.push(format!("counts: {right} of {all} predicted within 5 %"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Expected, Progress};

    fn state(predictions: &[(f64, f64)]) -> State {
        let mut state = State::default();
        for (place, (predicted, measured)) in predictions.iter().enumerate() {
            let score = Score {
                expected: Expected::p95_ratio(*predicted),
                measured: *measured,
                low: measured - 0.05,
                high: measured + 0.05,
                measured_at: format!("{place}"),
                ..Score::default()
            };
            let id = if place % 2 == 0 { "a" } else { "b" };
            state.exercise.entry(id.to_owned()).or_insert_with(Progress::default).scored.push(score);
        }
        state
    }

    #[test]
    fn error_bias_and_interval_are_those_one_computes_by_hand() {
        let figures = prediction_score(&state(&[(0.6, 0.5), (0.5, 0.52)])).unwrap();
        assert!((figures.mean_absolute_error_points - 6.0).abs() < 1e-9, "{figures:?}");
        assert!((figures.bias_points - 4.0).abs() < 1e-9, "{figures:?}");
        assert_eq!((figures.inside, figures.trend_points), (1, None));
    }

    #[test]
    fn the_trend_follows_time_not_the_exercises() {
        let figures =
            prediction_score(&state(&[(0.7, 0.5), (0.7, 0.5), (0.7, 0.5), (0.5, 0.5), (0.6, 0.5), (0.5, 0.5)]))
                .unwrap();
        let [earlier, later] = figures.trend_points.unwrap();
        assert!((earlier - 20.0).abs() < 1e-9 && (later - 10.0 / 3.0).abs() < 1e-9, "{figures:?}");
        assert!(figures.sentences().iter().any(|line| line.ends_with("you are getting better")));
    }

    #[test]
    fn counts_and_times_are_hits_or_not_and_have_no_points() {
        let mut state = state(&[(0.6, 0.5)]);
        let scored = &mut state.exercise.get_mut("a").unwrap().scored;
        let count = |predicted: f64| Score {
            expected: Expected::of("killed.lost", predicted),
            measured: 4.0,
            low: 4.0,
            high: 4.0,
            ..Score::default()
        };
        scored.extend([count(4.0), count(9.0)]);
        let figures = prediction_score(&state).unwrap();
        assert_eq!((figures.predictions, figures.in_points, figures.inside), (3, 1, 1));
        assert!((figures.mean_absolute_error_points - 10.0).abs() < 1e-9, "{figures:?}");
        assert!(figures.sentences()[0].contains("3 predictions"), "{:?}", figures.sentences());
    }

    #[test]
    fn nothing_scored_is_no_figure() {
        assert_eq!(prediction_score(&State::default()), None);
    }
}
