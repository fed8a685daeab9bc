//! An exercise's README: its commands under "by hand", and what the author expects them to show.

use anyhow::{Context as _, bail};

/// What stands before an author's expectation. It is a comment, so that learners do not read it.
const MARK: &str = "<!-- by-hand:";

/// What a learner types, and what comes out.
#[derive(Debug, PartialEq)]
pub(crate) struct ByHand {
    /// The first fenced block after the words "by hand".
    pub(crate) commands: String,
    /// At least one.
    pub(crate) expected: Vec<Expected>,
}

/// One number that differs between flawed and fixed. Where it is printed several times, its median counts.
#[derive(Debug, PartialEq)]
pub(crate) struct Expected {
    /// What the commands print right before the number.
    pub(crate) after: String,
    pub(crate) difference: Difference,
}

/// By how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Difference {
    /// `flawed / fixed >= 1.5`
    Ratio(f64),
    /// `flawed = 503, fixed = 200`
    Values { flawed: f64, fixed: f64 },
    /// `flawed >= 10, fixed <= 2`
    Limits { flawed: f64, fixed: f64 },
}

/// Reads a README.
///
/// # Errors
/// When there are no commands, no expectation, or one that cannot be read.
pub(crate) fn read(text: &str) -> anyhow::Result<ByHand> {
    let start = text.to_lowercase().find("by hand").context("README.md says nothing of \"by hand\"")?;
    // ASCII words in a text whose lower case is as long: all places are the same.
    let rest = text.get(start..).context("README.md has letters whose lower case is longer")?;
    let (_, rest) = rest.split_once("\n```").context("README.md has no commands after \"by hand\"")?;
    let (_, rest) = rest.split_once('\n').context("the block of commands does not end")?;
    let (commands, rest) = rest.split_once("\n```").context("the block of commands does not end")?;
    let mut expected = Vec::new();
    for line in rest.lines().filter(|line| line.starts_with(MARK)) {
        let words = line.trim_start_matches(MARK).trim_end().strip_suffix("-->").context("a comment ends with -->")?;
        expected.push(expectation(words.trim()).with_context(|| format!("cannot read {line}"))?);
    }
    if expected.is_empty() {
        bail!(
            "README.md says nowhere what its commands show: {MARK} WORDS BEFORE THE NUMBER flawed / fixed >= 1.5 -->"
        );
    }
    Ok(ByHand { commands: commands.to_owned(), expected })
}

fn expectation(words: &str) -> anyhow::Result<Expected> {
    let (after, difference) =
        words.rsplit_once(" flawed ").context("it needs the words before the number, then flawed")?;
    let number = |text: &str| text.trim().parse::<f64>().with_context(|| format!("{text:?} is no number"));
    let difference = if let Some(ratio) = difference.strip_prefix("/ fixed >=") {
        Difference::Ratio(number(ratio)?)
    } else {
        let (flawed, fixed) = difference.split_once(", fixed ").context("it needs both, flawed and fixed")?;
        match (flawed.strip_prefix('='), fixed.strip_prefix('='), flawed.strip_prefix(">="), fixed.strip_prefix("<=")) {
            (Some(flawed), Some(fixed), ..) => Difference::Values { flawed: number(flawed)?, fixed: number(fixed)? },
            (.., Some(flawed), Some(fixed)) => Difference::Limits { flawed: number(flawed)?, fixed: number(fixed)? },
            _ => bail!("flawed / fixed >= N, or flawed = N, fixed = N, or flawed >= N, fixed <= N"),
        }
    };
    if !difference.is_noticeable() {
        bail!("nobody would notice the difference: it must be 1.5 times or more, or two values");
    }
    Ok(Expected { after: after.trim().to_owned(), difference })
}

impl Difference {
    fn is_noticeable(self) -> bool {
        match self {
            Self::Ratio(ratio) => ratio >= 1.5,
            Self::Values { flawed, fixed } => flawed != fixed,
            Self::Limits { flawed, fixed } => flawed >= 1.5 * fixed && flawed > fixed,
        }
    }

    /// Whether two numbers differ so.
    pub(crate) fn holds(self, flawed: f64, fixed: f64) -> bool {
        match self {
            Self::Ratio(ratio) => flawed >= ratio * fixed && flawed > 0.0,
            Self::Values { flawed: one, fixed: other } => flawed == one && fixed == other,
            Self::Limits { flawed: least, fixed: most } => flawed >= least && fixed <= most,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Slow\n\n## See it\n\n```\ncargo lab observe\n```\n\nOr by hand, with the shop up:\n\n```\ncurl a\ncurl b\n```\n\n\
        <!-- by-hand: 32 orders: flawed / fixed >= 1.5 -->\n<!-- by-hand: status flawed = 503, fixed = 200 -->\n\nMore.\n";

    #[test]
    fn the_commands_are_the_block_after_the_words_and_each_comment_is_an_expectation() {
        let read = read(TEXT).unwrap();
        assert_eq!(read.commands, "curl a\ncurl b");
        let ratio = Expected { after: "32 orders:".to_owned(), difference: Difference::Ratio(1.5) };
        let values = Difference::Values { flawed: 503.0, fixed: 200.0 };
        assert_eq!(read.expected, [ratio, Expected { after: "status".to_owned(), difference: values }]);
    }

    #[test]
    fn what_is_missing_or_too_small_to_notice_is_refused() {
        let with = |expectation: &str| read(&TEXT.replace("flawed / fixed >= 1.5", expectation)).map(drop);
        assert!(with("flawed / fixed >= 2").is_ok() && with("flawed >= 10, fixed <= 2").is_ok());
        for wrong in ["flawed / fixed >= 1.2", "flawed = 200, fixed = 200", "flawed > 2", "flawed / fixed >= much"] {
            assert!(with(wrong).is_err(), "{wrong}");
        }
        assert!(read(&TEXT.replace("by-hand:", "")).unwrap_err().to_string().contains("says nowhere"));
        assert!(read(&TEXT.replace("by hand", "yourself")).is_err());
        assert!(read("By hand.\n```\ncurl a\n").is_err());
    }

    #[test]
    fn a_difference_holds_only_in_its_direction() {
        assert!(Difference::Ratio(1.5).holds(0.31, 0.2) && !Difference::Ratio(1.5).holds(0.2, 0.31));
        assert!(!Difference::Ratio(1.5).holds(0.0, 0.0));
        let limits = Difference::Limits { flawed: 10.0, fixed: 2.0 };
        assert!(limits.holds(12.0, 1.0) && !limits.holds(12.0, 3.0) && !limits.holds(9.0, 1.0));
    }
}
