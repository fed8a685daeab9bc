//! Circles among modules that stand beside each other.

use crate::modules::Tree;
use crate::resolve::{Edge, edges};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// One circle, the shortest through its rarest edge.
#[derive(Clone, Debug)]
pub struct Circle {
    /// Where its modules stand: the path of their parent, empty for those of the crate itself.
    pub within: Vec<String>,
    /// One use for each step, and how many there are of the same step; the last one closes the circle and is the rarest.
    pub steps: Vec<(Edge, usize)>,
}

type Beside = BTreeMap<(String, String), Vec<Edge>>;

/// The circles of a crate, at most one for each group of modules that depend on each other.
pub fn circles(tree: &Tree) -> Vec<Circle> {
    let mut levels: BTreeMap<Vec<String>, Beside> = BTreeMap::new();
    for edge in edges(tree) {
        let same = edge.from.iter().zip(&edge.to).take_while(|(from, to)| from == to).count();
        if let (Some(from), Some(to)) = (edge.from.get(same), edge.to.get(same)) {
            let step = (from.clone(), to.clone());
            levels.entry(edge.from[..same].to_vec()).or_default().entry(step).or_default().push(edge);
        }
    }
    levels.into_iter().flat_map(|(within, beside)| of_level(&within, &beside)).collect()
}

fn of_level(within: &[String], beside: &Beside) -> Vec<Circle> {
    let mut steps: Vec<&(String, String)> = beside.keys().collect();
    steps.sort_by_key(|step| beside[*step].len());
    let (mut circles, mut seen): (Vec<Circle>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
    for (from, to) in steps {
        if seen.contains(from.as_str()) || seen.contains(to.as_str()) {
            continue;
        }
        let Some(mut way) = shortest(beside, to, from) else { continue };
        way.push((from, to));
        seen.extend(way.iter().map(|(from, _)| *from));
        let step = |(from, to): (&str, &str)| {
            let edges = &beside[&(from.to_owned(), to.to_owned())];
            (edges[0].clone(), edges.len())
        };
        circles.push(Circle { within: within.to_vec(), steps: way.into_iter().map(step).collect() });
    }
    circles
}

/// The fewest steps from one module to another.
fn shortest<'a>(beside: &'a Beside, from: &'a str, to: &str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut ways = VecDeque::from([(from, Vec::new())]);
    let mut seen = BTreeSet::from([from]);
    while let Some((at, way)) = ways.pop_front() {
        if at == to {
            return Some(way);
        }
        for (here, next) in beside.keys().filter(|(here, _)| here == at) {
            if seen.insert(next) {
                let way: Vec<_> = way.iter().copied().chain([(here.as_str(), next.as_str())]).collect();
                ways.push_back((next, way));
            }
        }
    }
    None
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |path: &[String]| path.get(self.within.len()).cloned().unwrap_or_default();
        let names: Vec<String> = self.steps.iter().map(|(edge, _)| name(&edge.from)).collect();
        let within = if self.within.is_empty() { String::new() } else { format!("{}: ", self.within.join("::")) };
        write!(f, "{within}{} → {}", names.join(" → "), names.first().map_or("", String::as_str))?;
        for (place, (edge, uses)) in self.steps.iter().enumerate() {
            let closes = if place + 1 == self.steps.len() { "; this closes the circle" } else { "" };
            let (file, what) = (edge.file.display(), &edge.what);
            let uses = if *uses == 1 { "the only use".to_owned() } else { format!("one of {uses} uses") };
            write!(
                f,
                "\n    {} → {}: {file}:{} `{}`, {uses}{closes}",
                name(&edge.from),
                name(&edge.to),
                what.line,
                what.path.join("::")
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::circles;
    use crate::read;

    /// What is found in a crate of these files.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let tree = read(&folder.path().join("lib.rs")).unwrap();
        let root = format!("{}/", folder.path().display());
        circles(&tree).iter().map(|circle| circle.to_string().replace(&root, "")).collect()
    }

    #[test]
    fn a_planted_circle_is_found_with_the_use_that_closes_it() {
        let shop = "//! Sells.\nuse crate::stock::{Stock, count};\nuse crate::stock::Shelf;\npub struct Shop;\n";
        let stock =
            "//! Keeps.\n\nuse crate::shop::Shop;\npub struct Stock;\npub struct Shelf;\npub fn count(_: Shop) {}\n";
        let files = [("lib.rs", "mod shop;\nmod stock;\n"), ("shop.rs", shop), ("stock.rs", stock)];
        assert_eq!(
            found(&files),
            ["shop → stock → shop\n    shop → stock: shop.rs:2 `crate::stock::Stock`, one of 3 uses\n    \
              stock → shop: stock.rs:3 `crate::shop::Shop`, the only use; this closes the circle"]
        );
        let without = stock.replace("use crate::shop::Shop;\n", "type Shop = ();\n");
        assert!(found(&[files[0], files[1], ("stock.rs", &without)]).is_empty());
    }

    #[test]
    fn a_use_counts_for_the_module_that_defines_not_for_the_one_that_re_exports() {
        let lib = "pub mod shop;\npub mod stock;\n";
        let shop = "mod till;\nmod door;\npub use till::Till;\npub use crate::stock::Stock;\n";
        let till = "use super::Stock;\npub struct Till(Stock);\n";
        let door = "fn open() { let _ = super::Till; }\n";
        let stock = "pub struct Stock;\n";
        let clean = [("lib.rs", lib), ("shop/mod.rs", shop), ("shop/till.rs", till), ("shop/door.rs", door)];
        assert!(found(&[&clean[..], &[("stock.rs", stock)]].concat()).is_empty());
        let back = "use crate::shop::Till;\npub struct Stock(Option<Box<Till>>);\n";
        let circle = found(&[&clean[..], &[("stock.rs", back)]].concat());
        assert!(
            circle[0].starts_with("shop → stock → shop") || circle[0].starts_with("stock → shop → stock"),
            "{circle:?}"
        );
    }

    #[test]
    fn modules_within_a_module_are_looked_at_too_and_so_is_what_a_macro_says() {
        let lib = "mod shop;\n";
        let shop = "mod door;\nmod till;\n";
        let door = "pub fn open() -> String { format!(\"{:?}\", super::till::Till) }\n";
        let till = "pub struct Till;\nimpl Till { fn ring(self) { super::door::open(); } }\n";
        let circle = found(&[("lib.rs", lib), ("shop/mod.rs", shop), ("shop/door.rs", door), ("shop/till.rs", till)]);
        assert!(circle.len() == 1 && circle[0].starts_with("shop: "), "{circle:?}");
    }

    #[test]
    fn tests_may_look_around() {
        let lib = "mod a;\nmod b;\n";
        let a = "pub struct A;\n#[cfg(test)]\nmod tests { use crate::b::B; }\n#[cfg(test)]\nuse crate::b::B;\n";
        assert!(found(&[("lib.rs", lib), ("a.rs", a), ("b.rs", "use crate::a::A;\npub struct B(A);\n")]).is_empty());
    }
}
