//! `[[draw]]`: a case as a template, and what its places are filled with.

use crate::exercise::reading::{self, Allowance, Reading, whole};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Cases that are drawn anew for each run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawSpec {
    /// A sentence. Here, in path, body and headers `{name}` stands for a value of `draws`.
    pub name: String,
    /// How many cases a run draws.
    pub count: usize,
    /// A unary gRPC call, as in a case.
    #[serde(default)]
    pub grpc: bool,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The path with its query; values are percent-encoded.
    pub path: String,
    /// A body, sent as JSON; values are written as within a JSON string, lists as they are.
    pub body: Option<String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Asked with the token of one of these customers, the first and the last, counted from 1.
    pub customers: Option<[usize; 2]>,
    /// The status expected of every variant.
    #[serde(default = "ok")]
    pub status: u16,
    /// What clients read, as in a case; the whole answer where nothing is said.
    #[serde(default = "whole")]
    pub reads: Vec<String>,
    /// Response headers that clients read, in lower case. `if-none-match` asks once more as a client that has the answer, by its
    /// `etag`, and reads what comes: 304 without a body.
    #[serde(default)]
    pub reads_headers: Vec<String>,
    /// Values that may differ, each with its reason.
    #[serde(default)]
    pub volatile: Vec<Allowance>,
    /// Lists whose order may differ, each with its reason.
    #[serde(default)]
    pub unordered: Vec<Allowance>,
    /// Extras that may be null where whoever gives them did not answer in time, each with its reason.
    #[serde(default)]
    pub extras: Vec<Allowance>,
    /// Why these cases are not asked again after load.
    pub once: Option<String>,
    /// One after the other: a case that changes what another one finds, or costs so much that several at once would queue.
    #[serde(default)]
    pub in_turn: bool,
    /// What the places are filled with.
    #[serde(default)]
    pub draws: BTreeMap<String, Values>,
}

/// Terms of the load that are drawn anew for each run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawTerms {
    /// How many.
    pub count: usize,
    /// From where.
    pub from: Values,
}

/// Where a value comes from. Names, SKUs and ids are those of the catalogue that the exercise's arms have at first.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Values {
    /// A whole number, from the first to the last.
    Number([i64; 2]),
    /// One of these texts.
    OneOf(Vec<String>),
    /// One or two words of a product, which this many products have: at least, and at most.
    Words([usize; 2]),
    /// A part of a product's name or SKU, this many characters long: at least, and at most.
    Fragment([usize; 2]),
    /// The first word of a product's name, which is that of its line.
    FirstWord(Spelling),
    /// So many characters of a product's SKU, from its dash on: `-00012`.
    SkuPart(usize),
    /// A product: its id or its SKU.
    Product(ProductPart),
    /// The id of one of the so many products that are bought most. The first ten have more than a hundred thousand pieces.
    PopularProduct(u64),
    /// The address of a user.
    Email(Spelling),
    /// A password as long as the right one, and another.
    WrongPassword(Closeness),
    /// This text, each letter large or small.
    SpellingOf(String),
    /// Several values, with commas between.
    List(ListSpec),
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// As it is.
    AsItIs,
    /// In small letters, those beyond ASCII as they are.
    Lower,
    /// Each ASCII letter large or small.
    Mixed,
}

/// What of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductPart {
    /// Its id.
    Id,
    /// Its stock keeping unit.
    Sku,
}

/// How near a wrong password is to the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closeness {
    /// One character is another.
    OneCharacter,
    /// Every character is drawn.
    LengthOnly,
}

/// A list of values that are made alike.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSpec {
    /// One element.
    pub element: String,
    /// How many: at least, and at most.
    pub times: [usize; 2],
    /// What its places are filled with. No two elements get the same value at the first of them, by name.
    pub draws: BTreeMap<String, Values>,
}

impl DrawSpec {
    fn reading(&self) -> Reading<'_> {
        let Self { reads, reads_headers, volatile, unordered, extras, .. } = self;
        Reading { reads, headers: reads_headers, volatile, unordered, extras }
    }
}

/// What is wrong with a template: places without values, values without a place, more customers than there are.
pub(in crate::exercise) fn mistakes(draw: &DrawSpec, customers: usize) -> Vec<String> {
    let whose = format!("the draw {:?}", draw.name);
    let mut found = reading::mistakes(&whose, draw.reading());
    if draw.count == 0 {
        found.push(format!("{whose} draws nothing: count is 0"));
    }
    let mut texts = vec![draw.name.as_str(), draw.path.as_str()];
    texts.extend(draw.body.as_deref());
    texts.extend(draw.headers.values().map(String::as_str));
    found.extend(unused(&whose, &texts, &draw.draws));
    if let Some([first, last]) = draw.customers
        && !(1..=last).contains(&first) | (last > customers)
    {
        found.push(format!("{whose} asks as the customers {first} to {last}, and [load] has {customers}"));
    }
    found
}

/// Values that no text has a place for, at any depth.
pub(in crate::exercise) fn unused(whose: &str, texts: &[&str], draws: &BTreeMap<String, Values>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, values) in draws {
        let place = format!("{{{name}}}");
        if !texts.iter().any(|text| text.contains(&place)) {
            found.push(format!("{whose} draws {name:?} and has no place {place}"));
        }
        match values {
            Values::OneOf(texts) if texts.is_empty() => found.push(format!("{whose}: {name:?} is one of no texts")),
            Values::List(list) => found.extend(unused(whose, &[&list.element], &list.draws)),
            _ => {}
        }
    }
    found
}

fn get() -> String {
    "GET".to_owned()
}

fn ok() -> u16 {
    200
}
