//! How much longer a candidate may take before anybody cares.

use crate::report::number;
use std::fmt;

/// A share of the base's time or a time, whichever is more.
#[derive(Clone, Copy, Debug)]
pub struct Margin {
    /// 0.05 for five percent.
    pub share: f64,
    /// Milliseconds; 0 where only the share counts. A service that answers in a fifth of one is not slow with a quarter more, and
    /// no run on a shared machine tells five percent of that.
    pub ms: f64,
}

impl Margin {
    /// As a share of what the base takes.
    pub(super) fn of(self, base_ms: Option<f64>) -> f64 {
        let time = base_ms.filter(|base| *base > 0.0).map_or(0.0, |base| self.ms / base);
        self.share.max(time)
    }
}

impl fmt::Display for Margin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", number(self.share * 100.0))?;
        if self.ms > 0.0 { write!(f, " and by more than {} ms", number(self.ms)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Margin;

    #[test]
    fn the_larger_of_both_counts() {
        let margin = Margin { share: 0.05, ms: 0.25 };
        assert_eq!(margin.of(Some(0.5)), 0.5);
        assert_eq!(margin.of(Some(20.0)), 0.05);
        assert_eq!(margin.of(None), 0.05, "nothing was measured");
        assert_eq!(margin.to_string(), "5 % and by more than 0.25 ms");
        assert_eq!(Margin { share: 0.05, ms: 0.0 }.to_string(), "5 %");
    }
}
