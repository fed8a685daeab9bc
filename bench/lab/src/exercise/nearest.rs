//! "Did you mean": the known names that look most like an unknown one.

use similar::TextDiff;

/// At most three of `known`, the most alike first; none that have little in common with `word`.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(f32, &str)> =
        known.into_iter().map(|name| (likeness(word, name), name)).filter(|(score, _)| *score > 0.5).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(3);
    scored.into_iter().map(|(_, name)| name).collect()
}

/// 0 to 1 by the letters in common; more for the same beginning, most for a part of the name.
fn likeness(word: &str, name: &str) -> f32 {
    let beginning = word.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    let part = if name.contains(word) { 1.0 } else { 0.0 };
    TextDiff::from_chars(word, name).ratio() + 0.02 * beginning as f32 + part
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KNOWN: [&str; 3] = ["ch01-product-search", "ch01-related-products", "ch01-result-format"];

    #[test]
    fn a_slip_of_the_finger_finds_the_name() {
        assert_eq!(nearest("ch01-relatd-product", KNOWN).first(), Some(&"ch01-related-products"));
        assert_eq!(nearest("ch01-relatd", KNOWN).first(), Some(&"ch01-related-products"));
        assert_eq!(nearest("format", KNOWN), ["ch01-result-format"]);
    }

    #[test]
    fn something_else_finds_nothing() {
        assert!(nearest("zzzz", KNOWN).is_empty());
    }
}
