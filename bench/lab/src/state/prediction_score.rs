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
    /// Mean distance from what was measured, percentage points.
    pub mean_absolute_error_points: f64,
    /// Mean of predicted minus measured: above zero, too little was expected of the changes.
    pub bias_points: f64,
    /// How many were within the measured interval.
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
    let off = |some: &[&Score]| mean(some.iter().map(|score| score.error_points().abs()), some.len());
    let (earlier, later) = scores.split_at(scores.len() / 2);
    let counts = scores.iter().flat_map(|score| score.counts.values());
    let right = counts.clone().filter(|one| (one.predicted - one.measured).abs() <= RIGHT * one.measured.abs());
    Some(PredictionScore {
        predictions: scores.len(),
        mean_absolute_error_points: off(&scores),
        bias_points: mean(scores.iter().map(|score| score.error_points()), scores.len()),
        inside: scores.iter().filter(|score| score.inside()).count(),
        trend_points: (scores.len() >= TREND).then(|| [off(earlier), off(later)]),
        counts: [counts.count(), right.count()],
    })
}

fn mean(values: impl Iterator<Item = f64>, count: usize) -> f64 {
    values.sum::<f64>() / count as f64
}

impl PredictionScore {
    /// The figures as sentences, one a line.
    pub fn sentences(&self) -> Vec<String> {
        let one = self.predictions == 1;
        let mut lines = vec![format!(
            "{} prediction{} scored: off by {:.1} points{}, {} within the measured interval",
            self.predictions,
            if one { "" } else { "s" },
            self.mean_absolute_error_points,
            if one { "" } else { " on average" },
            if one { if self.inside == 1 { "and" } else { "not" }.to_owned() } else { self.inside.to_string() },
        )];
        if self.predictions > 1 {
            let side = match self.bias_points {
                bias if bias.abs() < 1.0 => "no side is favoured".to_owned(),
                bias if bias > 0.0 => format!("you expect too little of a change, by {bias:.1} points"),
                bias => format!("you expect too much of a change, by {:.1} points", -bias),
            };
            lines.push(format!("bias: {side}"));
        }
        if let Some([earlier, later]) = self.trend_points {
            let word = if later < 0.9 * earlier {
                "you are getting better"
            } else if later > 1.1 * earlier {
                "you were nearer before"
            } else {
                "as before"
            };
            lines.push(format!("trend: {earlier:.1} points in the earlier half, {later:.1} in the later: {word}"));
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
    use crate::state::Progress;

    fn state(predictions: &[(f64, f64)]) -> State {
        let mut state = State::default();
        for (place, (predicted, measured)) in predictions.iter().enumerate() {
            let score = Score {
                p95_ratio: *predicted,
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
    fn nothing_scored_is_no_figure() {
        assert_eq!(prediction_score(&State::default()), None);
    }
}
