//! The files of the exercise itself, from templates.

use super::{Names, type_name};
use crate::exercise::tests_target;

/// Path within the exercise's folder and text, of every file.
pub fn files(names: &Names) -> Vec<(String, String)> {
    let fill = |template: &str| fill(template, names);
    let flawed = fill(include_str!("../../templates/exercise/flawed.rs"));
    let tests = format!("tests/{}", tests_target(&names.id));
    let mut files = vec![
        ("Cargo.toml".to_owned(), fill(include_str!("../../templates/exercise/Cargo.toml"))),
        ("exercise.toml".to_owned(), fill(include_str!("../../templates/exercise/exercise.toml"))),
        ("README.md".to_owned(), fill(include_str!("../../templates/exercise/README.md"))),
        ("src/lib.rs".to_owned(), fill(include_str!("../../templates/exercise/lib.rs"))),
        ("src/flawed.rs".to_owned(), flawed.clone()),
        ("src/yours.rs".to_owned(), flawed),
        ("src/fixed.rs".to_owned(), fill(include_str!("../../templates/exercise/fixed.rs"))),
        (format!("{tests}/main.rs"), fill(include_str!("../../templates/exercise/tests.rs"))),
        (format!("{tests}/contract.rs"), fill(include_str!("../../templates/exercise/contract.rs"))),
    ];
    let mut modules = String::from("//! Plausible wrong fixes.\n\n");
    for trap in &names.traps {
        let module = trap.replace('-', "_");
        modules.push_str(&format!("pub(crate) mod {module};\n"));
        let text = include_str!("../../templates/exercise/trap.rs").replace("__TRAP__", trap);
        files.push((format!("src/traps/{module}.rs"), text));
    }
    files.push(("src/traps/mod.rs".to_owned(), modules));
    let broken = "//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.\n\npub(crate) mod forty_answers;\n";
    files.push(("src/broken/mod.rs".to_owned(), broken.to_owned()));
    files.push(("src/broken/forty_answers.rs".to_owned(), fill(include_str!("../../templates/exercise/broken.rs"))));
    files
}

fn fill(template: &str, names: &Names) -> String {
    let traps = |line: &dyn Fn(&str, &str, &str) -> String| -> String {
        names.traps.iter().map(|trap| line(trap, &trap.replace('-', "_"), &type_name(trap))).collect()
    };
    let needs = match names.service.as_str() {
        "checkout" => r#"["postgres", "redis", "rabbitmq", "recommendations", "partners"]"#,
        "edge" => r#"["postgres", "redis", "recommendations", "search"]"#,
        "recommendations" => r#"["postgres", "redis"]"#,
        _ => r#"["postgres", "redis", "recommendations"]"#,
    };
    let toml = |trap: &str, _: &str, _: &str| {
        format!(
            "\n[[trap]]\nname = \"{trap}\"\nmisses = [\"p95_ratio\"]\nwhy = \"TO DO: why it tempts and why it fails\"\n"
        )
    };
    let replacements = [
        ("__ID__", names.id.clone()),
        ("__LIB__", names.library.clone()),
        ("__TYPE__", names.type_name()),
        ("__TITLE__", names.title.clone()),
        ("__CHAPTER__", names.chapter.to_string()),
        ("__SERVICE__", names.service.clone()),
        ("__NEEDS__", needs.to_owned()),
        ("__TRAPS_TOML__", traps(&toml)),
        (
            "__TRAPS__",
            traps(&|_, module, name| format!("{name} = traps::{module}, ")).trim_end_matches(", ").to_owned(),
        ),
    ];
    replacements.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::{Names, files};
    use crate::exercise::Exercise;

    #[test]
    fn nothing_is_left_of_the_templates_and_yours_is_flawed() {
        let names = Names {
            id: "ch99-lamp-shade".to_owned(),
            chapter: 99,
            library: "lamp_shade".to_owned(),
            title: "A lamp shade".to_owned(),
            service: "checkout".to_owned(),
            traps: vec!["candle".to_owned(), "no-wick".to_owned()],
        };
        let files = files(&names);
        let text = |path: &str| files.iter().find(|(file, _)| file == path).unwrap().1.as_str();
        for (path, text) in &files {
            assert!(!text.contains("__"), "{path}: {text}");
        }
        assert_eq!(text("src/flawed.rs"), text("src/yours.rs"));
        let exercise: Exercise = toml::from_str(text("exercise.toml")).unwrap();
        assert_eq!((exercise.trap.len(), exercise.hint.len(), exercise.chapter), (2, 3, 99));
        let chosen = "Candle = traps::candle, NoWick = traps::no_wick; FortyAnswers = broken::forty_answers";
        assert!(text("src/lib.rs").contains(chosen), "{}", text("src/lib.rs"));
        assert_eq!(exercise.broken.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["forty-answers"]);
        assert!(text("src/broken/mod.rs").ends_with("pub(crate) mod forty_answers;\n"));
        assert!(text("src/traps/mod.rs").ends_with("pub(crate) mod candle;\npub(crate) mod no_wick;\n"));
    }
}
