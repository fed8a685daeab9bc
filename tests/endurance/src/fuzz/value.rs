//! Values from the edges: texts, numbers and JSON that programs stumble over.

use rand::{Rng, RngExt as _};
use serde_json::{Map, Number, Value};

/// Whole numbers around every limit there is.
const NUMBERS: [i64; 16] =
    [0, 1, -1, 2, 50, 51, 99, 100, 101, 1_000, 65_536, i32::MAX as i64, i32::MIN as i64, 1 << 53, i64::MAX, i64::MIN];
/// Texts that are empty, long in bytes, controlling, bidirectional, combining, or code for somebody.
const TEXTS: [&str; 18] = [
    "",
    " ",
    "a",
    "lamp",
    "\0",
    "\u{7f}",
    "\u{feff}",
    "\u{202e}",
    "é\u{301}\u{301}",
    "富士",
    "🦀🦀",
    "'; drop table users; --",
    "%",
    "%00",
    "../../etc/passwd",
    "{{7*7}}",
    "\\",
    "\"",
];

pub(super) fn number(random: &mut impl Rng) -> i64 {
    if random.random_bool(0.7) { NUMBERS[random.random_range(0..NUMBERS.len())] } else { random.random() }
}

pub(super) fn text(random: &mut impl Rng) -> String {
    let one = TEXTS[random.random_range(0..TEXTS.len())];
    match random.random_range(0..10) {
        0 => one.repeat(random.random_range(1..2_000)),
        1 => (0..random.random_range(0..40)).map(|_| random.random::<char>()).collect(),
        _ => one.to_owned(),
    }
}

/// JSON of any shape, sometimes nested beyond every limit.
pub(super) fn json(random: &mut impl Rng, depth: u32) -> Value {
    if depth == 0 && random.random_bool(0.02) {
        let levels = random.random_range(40..3_000);
        return (0..levels).fold(Value::Null, |value, _| Value::Array(vec![value]));
    }
    match random.random_range(0..if depth > 4 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => Value::Bool(random.random()),
        2 => number(random).into(),
        3 => Number::from_f64(random.random::<f64>() * 1e300).map_or(Value::Null, Value::Number),
        4 => text(random).into(),
        5 => (0..random.random_range(0..5)).map(|_| json(random, depth + 1)).collect(),
        _ => {
            let members = (0..random.random_range(0..5)).map(|_| (text(random), json(random, depth + 1)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// The same bytes with a few of them changed, lost, doubled, or with the rest cut off.
pub(super) fn mutated(bytes: &[u8], random: &mut impl Rng) -> Vec<u8> {
    let mut all = bytes.to_vec();
    for _ in 0..random.random_range(1..6) {
        if all.is_empty() {
            break;
        }
        let at = random.random_range(0..all.len());
        match random.random_range(0..5) {
            0 => all[at] = random.random(),
            1 => drop(all.remove(at)),
            2 => all.insert(at, all[at]),
            3 => all.truncate(at),
            _ => {
                let piece = all[at..].to_vec();
                all.extend(piece.into_iter().take(64));
            }
        }
    }
    all
}
