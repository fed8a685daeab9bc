//! Backups: what a learner wrote is never thrown away, only put aside, with the command that brings it back.

use super::{Store, write};
use crate::exit::Failure;
use similar::TextDiff;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What was put aside.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The file as it was.
    pub copy: PathBuf,
    /// From what stands there now to what was there; where both are text.
    pub patch: Option<PathBuf>,
    /// For a shell, from any folder.
    pub undo: String,
}

/// The folder of what was put aside. The first version called it `attic`: where only that is there, it gets its new name.
///
/// # Errors
/// Exit 3 when it can be neither renamed nor made.
pub fn backups(store: &Store) -> Result<PathBuf, Failure> {
    let (earlier, now) = (store.folder().join("attic"), store.folder().join("backups"));
    if earlier.is_dir() && !now.exists() {
        std::fs::rename(&earlier, &now).map_err(Failure::file("renamed", &earlier))?;
    }
    store.sub("backups")
}

/// Keeps `file` (below `root`) in `.lab/backups/<id>/` before `replacement` takes its place: the file itself, and a patch that
/// turns the replacement into it again.
///
/// # Errors
/// Exit 3 when it cannot be read or written; then nothing else may happen to the file.
pub fn keep(
    store: &Store,
    id: &str,
    root: &Path,
    file: &Path,
    replacement: &[u8],
    time: &str,
) -> Result<Kept, Failure> {
    backups(store)?;
    let folder = store.sub(&format!("backups/{id}"))?;
    let folder = folder.canonicalize().map_err(Failure::file("read", &folder))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut copy = folder.join(format!("{time}-{name}"));
    let mut again = 1;
    while copy.exists() {
        again += 1;
        copy = folder.join(format!("{time}-{again}-{name}"));
    }
    let work = std::fs::read(file).map_err(Failure::file("read", file))?;
    write(&copy, &work)?;
    let patch = match patch_of(root, file, replacement, &work) {
        Some(text) if git_is_here() => {
            let path = copy.with_extension("patch");
            write(&path, text.as_bytes())?;
            Some(path)
        }
        _ => None,
    };
    let undo = match &patch {
        Some(patch) => format!("git -C {} apply --whitespace=nowarn {}", quoted(root), quoted(patch)),
        None => format!("cp {} {}", quoted(&copy), quoted(file)),
    };
    Ok(Kept { copy, patch, undo })
}

/// A patch as `git apply` reads it; none where a side is no text, or nothing to make a hunk of.
fn patch_of(root: &Path, file: &Path, from: &[u8], to: &[u8]) -> Option<String> {
    let (from, to) = (std::str::from_utf8(from).ok()?, std::str::from_utf8(to).ok()?);
    let path = file.strip_prefix(root).ok()?.to_str()?;
    if from.is_empty() || to.is_empty() || from.contains('\0') || to.contains('\0') {
        return None;
    }
    // Git ends a line at \n alone, as this does; a lone \r would be a line's end for the line-wise comparison only.
    let (from_lines, to_lines): (Vec<&str>, Vec<&str>) =
        (from.split_inclusive('\n').collect(), to.split_inclusive('\n').collect());
    let difference = TextDiff::configure().diff_slices(&from_lines, &to_lines);
    let mut text = format!("--- a/{path}\n+++ b/{path}\n");
    for hunk in difference.unified_diff().context_radius(3).iter_hunks() {
        let changes: Vec<_> = hunk.iter_changes().collect();
        text.push_str(&hunk_header(&changes));
        for change in changes {
            let line = change.value();
            text.push_str(&format!("{}{line}", change.tag()));
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    Some(text)
}

/// The line before a hunk, counted from its lines: similar 2.7's own header counts from its outermost operations, and is wrong
/// where an insertion stands before the last kept line (seen: `+1,2` for four lines).
pub fn hunk_header(changes: &[similar::Change<&str>]) -> String {
    let side = |index: &dyn Fn(&similar::Change<&str>) -> Option<usize>| {
        let lines: Vec<usize> = changes.iter().filter_map(index).collect();
        let first = lines.iter().min().map_or(0, |first| first + 1);
        format!("{first},{}", lines.len())
    };
    format!("@@ -{} +{} @@\n", side(&|change| change.old_index()), side(&|change| change.new_index()))
}

fn git_is_here() -> bool {
    let git = Command::new("git").arg("--version").stdin(Stdio::null()).output();
    git.is_ok_and(|output| output.status.success())
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+=:@".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts `work` aside in favour of `replacement`, runs the printed command, and looks at what is there.
    #[track_caller]
    fn comes_back(work: &[u8], replacement: &[u8], with_patch: bool) {
        let folder = tempfile::Builder::new().prefix("it's a lab ").tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let file = root.join("exercises/ch01-lamp/src/yours.rs");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, work).unwrap();
        let store = Store::open(&root.join("state folder")).unwrap();
        let kept = keep(&store, "ch01-lamp", &root, &file, replacement, "1").unwrap();
        std::fs::write(&file, replacement).unwrap();
        let shell = Command::new("sh").arg("-c").arg(&kept.undo).current_dir("/").output().unwrap();
        assert!(shell.status.success(), "{}: {}", kept.undo, String::from_utf8_lossy(&shell.stderr));
        assert_eq!(std::fs::read(&file).unwrap(), work, "{}", kept.undo);
        assert_eq!(kept.patch.is_some(), with_patch, "{}", kept.undo);
    }

    #[test]
    fn the_printed_command_brings_back_every_byte() {
        let flawed: &[u8] = b"fn a() {}\n\nfn b() {}\n";
        let git = git_is_here();
        comes_back(b"fn a() { 1 }\n\nfn b() {}\n", flawed, git);
        comes_back(b"fn a() { 1 }\n\nfn b() {} // no newline", flawed, git);
        comes_back("fn a() { \"größer 富士\" }\n".as_bytes(), flawed, git);
        comes_back(b"fn a() {}\r\n\r\nfn b() { 2 }\r\n", flawed, git);
        comes_back(b"fn a() {}\n\nfn b() {}", flawed, git);
        comes_back(b"fn a() {} \t \n\n\n\n", flawed, git);
        comes_back(b"a\rb\nc\r", flawed, git);
        comes_back(b"\xff\xfe", flawed, false);
        comes_back(b"", flawed, false);
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(32))]
        #[test]
        fn any_work_comes_back(work in "[ab }\\r\\n]{1,40}", replacement in "[ab }\\r\\n]{1,40}") {
            proptest::prop_assume!(work != replacement);
            comes_back(work.as_bytes(), replacement.as_bytes(), git_is_here());
        }
    }

    #[test]
    fn what_an_earlier_version_kept_is_found_under_the_new_name() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let earlier = store.sub("attic/ch01-lamp").unwrap();
        std::fs::write(earlier.join("1-yours.rs"), "mine").unwrap();
        let now = backups(&store).unwrap();
        assert_eq!(std::fs::read_to_string(now.join("ch01-lamp/1-yours.rs")).unwrap(), "mine");
        assert!(!folder.path().join("attic").exists());
        assert_eq!(backups(&store).unwrap(), now, "once is enough");
    }

    #[test]
    fn two_kept_in_the_same_second_are_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let file = root.join("yours.rs");
        std::fs::write(&file, "mine").unwrap();
        let store = Store::open(&root.join("state")).unwrap();
        let first = keep(&store, "ch01-lamp", root, &file, b"theirs", "1").unwrap();
        let second = keep(&store, "ch01-lamp", root, &file, b"theirs", "1").unwrap();
        assert_ne!(first.copy, second.copy);
    }
}
