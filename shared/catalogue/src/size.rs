//! How large a catalogue is.

/// The number of rows of the three tables that everything else follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Products; 1 to 10,000,000.
    pub products: u32,
    /// Users; 1 to 10,000,000.
    pub users: u32,
    /// Orders of the last 30 days; 0 to 50,000,000.
    pub orders: u32,
}

/// A size that cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {least} to {most}, not {given}")]
pub struct SizeError {
    what: &'static str,
    given: u32,
    least: u32,
    most: u32,
}

impl Size {
    /// A catalogue for tests: 500 products, 100 users, 400 orders.
    #[must_use]
    pub const fn small() -> Self {
        Self { products: 500, users: 100, orders: 400 }
    }

    /// Refuses what cannot be built.
    ///
    /// # Errors
    /// [`SizeError`] names the first number out of its range.
    pub fn validate(self) -> Result<(), SizeError> {
        let ranges = [
            ("products", self.products, 1, 10_000_000),
            ("users", self.users, 1, 10_000_000),
            ("orders", self.orders, 0, 50_000_000),
        ];
        match ranges.into_iter().find(|(_, given, least, most)| !(least..=most).contains(&given)) {
            Some((what, given, least, most)) => Err(SizeError { what, given, least, most }),
            None => Ok(()),
        }
    }
}

impl Default for Size {
    /// The shop as the workshop runs it: 20,000 products, 5,000 users, 30,000 orders.
    fn default() -> Self {
        Self { products: 20_000, users: 5_000, orders: 30_000 }
    }
}

impl std::fmt::Display for Size {
    /// Short enough for the name of a database: `20000p_5000u_30000o`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}p_{}u_{}o", self.products, self.users, self.orders)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_out_of_range_is_named_with_its_range() {
        let error = Size { products: 0, ..Size::default() }.validate().unwrap_err();
        assert_eq!(error.to_string(), "products must be 1 to 10000000, not 0");
        assert_eq!(Size::default().validate(), Ok(()));
        assert_eq!(Size { orders: 0, ..Size::small() }.validate(), Ok(()));
    }
}
