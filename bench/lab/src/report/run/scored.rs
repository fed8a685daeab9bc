//! The prediction in a result: what was expected, what was measured, and how far apart they are.

use super::round;
use crate::exercise::Unit;
use crate::state::{Expected, Prediction};
use serde::{Deserialize, Serialize};
use stats::Interval;

/// A prediction and its error.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Scored {
    /// What was expected, of which number.
    #[serde(flatten)]
    pub expected: Expected,
    /// What people call that number; empty in files of an older bench.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// What was measured of it; the ends of its interval are one for what is counted. Missing in files of an older bench, and where
    /// nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Interval>,
    /// Distance from what was measured, in percentage points; `null` where nothing was, or where it is no ratio and no share.
    #[serde(default)]
    pub error_points: Option<f64>,
}

impl Scored {
    /// Sets a prediction beside what was measured of its number.
    pub fn of(prediction: &Prediction, says: String, measured: Option<Interval>) -> Self {
        let expected = prediction.expected.clone();
        let points = measured.filter(|_| expected.unit().in_points());
        Self {
            error_points: points.map(|one| round((expected.value - one.estimate).abs() * 100.0)),
            because: prediction.because.clone(),
            expected,
            says,
            measured,
        }
    }

    /// What people call the number.
    pub fn sentence(&self) -> String {
        if self.says.is_empty() { crate::exercise::phrase(&self.expected.of) } else { self.says.clone() }
    }

    /// How far off it is, in words; `None` where nothing was measured.
    pub fn verdict(&self) -> Option<String> {
        let measured = self.measured?;
        let off = self.unit().off_by(self.expected.value, measured.estimate);
        Some(match measured.low < measured.high {
            true if measured.excludes(self.expected.value) => format!("{off}, outside the measured interval"),
            true => format!("{off}, inside the measured interval"),
            false => off,
        })
    }

    /// Prediction and result in one line.
    pub fn line(&self) -> String {
        let predicted = format!("prediction ({}): {}", self.sentence(), self.expected.shown());
        match (self.measured, self.verdict()) {
            (Some(measured), Some(verdict)) => {
                format!(
                    "{predicted}; measured {}: {verdict}",
                    self.unit().shown_with(measured.estimate, Some(&measured))
                )
            }
            _ => format!("{predicted}; `cargo lab measure` will set it beside the result"),
        }
    }

    fn unit(&self) -> Unit {
        self.expected.unit()
    }
}

#[cfg(test)]
mod tests {
    use super::{Expected, Interval, Prediction, Scored};

    fn scored(name: &str, predicted: f64, measured: Option<[f64; 3]>) -> Scored {
        let prediction = Prediction { expected: Expected::of(name, predicted), ..Prediction::default() };
        let measured = measured.map(|[low, estimate, high]| Interval { estimate, low, high });
        Scored::of(&prediction, "errors at dusk".to_owned(), measured)
    }

    #[test]
    fn prediction_and_result_are_one_sentence() {
        let ratio = scored("p95_ratio", 0.65, Some([0.58, 0.61, 0.66]));
        assert_eq!(
            ratio.line(),
            "prediction (errors at dusk): 0.65; measured 0.61 [0.58–0.66]: 4 percentage points too high, inside the measured interval"
        );
        assert_eq!(ratio.error_points, Some(4.0));
        let errors = scored("dusk.error_share", 0.0, Some([0.57, 0.57, 0.57]));
        assert_eq!(errors.line(), "prediction (errors at dusk): 0 %; measured 57 %: 57 percentage points too low");
        let lost = scored("killed.lost", 2.0, Some([5.0, 5.0, 5.0]));
        assert_eq!((lost.error_points, lost.verdict().as_deref()), (None, Some("3 too low")));
        assert!(scored("killed.lost", 2.0, None).line().contains("cargo lab measure"));
    }

    #[test]
    fn the_prediction_of_an_older_file_is_read() {
        let old: Scored = serde_json::from_str(r#"{"p95_ratio": 0.65, "error_points": 4.0}"#).unwrap();
        assert_eq!((old.expected.shown().as_str(), old.error_points), ("0.65", Some(4.0)));
        assert_eq!(old.sentence(), "p95 latency, relative to the flawed version");
    }
}
