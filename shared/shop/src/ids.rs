//! Identifiers: numbers that cannot be taken for one another, and the SKU a person types.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// A product of the catalogue; positive.
    ProductId
);
number!(
    /// A registered user; positive.
    UserId
);
number!(
    /// An order; positive.
    OrderId
);

/// A stock keeping unit as printed on the shelf: `AAA-000000`, three capital letters and at least six digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sku(String);

/// Why a text is not a SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SKU has the form AAA-000000: three capital letters, a dash, six to nine digits")]
pub struct SkuError;

impl Sku {
    /// The SKU of the product with this number in a category with this three-letter code.
    ///
    /// # Errors
    /// [`SkuError`] when the code is not three capital letters or the number is negative or longer than nine digits.
    pub fn new(code: &str, number: i64) -> Result<Self, SkuError> {
        format!("{code}-{number:06}").parse()
    }

    /// The text, for a query parameter or a page.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Sku {
    type Err = SkuError;

    fn from_str(text: &str) -> Result<Self, SkuError> {
        let (code, digits) = text.split_once('-').ok_or(SkuError)?;
        let letters = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        let number = (6..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if letters && number { Ok(Self(text.to_owned())) } else { Err(SkuError) }
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sku_is_three_capitals_and_at_least_six_digits() {
        assert_eq!(Sku::new("LMP", 42).unwrap().as_str(), "LMP-000042");
        assert_eq!(Sku::new("LMP", 1_000_000).unwrap().as_str(), "LMP-1000000");
        for wrong in ["", "LMP", "lmp-000042", "LMP-42", "LMPX-000042", "LMP-0000421234", "LMP-00004x", "LMP-000042 "] {
            assert_eq!(wrong.parse::<Sku>(), Err(SkuError), "{wrong:?}");
        }
        assert!(Sku::new("LMP", -1).is_err());
    }
}
