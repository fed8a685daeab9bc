//! What changes in mid-run and by when every answer must show it: what `exercise.toml` says about `[[change]]`.

use super::{Case, Who};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Something that another team, a partner or a customer changes while caches are warm.
///
/// In every text `{word}` stands for what was drawn or picked under this name, `{word:eur}` for the same cents as euros, and `{was}`
/// for what the first of the reads showed before, `{email}` for the address of the customer who asks it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What happened, as the first half of a sentence: "the price of product {product} was changed to {cents:eur}".
    pub name: String,
    /// What is drawn anew in every run.
    #[serde(default)]
    pub draw: BTreeMap<String, Drawn>,
    /// Values that belong together: one of these is drawn as a whole.
    #[serde(default)]
    pub rows: Vec<BTreeMap<String, String>>,
    /// What is picked out of the first arm's answers, in this order, after what is drawn.
    #[serde(default)]
    pub pick: Vec<Ask>,
    /// The phase whose end is this change: partners that are well again. Then there is no `make`.
    pub after: Option<String>,
    /// What is changed.
    pub make: Option<Make>,
    /// What gives later phases back what they rely on.
    pub undo: Option<Make>,
    /// How long after it an answer may still show what was before. 0: the next answer shows it.
    pub within_ms: u64,
    /// Asked at the end of the run instead of at once: for what may be old for longer than a run should wait.
    #[serde(default)]
    pub late: bool,
    /// Every path on which it must be seen.
    pub read: Vec<Ask>,
}

/// How a value is drawn.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Drawn {
    /// A whole number, both ends included.
    Between {
        /// The smallest.
        from: i64,
        /// The largest.
        to: i64,
    },
    /// One of these.
    OneOf(Vec<String>),
}

/// A request to an arm's service, and what is looked at in its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// In `pick`: the name of what is found.
    #[serde(rename = "as")]
    pub name: Option<String>,
    /// Where it is seen, as a JSON pointer in which `*` stands for every element and `[id=7]` for those whose `id` is 7; without it
    /// the status is all that is looked at.
    pub at: Option<String>,
    /// In `pick`: nothing that stands here in the same answer, as `at` says where.
    pub except: Option<String>,
    /// In `read`: what every value there must be. Without it: what the first arm shows, which must be something else than before.
    pub is: Option<String>,
    /// In `read`: asks with the `ETag` of the answer before the change, as a browser does: 304 would mean that nothing changed.
    #[serde(default)]
    pub conditional: bool,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// A body, sent as JSON.
    pub body: Option<String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Asked with the token of a customer: `true` is the first, 2 the second.
    #[serde(default)]
    pub customer: Who,
    /// The status of a right answer.
    #[serde(default = "ok")]
    pub status: u16,
}

/// A change: a request to the service, a statement in a database, or what a partner is told over its admin routes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
pub enum Make {
    /// Statements in the arm's own database, as another team's service would send them.
    Sql {
        /// One or more, with semicolons between them.
        sql: String,
        /// Whose database: that of the arm, or that which all arms' recommendations read.
        #[serde(default)]
        of: Owner,
    },
    /// `PUT` to the partners' admin routes.
    Partners {
        /// The path, such as `/admin/tax/rates/DE`.
        partners: String,
        /// The body.
        body: String,
    },
    /// A request to the service.
    Request {
        /// The request; its status is that of a change that was made.
        request: Box<Ask>,
    },
}

/// Whose database a statement changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The arm's own.
    #[default]
    Arm,
    /// The one that recommendations read, for all arms at once.
    Recommendations,
}

impl Ask {
    /// As a case, from which a request is made.
    #[must_use]
    pub fn case(&self, name: &str) -> Case {
        let Self { method, path, body, headers, customer, status, .. } = self.clone();
        let (name, reads) = (name.to_owned(), Vec::new());
        let reads_headers = Vec::new();
        Case { name, method, path, body, headers, customer, status, reads, reads_headers, ..Case::default() }
    }
}

impl Change {
    /// What is wrong with it beyond the grammar, each a sentence.
    #[must_use]
    pub fn mistakes(&self, customers: usize, phases: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        let name = format!("the change {:?}", self.name);
        if self.read.is_empty() {
            found.push(format!("{name} is read nowhere"));
        }
        match (&self.make, &self.after) {
            (None, None) | (Some(_), Some(_)) => found.push(format!("{name} needs either `make` or `after`")),
            (None, Some(after)) if !phases.contains(&after.as_str()) => {
                found.push(format!("{name} comes after {after:?}, which is no phase"));
            }
            _ => {}
        }
        if self.pick.iter().any(|pick| pick.name.is_none() || pick.at.is_none()) {
            found.push(format!("{name} picks something without saying where it is (`at`) or what it is called (`as`)"));
        }
        let asked = || self.read.iter().chain(&self.pick);
        if asked().any(|ask| ask.customer.number() > customers) {
            found.push(format!("{name} needs more customers than [load] has"));
        }
        if self.read.iter().any(|read| read.except.is_some()) {
            found.push(format!("{name} has an `except` in what it reads, where nothing is picked"));
        }
        let pointers = || asked().flat_map(|ask| ask.at.iter().chain(&ask.except));
        if let Some(wrong) = pointers().find(|at| !at.starts_with('/')) {
            found.push(format!("{name} looks at {wrong:?}, which is no JSON pointer"));
        }
        found
    }
}

fn get() -> String {
    "GET".to_owned()
}

fn ok() -> u16 {
    200
}

#[cfg(test)]
mod tests {
    use super::{Change, Drawn, Make, Owner};

    const PRICE: &str = r#"
        name = "the price of product {product} was changed to {cents:eur}"
        draw = { cents = { from = 100, to = 900 }, term = ["oak", "lamp"] }
        pick = [{ as = "product", path = "/v1/search?q={term}", at = "/hits/*/id" }]
        make = { sql = "update products set price_cents = {cents} where id = {product}" }
        undo = { sql = "update products set price_cents = {was} where id = {product}", of = "recommendations" }
        within_ms = 0
        read = [{ path = "/v1/products/{product}", at = "/price_cents", is = "{cents}", conditional = true }]
    "#;

    fn of(text: &str) -> Change {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_change_is_read_as_an_author_writes_it() {
        let change = of(PRICE);
        assert!(matches!(change.draw["cents"], Drawn::Between { from: 100, to: 900 }));
        assert!(matches!(&change.draw["term"], Drawn::OneOf(words) if words.len() == 2));
        assert!(matches!(change.make, Some(Make::Sql { of: Owner::Arm, .. })));
        assert!(matches!(change.undo, Some(Make::Sql { of: Owner::Recommendations, .. })));
        assert_eq!((change.read[0].status, change.read[0].conditional), (200, true));
        assert_eq!(change.mistakes(0, &[]), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_named() {
        let cases = [
            ("path = \"/v1/products", "customer = 3, path = \"/v1/products", "more customers"),
            ("at = \"/price_cents\"", "at = \"price_cents\"", "no JSON pointer"),
            ("at = \"/hits/*/id\"", "at = \"/hits/*/id\", except = \"beside\"", "no JSON pointer"),
            ("at = \"/price_cents\"", "at = \"/price_cents\", except = \"/id\"", "where nothing is picked"),
            ("make = ", "after = \"hang\"\nmake = ", "either `make` or `after`"),
            (
                "make = { sql = \"update products set price_cents = {cents} where id = {product}\" }",
                "after = \"dusk\"",
                "no phase",
            ),
        ];
        for (good, bad, expected) in cases {
            let found = of(&PRICE.replace(good, bad)).mistakes(2, &["hang"]).join("; ");
            assert!(found.contains(expected), "{bad}: {found:?}");
        }
        assert!(toml::from_str::<Change>(&PRICE.replace("within_ms = 0", "")).is_err());
    }
}
