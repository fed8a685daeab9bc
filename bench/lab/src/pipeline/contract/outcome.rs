//! What the tests of a contract said, read from the words of Rust's own test harness.

/// A test that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FailedTest {
    /// `contract::names_beyond_ascii_are_kept`.
    pub(super) name: String,
    /// `file:line` of the assertion, where it panicked.
    pub(super) at: String,
    /// What the assertion said.
    pub(super) message: String,
}

impl FailedTest {
    /// The test's name in words.
    pub(super) fn words(&self) -> String {
        self.name.rsplit("::").next().unwrap_or_default().replace('_', " ")
    }
}

/// The tests that failed, in the order of their names.
pub(super) fn failed(out: &str) -> Vec<FailedTest> {
    let names = out.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    let mut failed: Vec<FailedTest> = names.map(|name| read(out, name)).collect();
    failed.sort_by(|one, other| one.name.cmp(&other.name));
    failed
}

/// What it wrote while it failed: `thread 'NAME' panicked at FILE:LINE:COLUMN:`, then the message up to an empty line or a note.
fn read(out: &str, name: &str) -> FailedTest {
    let said = out.split(&format!("---- {name} stdout ----\n")).nth(1).unwrap_or_default();
    let said = said.split("\n---- ").next().unwrap_or_default();
    let (at, rest) = match said.split_once(" panicked at ") {
        Some((_, panic)) => panic.split_once('\n').unwrap_or((panic, "")),
        None => ("", said),
    };
    let lines = rest.lines().take_while(|line| !line.is_empty() && !line.starts_with("note: ") && *line != "failures:");
    let message: Vec<&str> = lines.map(str::trim).filter(|line| *line != "stack backtrace:").collect();
    let at = at.trim_end_matches(':').rsplit_once(':').map_or(at, |(place, _column)| place);
    FailedTest { name: name.to_owned(), at: at.to_owned(), message: message.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::{FailedTest, failed};

    const OUT: &str = "
running 3 tests
test contract::one_hit ... ok
test contract::names_beyond_ascii ... FAILED
test contract::a_database_that_is_gone ... FAILED

failures:

---- contract::names_beyond_ascii stdout ----

thread 'contract::names_beyond_ascii' (4711) panicked at exercises/ch01-lamp/tests/ch01_lamp/contract.rs:12:9:
assertion `left == right` failed: Yours: names
  left: \"a\"
 right: \"ä\"
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- contract::a_database_that_is_gone stdout ----
Error: \"no database\"


failures:
    contract::a_database_that_is_gone
    contract::names_beyond_ascii

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.02s
";

    #[test]
    fn each_failed_test_is_named_with_its_place_and_its_words() {
        let (name, message) = ("contract::a_database_that_is_gone".to_owned(), "Error: \"no database\"".to_owned());
        let gone = FailedTest { name, at: String::new(), message };
        let names = FailedTest {
            name: "contract::names_beyond_ascii".to_owned(),
            at: "exercises/ch01-lamp/tests/ch01_lamp/contract.rs:12".to_owned(),
            message: "assertion `left == right` failed: Yours: names; left: \"a\"; right: \"ä\"".to_owned(),
        };
        assert_eq!(names.words(), "names beyond ascii");
        assert_eq!(failed(OUT), [gone, names]);
        assert!(failed("running 1 test\ntest contract::one_hit ... ok\n").is_empty());
    }
}
