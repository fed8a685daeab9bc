//! What each exercise's README shows by hand, on `cargo lab up` or the Compose stack, flawed and then fixed.

mod output;
mod readme;
mod shop;

use anyhow::Context as _;
use output::{median, numbers_after};
use readme::{ByHand, Difference, Expected};
use shop::{Shop, Where};
use std::path::{Path, PathBuf};

/// How often the commands are typed. The first time, connections are opened and pages read for the first time.
const TIMES: usize = 3;

/// Which exercises, and where.
pub struct Plan {
    root: PathBuf,
    whereabouts: Where,
    exercises: Vec<(String, ByHand)>,
}

impl Plan {
    /// The exercises that are named, or all; run in the workshop's folder. With `--compose` first, on the Compose stack.
    ///
    /// # Errors
    /// For an exercise there is not, and for a README that does not say what its commands show.
    pub fn read(words: &[String]) -> anyhow::Result<Self> {
        let (whereabouts, named) = match words.split_first() {
            Some((first, rest)) if first == "--compose" => (Where::Compose, rest),
            _ => (Where::LabUp, words),
        };
        let root = std::env::current_dir()?;
        let known = known(&root)?;
        if let Some(unknown) = named.iter().find(|name| !known.contains(name)) {
            anyhow::bail!("there is no exercise {unknown}; there are {}", known.join(", "));
        }
        let chosen = known.into_iter().filter(|name| named.is_empty() || named.contains(name));
        let read = |name: String| {
            let path = root.join("exercises").join(&name).join("README.md");
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let by_hand = readme::read(&text).with_context(|| path.display().to_string())?;
            anyhow::Ok((name, by_hand))
        };
        let exercises = chosen.map(read).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Self { root, whereabouts, exercises })
    }
}

/// The folders with code to change: a story has none.
fn known(root: &Path) -> anyhow::Result<Vec<String>> {
    let folder = root.join("exercises");
    let mut known = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if entry.path().join("src/flawed.rs").is_file() {
            known.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    known.sort();
    Ok(known)
}

/// Types everything into a shop with all flaws, and into one with all fixes; whether all of it shows.
///
/// # Errors
/// When the shop cannot be started, or commands take too long.
pub async fn run(plan: Plan) -> anyhow::Result<bool> {
    let flawed = typed(&plan, "flawed", "").await?;
    let fixed = typed(&plan, "fixed", "*=fixed").await?;
    let (mut rows, mut shown) = (Vec::new(), true);
    for ((name, by_hand), (flawed, fixed)) in plan.exercises.iter().zip(flawed.iter().zip(&fixed)) {
        for expected in &by_hand.expected {
            let (holds, row) = judged(expected, flawed, fixed);
            if !holds {
                println!("by-hand: {name} does not show it\n--- flawed\n{flawed}--- fixed\n{fixed}---");
            }
            shown &= holds;
            rows.push(format!("{} {name:<22} {row}", if holds { "ok " } else { "NO " }));
        }
    }
    rows.iter().for_each(|row| println!("{row}"));
    Ok(shown)
}

/// What the commands of each exercise print in a shop with these variants, which is stopped again whatever happens.
async fn typed(plan: &Plan, called: &str, variants: &str) -> anyhow::Result<Vec<String>> {
    println!("by-hand: starting the {called} shop");
    let shop = Shop::up(plan.whereabouts, &plan.root, variants).await?;
    let outputs = tokio::select! {
        outputs = all_typed(plan, called, &shop) => outputs,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    let stopped = Shop::down(plan.whereabouts, &plan.root).await;
    let outputs = outputs?;
    stopped?;
    Ok(outputs)
}

async fn all_typed(plan: &Plan, called: &str, shop: &Shop) -> anyhow::Result<Vec<String>> {
    let mut outputs = Vec::new();
    for (name, by_hand) in &plan.exercises {
        println!("by-hand: {name}, {called}");
        let mut output = String::new();
        for _ in 0..TIMES {
            output += &shop.type_in(&by_hand.commands).await.with_context(|| name.clone())?;
            output.push('\n');
        }
        outputs.push(output);
    }
    Ok(outputs)
}

/// Whether both outputs differ as expected, and a line that says how.
fn judged(expected: &Expected, flawed: &str, fixed: &str) -> (bool, String) {
    let of = |output: &str| median(numbers_after(&expected.after, output));
    let (Some(flawed), Some(fixed)) = (of(flawed), of(fixed)) else {
        return (false, format!("{} is followed by no number", expected.after));
    };
    let wanted = match expected.difference {
        Difference::Ratio(ratio) => format!("{:.1} times, at least {ratio}", flawed / fixed),
        Difference::Values { flawed, fixed } => format!("{flawed} and {fixed} expected"),
        Difference::Limits { flawed, fixed } => format!("at least {flawed} and at most {fixed} expected"),
    };
    let holds = expected.difference.holds(flawed, fixed);
    (holds, format!("{} {flawed} flawed, {fixed} fixed: {wanted}", expected.after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exercise_says_what_its_commands_show() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let known = known(&root).unwrap();
        assert!(known.len() >= 10, "{known:?}");
        for name in known {
            let path = root.join("exercises").join(&name).join("README.md");
            let read = readme::read(&std::fs::read_to_string(path).unwrap());
            let commands = read.unwrap_or_else(|error| panic!("{name}: {error:#}")).commands;
            assert!(commands.contains("curl"), "{name}: {commands}");
        }
    }

    #[test]
    fn medians_are_compared_and_what_is_not_printed_does_not_show() {
        let expected = Expected { after: "20 hits:".to_owned(), difference: Difference::Ratio(1.5) };
        let flawed = "20 hits: 0.9 s\n\n20 hits: 0.3 s\n\n20 hits: 0.3 s\n";
        assert!(judged(&expected, flawed, "20 hits: 0.19 s\n").0);
        assert!(!judged(&expected, flawed, "20 hits: 0.21 s\n").0);
        assert!(!judged(&expected, flawed, "").0);
    }
}
