//! Money: whole cents, never a float, and arithmetic that refuses to overflow.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in euro cents; negative for a refund.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

/// The amount does not fit in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the amount is too large")]
pub struct MoneyError;

impl Money {
    /// The one currency of the shop, as in ISO 4217.
    pub const CURRENCY: &'static str = "EUR";

    /// This amount times a quantity.
    ///
    /// # Errors
    /// [`MoneyError`] on overflow.
    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        self.0.checked_mul(i64::from(quantity)).map(Self).ok_or(MoneyError)
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`MoneyError`] on overflow.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02} {}", cents / 100, cents % 100, Self::CURRENCY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_prints_with_two_decimals() {
        assert_eq!(Money(123_456).to_string(), "1234.56 EUR");
        assert_eq!(Money(-5).to_string(), "-0.05 EUR");
        assert_eq!(Money(i64::MIN).to_string(), "-92233720368547758.08 EUR");
    }

    proptest! {
        #[test]
        fn a_product_overflows_into_an_error_not_into_a_wrong_amount(cents: i64, quantity: u32) {
            let exact = i128::from(cents) * i128::from(quantity);
            prop_assert_eq!(Money(cents).times(quantity).ok(), i64::try_from(exact).ok().map(Money));
        }
    }
}
