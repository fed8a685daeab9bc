//! An estimate with its interval.

/// An estimate and the bounds it lies between, at the confidence it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Interval {
    /// The best single value.
    pub estimate: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Interval {
    /// Log effects turned into ratios: `exp` of all three numbers.
    pub fn exp(self) -> Self {
        Self { estimate: self.estimate.exp(), low: self.low.exp(), high: self.high.exp() }
    }

    /// Whether `value` lies outside the interval.
    pub fn excludes(&self, value: f64) -> bool {
        value < self.low || value > self.high
    }

    /// Whether the whole interval lies between `low` and `high`, bounds included.
    pub fn inside(&self, low: f64, high: f64) -> bool {
        self.low >= low && self.high <= high
    }
}

#[cfg(test)]
mod tests {
    use super::Interval;

    #[test]
    fn an_interval_excludes_what_lies_outside_and_includes_its_bounds() {
        let interval = Interval { estimate: 1.0, low: 0.9, high: 1.2 };
        assert!(interval.excludes(0.89) && interval.excludes(1.21));
        assert!(!interval.excludes(0.9) && !interval.excludes(1.2) && !interval.excludes(1.0));
        assert!(interval.inside(0.9, 1.2) && !interval.inside(0.95, 1.3));
    }

    #[test]
    fn the_exponential_keeps_the_order_of_the_bounds() {
        let ratio = Interval { estimate: 0.5_f64.ln(), low: 0.4_f64.ln(), high: 0.6_f64.ln() }.exp();
        assert!((ratio.estimate - 0.5).abs() < 1e-12 && ratio.low < ratio.estimate && ratio.estimate < ratio.high);
    }
}
