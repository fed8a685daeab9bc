//! What kind of number a name in `exercise.toml` stands for, and how people write such a number.

use stats::Interval;

/// What a number is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// One number over another: candidate over baseline, second size over first.
    Ratio,
    /// A part of a whole, 0 to 1; people read percent.
    Share,
    /// Milliseconds.
    Milliseconds,
    /// Things counted.
    Count,
}

/// A prediction of a count or a time is right within this share of what was measured.
const RIGHT: f64 = 0.05;

impl Unit {
    /// Of the number with this name: `p95_ratio`, `hang.browse.error_share`, `hang.order.p50_ms`, `killed.lost`.
    pub fn of(name: &str) -> Self {
        match name {
            _ if name.ends_with("_ratio") || name.ends_with("_growth") => Self::Ratio,
            _ if name.ends_with("_share") || name.starts_with("share of") => Self::Share,
            _ if name.ends_with("_ms") => Self::Milliseconds,
            _ => Self::Count,
        }
    }

    /// Whether such a number can have this value.
    pub fn can_be(self, value: f64) -> bool {
        let fits = match self {
            Self::Ratio => value > 0.0 && value <= 10.0,
            Self::Share => (0.0..=1.0).contains(&value),
            Self::Milliseconds | Self::Count => value >= 0.0,
        };
        value.is_finite() && fits
    }

    /// Whether the distance of two such numbers is told in percentage points.
    pub fn in_points(self) -> bool {
        matches!(self, Self::Ratio | Self::Share)
    }

    /// `0.61`, `69 %`, `250 ms`, `21`.
    pub fn shown(self, value: f64) -> String {
        match self {
            Self::Ratio => format!("{value:.2}"),
            Self::Share => percent(value),
            Self::Milliseconds => format!("{} ms", number(value)),
            Self::Count => number(value),
        }
    }

    /// The value, and its interval where it has one: `0.52 [0.48–0.55]`.
    pub fn shown_with(self, value: f64, interval: Option<&Interval>) -> String {
        match interval.filter(|interval| interval.low < interval.high) {
            Some(Interval { estimate, low, high }) => {
                format!("{} [{}–{}]", self.shown(*estimate), self.bare(*low), self.bare(*high))
            }
            None => self.shown(value),
        }
    }

    /// As [`Unit::shown`], without its unit.
    fn bare(self, value: f64) -> String {
        match self {
            Self::Share => percent(value).trim_end_matches(" %").to_owned(),
            Self::Milliseconds | Self::Count => number(value),
            Self::Ratio => self.shown(value),
        }
    }

    /// `at most 0.75`, `at least 80 %`; an upper limit of nothing is just `0 %`.
    pub fn limit(self, limit: f64, at_least: bool) -> String {
        let shown = match self {
            Self::Ratio => number(limit),
            _ => self.shown(limit),
        };
        match at_least {
            true => format!("at least {shown}"),
            false if limit == 0.0 => shown,
            false => format!("at most {shown}"),
        }
    }

    /// Whether a prediction hit what was measured, where no interval says so.
    pub fn hit(self, predicted: f64, measured: f64) -> bool {
        match self {
            Self::Ratio | Self::Share => (predicted - measured).abs() <= RIGHT,
            Self::Milliseconds | Self::Count => (predicted - measured).abs() <= RIGHT * measured.abs(),
        }
    }

    /// How far a prediction is from what was measured, in words: `4 percentage points too high`, `right`, `3 too low`.
    pub fn off_by(self, predicted: f64, measured: f64) -> String {
        let side = if predicted > measured { "too high" } else { "too low" };
        let distance = (predicted - measured).abs();
        match self {
            Self::Ratio | Self::Share => match (distance * 100.0).round() {
                0.0 => "right to the percentage point".to_owned(),
                1.0 => format!("1 percentage point {side}"),
                points => format!("{points:.0} percentage points {side}"),
            },
            _ if distance == 0.0 => "exactly right".to_owned(),
            _ if self.hit(predicted, measured) => format!("right to within {:.0} %", RIGHT * 100.0),
            _ => format!("{} {side}", self.shown(distance)),
        }
    }
}

/// A share as people read it: whole percent, with one decimal below ten where there is something to show.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent.abs() < 9.95 && (percent - percent.round()).abs() >= 0.05 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

/// A number as a person writes it: whole from 100 on, one decimal from 10, else two.
pub fn number(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if (v - v.round()).abs() < 5e-4 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Interval, Unit, number, percent};

    #[test]
    fn numbers_carry_as_many_digits_as_they_deserve() {
        let shown: Vec<String> = [18_211.4, 41.0, 12.345, 2.0, 0.257].map(number).into();
        assert_eq!(shown, ["18211", "41.0", "12.3", "2", "0.26"]);
        assert_eq!([0.0, 0.004, 0.05, 0.69, 1.0].map(percent), ["0 %", "0.4 %", "5 %", "69 %", "100 %"]);
    }

    #[test]
    fn a_name_says_in_what_its_number_is_told() {
        let shown = |name: &str, value: f64| Unit::of(name).shown(value);
        assert_eq!(shown("hang.browse.error_share", 0.69), "69 %");
        assert_eq!(shown("hang.order.p50_ms", 2000.4), "2000 ms");
        assert_eq!(shown("rush.health.p95_ms_ratio", 0.5), "0.50");
        assert_eq!(shown("db_queries_per_request@4n", 3.0), "3");
        let ratio = Interval { estimate: 0.61, low: 0.58, high: 0.651 };
        assert_eq!(Unit::Ratio.shown_with(0.61, Some(&ratio)), "0.61 [0.58–0.65]");
        assert_eq!(Unit::Share.limit(0.0, false), "0 %");
        assert_eq!(
            (Unit::Ratio.limit(0.8, false), Unit::Share.limit(0.8, true)),
            ("at most 0.80".into(), "at least 80 %".into())
        );
    }

    #[test]
    fn a_distance_has_a_side_and_the_words_of_its_unit() {
        assert_eq!(Unit::Ratio.off_by(0.65, 0.61), "4 percentage points too high");
        assert_eq!(Unit::Ratio.off_by(0.650, 0.6442), "1 percentage point too high");
        assert_eq!(Unit::Share.off_by(0.0, 0.574), "57 percentage points too low");
        assert_eq!(Unit::Share.off_by(0.0, 0.001), "right to the percentage point");
        assert_eq!(Unit::Count.off_by(2.0, 5.0), "3 too low");
        assert_eq!(Unit::Milliseconds.off_by(100.0, 98.0), "right to within 5 %");
    }
}
