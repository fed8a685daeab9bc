//! The lines that other files need for a new exercise: put where their like stand, or printed where that is not certain.

use super::Names;
use std::path::Path;

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Within the workspace.
    pub path: String,
    /// What is added, for people.
    pub what: String,
    /// The file's new text; `None` where the place was not found and the lines have to be added by hand.
    pub text: Option<String>,
}

/// All changes: the exercise becomes a package of the workspace and a dependency of its service. Nothing else lists it.
pub fn edits(root: &Path, names: &Names) -> Vec<Edit> {
    let id = &names.id;
    let edit = |path: String, what: String, change: &dyn Fn(&str) -> Option<String>| {
        let text = std::fs::read_to_string(root.join(&path)).ok().and_then(|text| change(&text));
        Edit { path, what, text }
    };
    let dependency = format!("{id} = {{ path = \"exercises/{id}\" }}");
    let used = format!("{id}.workspace = true");
    vec![
        edit("Cargo.toml".to_owned(), dependency.clone(), &|text| {
            sorted_in(text, "[workspace.dependencies]", "ch", &dependency)
        }),
        edit(format!("services/{}/Cargo.toml", names.service), used.clone(), &|text| {
            sorted_in(text, "[dependencies]", "", &used)
        }),
    ]
}

/// Puts `line` among the lines of a TOML section that start with `prefix` and with a letter, in order.
fn sorted_in(text: &str, section: &str, prefix: &str, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|one| *one == section)? + 1;
    let end = lines[start..].iter().position(|one| one.starts_with('[')).map_or(lines.len(), |end| start + end);
    let like = |one: &str| one.starts_with(|c: char| c.is_ascii_lowercase()) && one.starts_with(prefix);
    let after = (start..end).rev().find(|at| like(lines[*at]) && lines[*at] < line);
    let before = (start..end).find(|at| like(lines[*at]));
    lines.insert(after.map(|at| at + 1).or(before)?, line);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_put_among_its_like() {
        let text =
            "[workspace.dependencies]\n# ours\nch01-a = 1\nch09-b = 1\n\n# others\nhttp = 1\n[profile.dev]\nch99 = 1\n";
        let found = sorted_in(text, "[workspace.dependencies]", "ch", "ch05-x = 1").unwrap();
        assert!(found.contains("ch01-a = 1\nch05-x = 1\nch09-b = 1\n"), "{found}");
        let found = sorted_in("[dependencies]\nanyhow = 1\nhttp = 1\n", "[dependencies]", "", "ch05-x = 1").unwrap();
        assert_eq!(found, "[dependencies]\nanyhow = 1\nch05-x = 1\nhttp = 1\n");
        let found = sorted_in("[dependencies]\nhttp = 1\n", "[dependencies]", "", "axum = 1").unwrap();
        assert_eq!(found, "[dependencies]\naxum = 1\nhttp = 1\n");
        assert_eq!(sorted_in("[package]\n", "[dependencies]", "", "axum = 1"), None);
    }
}
