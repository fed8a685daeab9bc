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

/// All changes, in the order of the checklist.
pub fn edits(root: &Path, names: &Names) -> Vec<Edit> {
    let id = &names.id;
    let traps: Vec<String> = names.traps.iter().map(|trap| format!("{trap:?}")).collect();
    let seam = format!("    Seam {{ id: \"{id}\", traps: &[{}] }},", traps.join(", "));
    let tests = tests(names);
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
        edit("shared/variant/src/seams.rs".to_owned(), seam.trim().to_owned(), &|text| in_seams(text, id, &seam)),
        edit("bench/lab/tests/targets.rs".to_owned(), tests.trim_end().to_owned(), &|text| in_tests(text, id, &tests)),
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

/// Puts the seam into the list, in the order of the book.
fn in_seams(text: &str, id: &str, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|one| one.starts_with("pub const SEAMS"))? + 1;
    let end = start + lines[start..].iter().position(|one| one.starts_with("];"))?;
    let id_of = |at: usize| lines[at..end].iter().find_map(|one| one.split_once("id: \"")?.1.split('"').next());
    let entry = |at: &usize| lines[*at].starts_with("    Seam {");
    let place = (start..end).filter(entry).find(|at| id_of(*at).is_some_and(|other| other > id)).unwrap_or(end);
    lines.insert(place, line);
    Some(lines.join("\n") + "\n")
}

/// The sentences of the latency tests.
fn tests(names: &Names) -> String {
    let (id, name) = (&names.id, &names.library);
    let mut lines = format!(
        "    {name}_flawed_misses_a_target: \"{id}\", \"flawed\";\n    {name}_fixed_meets_every_target: \"{id}\", \"fixed\";\n"
    );
    for trap in &names.traps {
        let word = trap.replace('-', "_");
        lines.push_str(&format!("    {name}_with_{word}_misses_what_it_should: \"{id}\", \"trap:{trap}\";\n"));
    }
    lines.push_str(&format!(
        "    {name}_yours_starts_as_the_flawed_version: \"{id}\", \"yours\";\n    \
         {name}_has_its_hints_its_text_and_its_place_in_the_list: \"{id}\", \"files\";\n"
    ));
    lines
}

/// Puts the sentences at the end of the list of tests, and the id into the list of all.
fn in_tests(text: &str, id: &str, lines: &str) -> Option<String> {
    let list = text.find("\ntargets! {\n")?;
    let end = list + text[list..].find("\n}\n")? + 1;
    let mut text = format!("{}{lines}{}", &text[..end], &text[end..]);
    let start = text.rfind("ids,")?;
    let open = start + text[start..].find('[')? + 1;
    let close = open + text[open..].find(']')?;
    let mut ids: Vec<String> = text[open..close].split(',').map(|one| one.trim().to_owned()).collect();
    ids.retain(|one| !one.is_empty());
    ids.push(format!("{id:?}"));
    ids.sort();
    let list = match text[open..close].contains('\n') {
        true => format!("\n            {},\n        ", ids.join(",\n            ")),
        false => ids.join(", "),
    };
    text.replace_range(open..close, &list);
    Some(text)
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

    #[test]
    fn a_seam_is_put_in_the_order_of_the_book() {
        let text = "pub const SEAMS: &[Seam] = &[\n    Seam { id: \"ch01-a\", traps: &[] },\n    Seam {\n        id: \"ch09-b\",\n        traps: &[],\n    },\n];\n";
        let found = in_seams(text, "ch05-x", "    Seam { id: \"ch05-x\", traps: &[] },").unwrap();
        assert!(
            found.contains(
                "ch01-a\", traps: &[] },\n    Seam { id: \"ch05-x\", traps: &[] },\n    Seam {\n        id: \"ch09-b"
            ),
            "{found}"
        );
        let last = in_seams(text, "ch14-x", "    Seam { id: \"ch14-x\" },").unwrap();
        assert!(last.ends_with("    },\n    Seam { id: \"ch14-x\" },\n];\n"), "{last}");
    }

    #[test]
    fn the_sentences_come_after_the_others_and_the_id_into_the_list() {
        let text =
            "x\ntargets! {\n    a: \"ch01-a\", \"flawed\";\n}\n\n    assert_eq!(ids, [\"ch01-a\", \"ch09-b\"]);\n";
        let found = in_tests(text, "ch05-x", "    b: \"ch05-x\", \"flawed\";\n").unwrap();
        assert!(found.contains("\"flawed\";\n    b: \"ch05-x\", \"flawed\";\n}\n"), "{found}");
        assert!(found.contains("assert_eq!(ids, [\"ch01-a\", \"ch05-x\", \"ch09-b\"]);"), "{found}");
        assert_eq!(in_tests("fn main() {}\n", "ch05-x", ""), None);
    }
}
