//! Which products have which words, as the shop's full-text search sees them; made from the catalogue, without asking a database.

use catalogue::Catalogue;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeSet, HashMap};

/// Draws before a search for words that fit is given up. One takes microseconds.
const TRIES: usize = 20_000;
/// Characters of the shortest word: shorter ones are often ones that Postgres leaves out.
const SHORTEST: usize = 3;
/// Words of the catalogue that Postgres' English dictionary leaves out: alone they find nothing.
const STOP_WORDS: [&str; 7] = ["and", "down", "for", "off", "out", "over", "the"];

/// Words and the products that have them.
pub(super) struct WordIndex {
    words: Vec<String>,
    /// By word: the products, in ascending order.
    products: Vec<Vec<u32>>,
    /// By product: its words.
    of_product: Vec<Vec<u32>>,
}

impl WordIndex {
    /// Of what full-text search reads of every product: name, brand, category and keywords. Stems are not taken into account
    /// ("lights" is not "light" here), so a search may find more products than are counted here, never fewer.
    pub(super) fn of(catalogue: &Catalogue) -> Self {
        let mut index = Self { words: Vec::new(), products: Vec::new(), of_product: Vec::new() };
        let mut known: HashMap<String, u32> = HashMap::new();
        for id in 1..=u64::from(catalogue.size().products) {
            let product = catalogue.product(id);
            let texts = [product.name.as_str(), product.brand, product.category, product.keywords.as_str()];
            let mut own = BTreeSet::new();
            for token in texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())) {
                if token.len() < SHORTEST || !token.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                    continue;
                }
                let token = token.to_ascii_lowercase();
                if STOP_WORDS.contains(&token.as_str()) {
                    continue;
                }
                let word = *known.entry(token).or_insert_with_key(|token| {
                    index.words.push(token.clone());
                    index.products.push(Vec::new());
                    index.words.len() as u32 - 1
                });
                own.insert(word);
            }
            own.iter().for_each(|word| index.products[*word as usize].push(id as u32));
            index.of_product.push(own.into_iter().collect());
        }
        index
    }

    /// One or two words of a product that `least` to `most` products have; `None` where none are found.
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng, [least, most]: [usize; 2]) -> Option<String> {
        for _ in 0..TRIES {
            let own = &self.of_product[rng.random_range(0..self.of_product.len())];
            if own.is_empty() {
                continue;
            }
            let first = own[rng.random_range(0..own.len())];
            let second = own[rng.random_range(0..own.len())];
            let both = if rng.random::<bool>() && first != second { vec![first, second] } else { vec![first] };
            if (least..=most).contains(&self.matches(&both)) {
                let words: Vec<&str> = both.iter().map(|word| self.words[*word as usize].as_str()).collect();
                return Some(words.join(" "));
            }
        }
        None
    }

    /// How many products have all of these words.
    fn matches(&self, words: &[u32]) -> usize {
        match words {
            [] => self.of_product.len(),
            [one] => self.products[*one as usize].len(),
            [one, rest @ ..] => {
                let has = |product: &&u32| {
                    rest.iter().all(|word| self.products[*word as usize].binary_search(product).is_ok())
                };
                self.products[*one as usize].iter().filter(has).count()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WordIndex;
    use catalogue::{Catalogue, Size};
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;
    use std::collections::BTreeSet;

    #[test]
    fn words_are_drawn_that_as_many_products_have_as_was_asked_for() {
        let catalogue = Catalogue::new(Size { products: 4_000, users: 50, orders: 50 });
        let index = WordIndex::of(&catalogue);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut seen = BTreeSet::new();
        for _ in 0..300 {
            let words = index.draw(&mut rng, [40, 300]).unwrap();
            let has =
                |text: &str| words.split(' ').all(|word| text.split(|c: char| !c.is_alphanumeric()).any(|w| w == word));
            let matches = (1..=4_000).filter(|id| {
                let one = catalogue.product(*id);
                has(&format!("{} {} {} {}", one.name, one.brand, one.category, one.keywords).to_ascii_lowercase())
            });
            let matches = matches.count();
            assert!((40..=300).contains(&matches), "{words}: {matches}");
            seen.insert(words);
        }
        assert!(seen.len() > 100, "no table of ten: {} of 300", seen.len());
        assert_eq!(index.draw(&mut rng, [3_999, 4_000]), None);
    }
}
