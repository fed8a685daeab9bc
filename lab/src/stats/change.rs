//! Faster, slower, the same, or not to be told: an interval read with a margin.

use super::Interval;

/// What an interval of a ratio says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The candidate takes less time, by more than the margin.
    Faster,
    /// It takes more, by more than the margin.
    Slower,
    /// Whatever the difference is, it is smaller than the margin.
    Same,
    /// The interval allows more than one of these.
    Inconclusive,
}

/// Reads `ratio` (candidate over baseline): a change if the interval excludes 1 *and* the estimate passes the margin; the same
/// if the whole interval lies within the margin, on both sides alike (1/(1+m) to 1+m); else not to be told.
pub fn change(ratio: &Interval, margin: f64) -> Change {
    let most = 1.0 + margin;
    if ratio.inside(1.0 / most, most) {
        Change::Same
    } else if ratio.low > 1.0 && ratio.estimate >= most {
        Change::Slower
    } else if ratio.high < 1.0 && ratio.estimate <= 1.0 / most {
        Change::Faster
    } else {
        Change::Inconclusive
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, change};
    use crate::stats::Interval;

    #[test]
    fn an_interval_is_read_with_its_margin() {
        let read = |low, estimate, high| change(&Interval { estimate, low, high }, 0.05);
        assert_eq!(read(1.06, 1.10, 1.14), Change::Slower);
        assert_eq!(read(0.80, 0.85, 0.90), Change::Faster);
        assert_eq!(read(0.98, 1.01, 1.04), Change::Same);
        assert_eq!(read(1.01, 1.03, 1.04), Change::Same, "there, but smaller than anybody cares for");
        assert_eq!(read(0.90, 1.02, 1.15), Change::Inconclusive);
        assert_eq!(read(1.01, 1.04, 1.09), Change::Inconclusive, "beyond 1, perhaps beyond the margin");
    }
}
