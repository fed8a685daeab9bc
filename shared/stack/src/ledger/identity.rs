//! Is this still the same process? A pid alone is not enough: the system hands the number out again.

use std::process::Command;

/// When a process started, as a word that no later process with the same pid shares; none if it is gone. A zombie is
/// gone: it only waits for its parent to notice.
pub(crate) fn started(pid: u32) -> Option<String> {
    if cfg!(target_os = "linux") { from_proc(pid) } else { from_ps(pid) }
}

/// Has the process that started then ended?
pub(crate) fn gone(pid: u32, started_then: &str) -> bool {
    started(pid).as_deref() != Some(started_then)
}

/// Field 22 of `/proc/<pid>/stat`, in clock ticks since boot, and part of the boot's own id.
fn from_proc(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let ticks = fields.nth(18)?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let boot: String = boot.chars().take(8).collect();
    (state != "Z" && state != "X").then(|| format!("{ticks}-{boot}"))
}

/// The start time to the second, for systems without `/proc`.
fn from_ps(pid: u32) -> Option<String> {
    let output = Command::new("ps").args(["-o", "stat=,lstart=", "-p", &pid.to_string()]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (state, started) = text.trim().split_once(char::is_whitespace)?;
    let word: String = started.chars().filter(char::is_ascii_alphanumeric).collect();
    (!state.starts_with('Z') && !word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::{from_proc, from_ps, gone, started};

    #[test]
    fn this_process_is_itself_and_no_other() {
        let me = std::process::id();
        let word = started(me).unwrap();
        assert!(!gone(me, &word));
        assert!(gone(me, "another start"));
    }

    #[test]
    fn a_process_that_ended_is_gone_before_its_parent_collects_it() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert_eq!(started(child.id()), None);
        child.wait().unwrap();
    }

    #[test]
    fn both_ways_of_asking_see_a_living_process() {
        let me = std::process::id();
        assert!(from_ps(me).is_some());
        assert_eq!(from_proc(me).is_some(), cfg!(target_os = "linux"));
    }
}
