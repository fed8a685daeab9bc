//! The names of the partners.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The partners there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// Charges cards.
    Payment,
    /// Sends messages to customers.
    Email,
    /// Ships orders.
    Warehouse,
    /// Knows tax rates.
    Tax,
    /// Issues and checks tokens.
    Identity,
    /// Counts what happens in the shop.
    Analytics,
}

impl Name {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Payment, Self::Email, Self::Warehouse, Self::Tax, Self::Identity, Self::Analytics];

    /// The name as it stands in paths and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Email => "email",
            Self::Warehouse => "warehouse",
            Self::Tax => "tax",
            Self::Identity => "identity",
            Self::Analytics => "analytics",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = Name::ALL.map(Name::as_str).join(", ");
        let found = Self::ALL.into_iter().find(|name| name.as_str() == word);
        found.ok_or_else(|| format!("there is no partner of this name; there are {known}"))
    }
}
