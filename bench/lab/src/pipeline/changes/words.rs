//! What a change is about in this run: drawn and picked values, and texts in which they stand.

use crate::exercise::{Ask, Change, Drawn};
use crate::exit::Failure;
use crate::pipeline::pointer::{text, values_at};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// The values of one change by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(BTreeMap<String, String>);

impl Words {
    /// What is drawn; the same seed draws the same.
    pub fn drawn(change: &Change, random: &mut ChaCha8Rng) -> Self {
        let mut draw = |drawn: &Drawn| match drawn {
            Drawn::Between { from, to } => random.random_range(*from..=(*to).max(*from)).to_string(),
            Drawn::OneOf(words) => one_of(random, words).cloned().unwrap_or_default(),
        };
        let mut words: BTreeMap<String, String> =
            change.draw.iter().map(|(name, drawn)| (name.clone(), draw(drawn))).collect();
        words.extend(one_of(random, &change.rows).cloned().unwrap_or_default());
        Self(words)
    }

    /// One of the values at the pick's place in an answer, of those that do not stand where it says `except`.
    ///
    /// # Errors
    /// Exit 3 when there is none.
    pub fn pick(&mut self, pick: &Ask, answer: &Value, random: &mut ChaCha8Rng) -> Result<(), Failure> {
        let (name, at) = (pick.name.clone().unwrap_or_default(), self.fill(pick.at.as_deref().unwrap_or_default()));
        let values = |at: &str| -> Vec<String> { values_at(answer, at).into_iter().map(text).collect() };
        let except = pick.except.as_deref().map_or_else(Vec::new, |except| values(&self.fill(except)));
        let found: Vec<String> = values(&at).into_iter().filter(|value| !except.contains(value)).collect();
        let Some(one) = one_of(random, &found) else {
            let path = self.fill(&pick.path);
            return Err(Failure::unfit(format!(
                "{path} has nothing at {at}, where a {name} is to be picked for a change"
            )));
        };
        self.set(&name, one.clone());
        Ok(())
    }

    /// Adds one.
    pub fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// A text with every `{name}` and `{name:eur}` replaced.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.0 {
            filled = filled.replace(&format!("{{{name}}}"), value);
            if let Ok(cents) = value.parse() {
                filled = filled.replace(&format!("{{{name}:eur}}"), &euros(cents));
            }
        }
        filled
    }

    /// A request with its placeholders replaced.
    pub fn ask(&self, ask: &Ask) -> Ask {
        let fill = |text: &Option<String>| text.as_deref().map(|text| self.fill(text));
        Ask {
            path: self.fill(&ask.path),
            body: fill(&ask.body),
            at: fill(&ask.at),
            is: fill(&ask.is),
            headers: ask.headers.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect(),
            ..ask.clone()
        }
    }
}

/// Numbers of their own for each change, so that one more of them moves no other.
pub(super) fn random(seed: u64, number: usize) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number as u64 + 1);
    random
}

fn one_of<'a, T>(random: &mut ChaCha8Rng, all: &'a [T]) -> Option<&'a T> {
    (!all.is_empty()).then(|| &all[random.random_range(0..all.len())])
}

/// 1234 cents as 12.34.
fn euros(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, (cents % 100).abs())
}

/// A value as a reader knows it: money in euros, everything else as it stands.
fn shown(at: &str, value: &str) -> String {
    let cents = at.ends_with("_cents") || at.ends_with("Cents");
    match value.parse().ok().filter(|_| cents) {
        Some(cents) => euros(cents),
        None if value.is_empty() => "nothing".to_owned(),
        None => value.to_owned(),
    }
}

/// What a learner reads: the change, and the answer that does not show it.
pub(super) struct Late<'a> {
    pub change: &'a str,
    pub method: &'a str,
    pub path: &'a str,
    pub at: Option<&'a str>,
    /// What it says, and whether it said so before the change.
    pub found: &'a str,
    pub still: bool,
    /// Since the change.
    pub after: Duration,
    pub within: Duration,
}

impl Late<'_> {
    /// As one sentence.
    pub fn sentence(&self) -> String {
        let Self { change, method, path, .. } = self;
        let says = match (self.at, self.still) {
            (Some(_), true) => "still says",
            (Some(_), false) => "says",
            (None, true) => "still answers",
            (None, false) => "answers",
        };
        let found = self.at.map_or_else(|| self.found.to_owned(), |at| shown(at, self.found));
        let after = match self.after.as_secs_f64() {
            under if under < 0.095 => "right after it".to_owned(),
            seconds => format!("{seconds:.1} s later"),
        };
        let allowed = match self.within {
            Duration::ZERO => "its contract: the next answer shows it".to_owned(),
            within => format!("allowed: {:.1} s", within.as_secs_f64()),
        };
        format!("{change}; {after} {method} {path} {says} {found} ({allowed})")
    }
}

#[cfg(test)]
mod tests {
    use super::{Late, Words, random};
    use crate::exercise::Change;
    use serde_json::json;
    use std::time::Duration;

    fn change() -> Change {
        toml::from_str(
            r#"
            name = "the price of product {product} was changed to {cents:eur}"
            draw = { cents = { from = 1000, to = 99999 }, term = ["oak", "lamp", "work"] }
            pick = [{ as = "product", path = "/v1/search?q={term}", at = "/hits/*/id" }]
            make = { sql = "update products set price_cents = {cents} where id = {product}" }
            within_ms = 0
            read = [{ path = "/v1/products/{product}", at = "/price_cents", is = "{cents}" }]
            "#,
        )
        .unwrap()
    }

    #[test]
    fn a_seed_draws_the_same_again_and_another_one_something_else() {
        let change = change();
        let drawn = |seed: u64| {
            let mut random = random(seed, 0);
            let mut words = Words::drawn(&change, &mut random);
            words.pick(&change.pick[0], &json!({"hits": [{"id": 7}, {"id": 8}, {"id": 9}]}), &mut random).unwrap();
            words.fill(&change.name)
        };
        assert_eq!(drawn(1), drawn(1));
        assert!((2..12).any(|seed| drawn(seed) != drawn(1)));
        assert!(drawn(1).starts_with("the price of product ") && !drawn(1).contains('{'), "{}", drawn(1));
    }

    #[test]
    fn what_stands_elsewhere_in_the_answer_is_not_picked() {
        let mut change = change();
        (change.pick[0].at, change.pick[0].except) = (Some("/hits/*/beside/*".into()), Some("/hits/*/id".into()));
        let answer = json!({"hits": [{"id": 7, "beside": [8, 9]}, {"id": 8, "beside": [7]}]});
        for seed in 0..10 {
            let mut words = Words::default();
            words.pick(&change.pick[0], &answer, &mut random(seed, 0)).unwrap();
            assert_eq!(words.fill("{product}"), "9");
        }
    }

    #[test]
    fn what_cannot_be_picked_is_said() {
        let change = change();
        let mut random = random(1, 0);
        let mut words = Words::drawn(&change, &mut random);
        let failure = words.pick(&change.pick[0], &json!({"hits": []}), &mut random).unwrap_err();
        assert!(failure.message.contains("nothing at /hits/*/id"), "{failure}");
    }

    #[test]
    fn a_late_answer_is_told_in_one_sentence() {
        let mut late = Late {
            change: "the price of product 17 was changed to 12.34",
            method: "GET",
            path: "/v1/products/17",
            at: Some("/price_cents"),
            found: "1100",
            still: true,
            after: Duration::from_millis(2_000),
            within: Duration::from_millis(1_500),
        };
        assert_eq!(
            late.sentence(),
            "the price of product 17 was changed to 12.34; 2.0 s later GET /v1/products/17 still says 11.00 (allowed: 1.5 s)"
        );
        (late.at, late.found, late.after, late.within) = (None, "200", Duration::from_millis(4), Duration::ZERO);
        assert_eq!(
            late.sentence(),
            "the price of product 17 was changed to 12.34; right after it GET /v1/products/17 still answers 200 (its contract: \
             the next answer shows it)"
        );
    }
}
