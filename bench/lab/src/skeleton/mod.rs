//! The skeleton of a new exercise: its own files, and the lines other files need.

mod edits;
mod files;

pub use edits::{Edit, edits};
pub use files::files;

use crate::exit::Failure;
use std::path::Path;

/// What a new exercise is called, everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// `ch05-quote-sources`.
    pub id: String,
    /// 5.
    pub chapter: u32,
    /// `quote_sources`.
    pub library: String,
    /// A title for people.
    pub title: String,
    /// The service that has the seam.
    pub service: String,
    /// The traps.
    pub traps: Vec<String>,
}

impl Names {
    /// Of an exercise that is not there yet.
    ///
    /// # Errors
    /// Exit 2 for an id that is not `chNN-name`, one that is or was taken, an unknown service or a trap without a name.
    pub fn new(root: &Path, id: &str, service: &str, title: Option<&str>, traps: &[String]) -> Result<Self, Failure> {
        let refused = |why: String| Failure::usage(why).remedy("for instance: cargo lab dev new ch05-quote-sources");
        let parts = id.strip_prefix("ch").and_then(|rest| rest.split_once('-'));
        let (chapter, name) = parts
            .filter(|(chapter, name)| chapter.len() == 2 && is_kebab(name))
            .and_then(|(chapter, name)| Some((chapter.parse().ok()?, name)))
            .ok_or_else(|| refused(format!("{id:?} is not chNN-name with lower-case words")))?;
        if let Some(new) = variant::renamed_to(id) {
            return Err(refused(format!("{id} was the name of {new} once: what learners kept under it belongs there")));
        }
        if root.join("exercises").join(id).exists() {
            return Err(Failure::usage(format!("exercises/{id} is there already")));
        }
        if !root.join("services").join(service).join("Cargo.toml").is_file() {
            return Err(Failure::usage(format!("there is no service {service:?} under services/")));
        }
        if let Some(wrong) = traps.iter().find(|trap| !is_kebab(trap)) {
            return Err(refused(format!("{wrong:?} is no name for a trap: lower-case words")));
        }
        let title = title.map_or_else(|| sentence(name), str::to_owned);
        let (id, library, service) = (id.to_owned(), name.replace('-', "_"), service.to_owned());
        let mut traps = traps.to_vec();
        traps.sort();
        Ok(Self { id, chapter, library, title, service, traps })
    }

    /// `QuoteSources`.
    pub fn type_name(&self) -> String {
        type_name(&self.library)
    }
}

fn is_kebab(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|word| !word.is_empty() && word.chars().all(plain))
}

/// `no_minimum` and `no-minimum` as `NoMinimum`.
fn type_name(name: &str) -> String {
    name.split(['-', '_']).map(capitalised).collect()
}

/// `quote-sources` as `Quote sources`.
fn sentence(name: &str) -> String {
    capitalised(&name.replace('-', " "))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::Names;

    fn workshop() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("services/search")).unwrap();
        std::fs::write(root.path().join("services/search/Cargo.toml"), "").unwrap();
        std::fs::create_dir_all(root.path().join("exercises/ch01-taken")).unwrap();
        root
    }

    #[test]
    fn an_id_gives_all_its_names() {
        let root = workshop();
        let names = Names::new(root.path(), "ch05-quote-sources", "search", None, &["no-pool".to_owned()]).unwrap();
        assert_eq!((names.chapter, names.library.as_str()), (5, "quote_sources"));
        assert_eq!((names.type_name().as_str(), names.title.as_str()), ("QuoteSources", "Quote sources"));
    }

    #[test]
    fn what_cannot_be_a_name_is_refused_with_its_reason() {
        let root = workshop();
        let refused = |id: &str, service: &str, trap: &str| {
            Names::new(root.path(), id, service, None, &[trap.to_owned()]).unwrap_err().to_string()
        };
        for id in ["ch5-x", "ch05", "ch05-", "ch05-Big", "ch05-a--b", "05-a", "ch05-../x"] {
            assert!(refused(id, "search", "t").contains("not chNN-name"), "{id}");
        }
        assert!(refused("ch06-stampede", "search", "t").contains("was the name of ch06-product-pages"));
        assert!(refused("ch01-taken", "search", "t").contains("there already"));
        assert!(refused("ch05-lamp", "lamps", "t").contains("no service"));
        assert!(refused("ch05-lamp", "search", "T!").contains("no name for a trap"));
    }
}
