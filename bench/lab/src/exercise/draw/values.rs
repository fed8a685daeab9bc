//! A value from its source, and texts with their places filled in.

use super::known::Known;
use super::spec::{Closeness, ListSpec, ProductPart, Spelling, Values};
use load::{in_json, percent_encoded};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};

/// Draws of a value that must be another than those before.
const TRIES: usize = 1_000;

/// A value that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::exercise) struct Drawn {
    pub(in crate::exercise) text: String,
    /// JSON already: to be written as it is.
    raw: bool,
}

/// One value.
///
/// # Errors
/// A sentence, where no value fits.
pub(in crate::exercise) fn value(values: &Values, known: &Known, rng: &mut ChaCha8Rng) -> Result<Drawn, String> {
    let size = known.catalogue.size();
    let product = |rng: &mut ChaCha8Rng| known.catalogue.product(rng.random_range(1..=u64::from(size.products)));
    let text = match values {
        Values::Number([first, last]) if first > last => return Err(format!("no number is from {first} to {last}")),
        Values::Number([first, last]) => rng.random_range(*first..=*last).to_string(),
        Values::OneOf(texts) => texts[rng.random_range(0..texts.len())].clone(),
        Values::Words(range) => {
            let [least, most] = range;
            let none = || format!("the catalogue has no words that {least} to {most} products have");
            known.words().draw(rng, *range).ok_or_else(none)?
        }
        Values::Fragment([least, most]) => fragment(&product(rng), *least, *most, rng),
        Values::FirstWord(spelling) => {
            let name = product(rng).name;
            spelled(name.split(' ').next().unwrap_or_default(), *spelling, rng)
        }
        Values::SkuPart(characters) => product(rng).sku.chars().skip(3).take(*characters).collect(),
        Values::Product(ProductPart::Id) => rng.random_range(1..=u64::from(size.products)).to_string(),
        Values::Product(ProductPart::Sku) => product(rng).sku,
        Values::PopularProduct(first) => known.popularity.id(rng.random_range(0..*first)).to_string(),
        Values::Email(spelling) => {
            let user = rng.random_range(1..=u64::from(size.users));
            spelled(&catalogue::demo_email(user), *spelling, rng)
        }
        Values::WrongPassword(closeness) => wrong_password(catalogue::DEMO_PASSWORD, *closeness, rng),
        Values::SpellingOf(text) => spelled(text, Spelling::Mixed, rng),
        Values::List(list) => return self::list(list, known, rng).map(|text| Drawn { text, raw: true }),
    };
    Ok(Drawn { text, raw: false })
}

/// All values of a template, by name.
///
/// # Errors
/// As [`value`].
pub(in crate::exercise) fn all(
    draws: &BTreeMap<String, Values>,
    known: &Known,
    rng: &mut ChaCha8Rng,
) -> Result<BTreeMap<String, Drawn>, String> {
    draws.iter().map(|(name, values)| Ok((name.clone(), value(values, known, rng)?))).collect()
}

/// The text as a person reads it.
pub(in crate::exercise) fn plain(text: &str, drawn: &BTreeMap<String, Drawn>) -> String {
    filled(text, drawn, |drawn| drawn.text.clone())
}

/// The text as a path.
pub(in crate::exercise) fn in_path(text: &str, drawn: &BTreeMap<String, Drawn>) -> String {
    filled(text, drawn, |drawn| percent_encoded(&drawn.text))
}

/// The text as JSON.
pub(in crate::exercise) fn in_body(text: &str, drawn: &BTreeMap<String, Drawn>) -> String {
    filled(text, drawn, |drawn| if drawn.raw { drawn.text.clone() } else { in_json(&drawn.text) })
}

fn filled(text: &str, drawn: &BTreeMap<String, Drawn>, write: impl Fn(&Drawn) -> String) -> String {
    drawn.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &write(value)))
}

fn fragment(product: &catalogue::Product, least: usize, most: usize, rng: &mut ChaCha8Rng) -> String {
    let text = if rng.random_range(0..3) == 0 { &product.sku } else { &product.name };
    let characters: Vec<char> = text.chars().collect();
    let wanted = rng.random_range(least..=most).min(characters.len());
    let from = rng.random_range(0..=characters.len() - wanted);
    characters[from..from + wanted].iter().collect()
}

fn spelled(text: &str, spelling: Spelling, rng: &mut ChaCha8Rng) -> String {
    match spelling {
        Spelling::AsItIs => text.to_owned(),
        Spelling::Lower => text.to_ascii_lowercase(),
        Spelling::Mixed => {
            let mixed = |c: char| if rng.random::<bool>() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            text.chars().map(mixed).collect()
        }
    }
}

/// Another password of the same length.
fn wrong_password(right: &str, closeness: Closeness, rng: &mut ChaCha8Rng) -> String {
    let letter = |rng: &mut ChaCha8Rng| char::from(rng.random_range(b'a'..=b'z'));
    let place = rng.random_range(0..right.len());
    let one =
        |(at, c): (usize, char)| if closeness == Closeness::OneCharacter && at != place { c } else { letter(rng) };
    let wrong: String = right.chars().enumerate().map(one).collect();
    if wrong == right { wrong_password(right, closeness, rng) } else { wrong }
}

fn list(list: &ListSpec, known: &Known, rng: &mut ChaCha8Rng) -> Result<String, String> {
    let [least, most] = list.times;
    let wanted = rng.random_range(least..=most.max(least));
    let (mut elements, mut taken) = (Vec::new(), BTreeSet::new());
    for _ in 0..TRIES {
        if elements.len() == wanted {
            break;
        }
        let drawn = all(&list.draws, known, rng)?;
        let is_new = drawn.values().next().is_none_or(|first| taken.insert(first.text.clone()));
        elements.extend(is_new.then(|| in_body(&list.element, &drawn)));
    }
    if elements.len() < wanted {
        return Err(format!("a list of {wanted} different elements cannot be drawn"));
    }
    Ok(elements.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalogue::{DEMO_PASSWORD, Size};
    use rand::SeedableRng as _;

    fn drawn(text: &str, seed: u64) -> String {
        let known = Known::new(Size { products: 500, users: 50, orders: 50 });
        let table: BTreeMap<String, Values> = toml::from_str(&format!("it = {text}")).unwrap();
        value(&table["it"], &known, &mut ChaCha8Rng::seed_from_u64(seed)).unwrap().text
    }

    #[test]
    fn each_source_gives_what_it_says() {
        let catalogue = catalogue::Catalogue::new(Size { products: 500, users: 50, orders: 50 });
        for seed in 0..200 {
            let number: i64 = drawn("{ number = [21, 49] }", seed).parse().unwrap();
            assert!((21..=49).contains(&number));
            assert!(["DE", "FR"].contains(&drawn("{ one_of = [\"DE\", \"FR\"] }", seed).as_str()));
            let sku = drawn("{ product = \"sku\" }", seed);
            assert!((1..=500).any(|id| catalogue.product(id).sku == sku), "{sku}");
            let part = drawn("{ sku_part = 6 }", seed);
            assert!(part.starts_with("-00") && part.len() == 6, "{part}");
            let fragment = drawn("{ fragment = [3, 9] }", seed);
            assert!((3..=9).contains(&fragment.chars().count()), "{fragment}");
            let hit = |id| {
                let product = catalogue.product(id);
                product.name.contains(&fragment) || product.sku.contains(&fragment)
            };
            assert!((1..=500).any(hit), "{fragment}");
            for closeness in ["one_character", "length_only"] {
                let wrong = drawn(&format!("{{ wrong_password = \"{closeness}\" }}"), seed);
                assert!(wrong != DEMO_PASSWORD && wrong.len() == DEMO_PASSWORD.len(), "{wrong}");
            }
            let email = drawn("{ email = \"mixed\" }", seed);
            assert!((1..=50).any(|user| catalogue::demo_email(user).eq_ignore_ascii_case(&email)), "{email}");
        }
        assert!((0..20).any(|seed| drawn("{ spelling_of = \"Bearer\" }", seed) != "Bearer"));
    }

    #[test]
    fn a_list_names_nothing_twice_and_is_written_as_it_is() {
        let list = "{ list = { element = '{\"product_id\":{id},\"quantity\":{n}}', times = [1, 20], \
                    draws = { id = { number = [1, 25] }, n = { number = [1, 9] } } } }";
        for seed in 0..50 {
            let items: Vec<serde_json::Value> = serde_json::from_str(&format!("[{}]", drawn(list, seed))).unwrap();
            let ids: BTreeSet<i64> = items.iter().map(|item| item["product_id"].as_i64().unwrap()).collect();
            assert!(ids.len() == items.len() && (1..=20).contains(&items.len()), "{items:?}");
        }
        let drawn = BTreeMap::from([
            ("word".to_owned(), Drawn { text: "5\" käse".to_owned(), raw: false }),
            ("items".to_owned(), Drawn { text: "{\"a\":1}".to_owned(), raw: true }),
        ]);
        assert_eq!(in_path("/s?q={word}", &drawn), "/s?q=5%22%20k%C3%A4se");
        assert_eq!(in_body("{\"q\":\"{word}\",\"i\":[{items}]}", &drawn), "{\"q\":\"5\\\" käse\",\"i\":[{\"a\":1}]}");
        assert_eq!(plain("a search for {word}", &drawn), "a search for 5\" käse");
    }

    #[test]
    fn what_cannot_be_drawn_is_said() {
        let known = Known::new(Size { products: 500, users: 50, orders: 50 });
        let list = ListSpec {
            element: "{n}".to_owned(),
            times: [5, 5],
            draws: BTreeMap::from([("n".to_owned(), Values::Number([1, 4]))]),
        };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let refused = [Values::List(list), Values::Words([499, 500]), Values::Number([2, 1])];
        for values in refused {
            assert!(value(&values, &known, &mut rng).is_err(), "{values:?}");
        }
    }
}
