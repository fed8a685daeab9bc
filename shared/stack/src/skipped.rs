//! A test that cannot run on this machine says so, and under `CI` it fails unless the skip was declared.

use std::env;
use std::fmt::Display;

/// The variable that lists what a CI machine may lack, separated by commas, for example `docker,tmux`.
pub const ALLOWED_SKIPS: &str = "WORKSHOP_ALLOWED_SKIPS";

/// Says that a test is skipped because `what` (`docker`, `tmux`) is missing here; `why` says more. The caller then returns.
///
/// # Panics
/// When `CI` is set and [`ALLOWED_SKIPS`] does not list `what`: a test that did nothing must not look like one that passed.
pub fn skipped(what: &str, why: impl Display) {
    let set = |name| env::var_os(name).unwrap_or_default().to_string_lossy().into_owned();
    assert!(
        set("CI").is_empty() || lists(&set(ALLOWED_SKIPS), what),
        "skipped under CI although {ALLOWED_SKIPS} does not list {what}: {why}"
    );
    println!("skipped for want of {what}: {why}");
}

/// Whether a comma-separated list has this entry.
fn lists(allowed: &str, what: &str) -> bool {
    allowed.split(',').any(|one| one.trim() == what)
}

#[cfg(test)]
mod tests {
    use super::lists;

    #[test]
    fn a_skip_is_declared_by_its_whole_name() {
        assert!(lists("tmux, docker", "docker"));
        assert!(!lists("docker-compose", "docker"));
        assert!(!lists("", "docker"));
    }
}
