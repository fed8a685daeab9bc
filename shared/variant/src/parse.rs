//! Reading `VARIANTS`: one pass, and every mistake named at once together with what is known.

use crate::{SEAMS, STORIES, Seam, Variant, renamed_to};
use std::{collections::BTreeMap, fmt};

/// The chosen variant of every seam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variants(BTreeMap<&'static str, Variant>);

/// What is wrong with the setting, every mistake in one message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("VARIANTS: {}\n{}", .mistakes.join("; "), known())]
pub struct VariantError {
    /// One sentence a mistake.
    pub mistakes: Vec<String>,
}

impl Variants {
    /// Reads a setting such as `ch01-result-format=fixed,*=flawed`; an empty one chooses flawed everywhere.
    ///
    /// # Errors
    /// [`VariantError`] when a seam, a variant or a trap is unknown, or a seam is named twice.
    pub fn parse(setting: &str) -> Result<Self, VariantError> {
        let mut named: BTreeMap<&'static str, Variant> = BTreeMap::new();
        let mut rest = None;
        let mut mistakes = Vec::new();
        for entry in setting.split(',').map(str::trim).filter(|e| !e.is_empty()) {
            if let Err(mistake) = read_entry(entry, &mut named, &mut rest) {
                mistakes.push(mistake);
            }
        }
        if !mistakes.is_empty() {
            return Err(VariantError { mistakes });
        }
        let rest = rest.unwrap_or(Variant::Flawed);
        Ok(Self(SEAMS.iter().map(|s| (s.id, named.remove(s.id).unwrap_or_else(|| rest.clone()))).collect()))
    }

    /// The variant of a seam.
    ///
    /// # Panics
    /// When the seam is not in [`SEAMS`]: the service asked for something that does not exist.
    #[must_use]
    pub fn of(&self, seam: &str) -> &Variant {
        self.0.get(seam).unwrap_or_else(|| panic!("{seam} is not in variant::SEAMS"))
    }

    /// The same choice with one seam changed.
    #[must_use]
    pub fn with(mut self, seam: &'static str, variant: Variant) -> Self {
        self.0.insert(seam, variant);
        self
    }
}

impl Default for Variants {
    /// The shop out of the box: flawed everywhere.
    fn default() -> Self {
        Self(SEAMS.iter().map(|s| (s.id, Variant::Flawed)).collect())
    }
}

impl fmt::Display for Variants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (seam, variant)) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{seam}={variant}")?;
        }
        Ok(())
    }
}

fn read_entry(
    entry: &str,
    named: &mut BTreeMap<&'static str, Variant>,
    rest: &mut Option<Variant>,
) -> Result<(), String> {
    let (name, word) = entry.split_once('=').ok_or_else(|| format!("{entry:?} is not NAME=VARIANT"))?;
    let (name, word) = (name.trim(), word.trim());
    let variant: Variant = word.parse().map_err(|e: crate::NotAVariant| e.to_string())?;
    if name == "*" {
        if matches!(variant, Variant::Trap(_) | Variant::Broken(_)) {
            return Err("a trap belongs to one seam, not to *".to_owned());
        }
        return match rest.replace(variant) {
            None => Ok(()),
            Some(_) => Err("* is named twice".to_owned()),
        };
    }
    let seams = seams_named(name).ok_or_else(|| match renamed_to(name) {
        Some(new) => format!("{name} is now {new}"),
        None => format!("no seam is called {name:?}"),
    })?;
    for seam in seams {
        match &variant {
            Variant::Trap(trap) if !seam.traps.contains(&trap.as_str()) => {
                return Err(format!("{} has no trap {trap:?}; it has {}", seam.id, seam.traps.join(", ")));
            }
            Variant::Broken(name) if !seam.broken.contains(&name.as_str()) => {
                return Err(format!("{} has no broken implementation {name:?}", seam.id));
            }
            _ => {}
        }
        if named.insert(seam.id, variant.clone()).is_some() {
            return Err(format!("{} is named twice", seam.id));
        }
    }
    Ok(())
}

fn seams_named(name: &str) -> Option<Vec<&'static Seam>> {
    let story = STORIES.iter().find(|s| s.id == name);
    let ids: Vec<&str> = story.map_or_else(|| vec![name], |s| s.seams.to_vec());
    ids.into_iter().map(|id| SEAMS.iter().find(|s| s.id == id)).collect()
}

fn known() -> String {
    let mut text = String::from("known seams:");
    for seam in SEAMS {
        text.push_str(&format!("\n  {} (flawed, yours, fixed", seam.id));
        for trap in seam.traps {
            text.push_str(&format!(", trap:{trap}"));
        }
        text.push(')');
    }
    for story in STORIES {
        text.push_str(&format!("\n  {} = {}", story.id, story.seams.join(" + ")));
    }
    text.push_str("\n  * = every seam not named");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn choice(setting: &str) -> [String; 2] {
        let variants = Variants::parse(setting).unwrap();
        ["ch01-related-products", "ch01-result-format"].map(|seam| variants.of(seam).to_string())
    }

    #[test]
    fn what_is_not_named_is_flawed_unless_the_star_says_otherwise() {
        assert_eq!(choice(""), ["flawed", "flawed"]);
        assert_eq!(choice("ch01-result-format=fixed"), ["flawed", "fixed"]);
        assert_eq!(choice(" *=fixed , ch01-related-products=trap:index,"), ["trap:index", "fixed"]);
        assert_eq!(choice("ch01-product-search=yours"), ["yours", "yours"]);
    }

    #[test]
    fn every_mistake_is_named_and_the_known_seams_are_listed() {
        let error =
            Variants::parse("ch99-nothing=fixed,ch01-result-format=fast,*=trap:x,ch01-result-format=trap:index,oops");
        let text = error.unwrap_err().to_string();
        for part in [
            "ch99-nothing",
            "\"fast\" is not a variant",
            "not to *",
            "no trap \"index\"",
            "\"oops\"",
            "trap:compression",
        ] {
            assert!(text.contains(part), "{part:?} is missing in {text}");
        }
    }

    #[test]
    fn an_old_id_is_answered_with_the_new_one() {
        let error = Variants::parse("ch06-stampede=fixed").unwrap_err();
        assert_eq!(error.mistakes, ["ch06-stampede is now ch06-product-pages"]);
    }

    #[test]
    fn what_is_broken_is_refused_where_it_is_not_there_and_listed_nowhere() {
        let text = Variants::parse("ch06-product-pages=broken:stale,*=broken:stale").unwrap_err().to_string();
        assert!(text.contains("no broken implementation \"stale\"") && text.contains("not to *"), "{text}");
        assert!(!text.split_once("known seams").unwrap().1.contains("broken"), "{text}");
    }

    #[test]
    fn a_seam_named_twice_is_a_mistake() {
        assert!(Variants::parse("ch01-result-format=fixed,ch01-product-search=yours").is_err());
        assert!(Variants::parse("*=fixed,*=yours").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(setting in ".{0,60}") {
            if let Ok(variants) = Variants::parse(&setting) {
                prop_assert_eq!(Variants::parse(&variants.to_string()).unwrap(), variants);
            }
        }
    }
}
