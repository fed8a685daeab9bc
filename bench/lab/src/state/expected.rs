//! A number that somebody expects: which, and how much. A ratio of p95s is written as it always was, `p95_ratio = 0.65`.

use crate::exercise::{P95_RATIO, Unit};
use serde::{Deserialize, Serialize};

/// Which number, and how much of it is expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Expected {
    /// The number's name.
    pub of: String,
    /// What is expected of it.
    pub value: f64,
}

/// As it stands in files.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    p95_ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
}

impl Expected {
    /// Of any number.
    pub fn of(name: &str, value: f64) -> Self {
        Self { of: name.to_owned(), value }
    }

    /// A p95 ratio.
    pub fn p95_ratio(value: f64) -> Self {
        Self::of(P95_RATIO, value)
    }

    /// As people read it: `0.65`, `20 %`, `2`.
    pub fn shown(&self) -> String {
        self.unit().shown(self.value)
    }

    /// In what it is told.
    pub fn unit(&self) -> Unit {
        Unit::of(&self.of)
    }
}

impl Default for Expected {
    fn default() -> Self {
        Self::p95_ratio(0.0)
    }
}

impl From<Expected> for Written {
    fn from(Expected { of, value }: Expected) -> Self {
        if of == P95_RATIO {
            Self { p95_ratio: Some(value), ..Self::default() }
        } else {
            Self { of: Some(of), value: Some(value), p95_ratio: None }
        }
    }
}

impl TryFrom<Written> for Expected {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written { of: Some(of), value: Some(value), .. } => Ok(Self { of, value }),
            Written { p95_ratio: Some(ratio), .. } => Ok(Self::p95_ratio(ratio)),
            _ => Err("a prediction needs a p95_ratio, or `of` and a `value`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Expected;

    #[test]
    fn a_p95_ratio_is_written_as_older_files_have_it_and_anything_else_by_its_name() {
        let write = |one: &Expected| toml::to_string(one).unwrap();
        let (ratio, errors) = (Expected::p95_ratio(0.65), Expected::of("hang.browse.error_share", 0.0));
        assert_eq!(write(&ratio), "p95_ratio = 0.65\n");
        assert_eq!(write(&errors), "of = \"hang.browse.error_share\"\nvalue = 0.0\n");
        for one in [ratio, errors] {
            assert_eq!(toml::from_str::<Expected>(&write(&one)).unwrap(), one);
        }
        assert!(toml::from_str::<Expected>("because = \"x\"").is_err());
        assert_eq!(Expected::of("a.error_share", 0.2).shown(), "20 %");
    }
}
