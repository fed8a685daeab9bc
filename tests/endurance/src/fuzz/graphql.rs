//! GraphQL: documents made of the schema's own words, right and wrong ones, and variables of any shape.

use super::{judge::Judge, services::Services, value};
use anyhow::Context as _;
use http::Method;
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};

/// Documents that mean something; what is made of them is nearly right, which gets further than noise.
const RIGHT: [&str; 6] = [
    "query Q($n: Int = 2) { orders(first: $n) { nodes { id totalCents lines { quantity product { name } } } } }",
    "{ cart { lines { quantity productId sku } totalCents } }",
    "mutation M { addToCart(productId: 7, quantity: 1) { lines { quantity } totalCents } }",
    "mutation { setCartItem(productId: 7, quantity: 4) { totalCents } removeFromCart(productId: 7) { totalCents } }",
    "mutation { placeOrder(paymentToken: \"tok_declined\") { id } }",
    "query { orders(first: 1) { nodes { ...F } } } fragment F on Order { id goesWith(first: 3) { name } }",
];

pub(super) async fn run(
    services: &Services,
    requests: u64,
    random: &mut impl Rng,
    judge: &mut Judge,
) -> anyhow::Result<()> {
    let url = format!("{}/graphql", services.url("checkout"));
    let schema = services.client.call(Method::GET, &format!("{url}/schema"), &[], None).await.context("the schema")?;
    let schema = String::from_utf8_lossy(&schema.body).into_owned();
    let words: Vec<&str> = schema
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        .collect();
    anyhow::ensure!(words.len() > 50, "the schema has only {} words", words.len());
    let bearer = format!("Bearer {}", services.token);
    for _ in 0..requests {
        let document = match random.random_range(0..4) {
            0 => RIGHT[random.random_range(0..RIGHT.len())].to_owned(),
            1 => {
                let right = RIGHT[random.random_range(0..RIGHT.len())].as_bytes();
                String::from_utf8_lossy(&value::mutated(right, random)).into_owned()
            }
            2 => value::text(random),
            _ => selection(&words, random, 0),
        };
        let mut body = json!({ "query": document });
        if random.random_bool(0.4) {
            body["variables"] = json!({"n": value::json(random, 0), "first": value::json(random, 0)});
        }
        if random.random_bool(0.2) {
            body["operationName"] = value::json(random, 3);
        }
        if random.random_bool(0.05) {
            body["extensions"] = value::json(random, 0);
        }
        if random.random_bool(0.02) {
            body = Value::Array(vec![body]);
        }
        let headers = [("authorization", bearer.as_str())];
        let headers = if random.random_bool(0.8) { &headers[..] } else { &[] };
        let answer = services.client.call(Method::POST, &url, headers, Some(&body)).await;
        judge.http("graphql", || body.to_string(), &answer);
    }
    Ok(())
}

/// A selection of the schema's words, nested, with arguments, aliases, directives and fragments.
fn selection(words: &[&str], random: &mut impl Rng, depth: u32) -> String {
    let mut text = "{".to_owned();
    for _ in 0..random.random_range(1..5) {
        let word = words[random.random_range(0..words.len())];
        match random.random_range(0..12) {
            0 => text += &format!(" ... on {word} "),
            1 => text += &format!(" ...{word} "),
            2 => text += &format!(" a{}: {word} ", random.random_range(0..3)),
            _ => text += &format!(" {word} "),
        }
        if random.random_bool(0.3) {
            let name = words[random.random_range(0..words.len())];
            text += &format!("({name}: {})", argument(random, 0));
        }
        if random.random_bool(0.1) {
            text += &format!(
                "@{}(if: {})",
                ["skip", "include", "deprecated"][random.random_range(0..3)],
                argument(random, 3)
            );
        }
        if depth < 12 && random.random_bool(0.45) {
            text += &selection(words, random, depth + 1);
        }
    }
    text + "}"
}

/// A value as GraphQL writes it, sometimes nested beyond every limit.
fn argument(random: &mut impl Rng, depth: u32) -> String {
    if depth == 0 && random.random_bool(0.05) {
        let levels = random.random_range(40..3_000);
        return format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    }
    match random.random_range(0..if depth > 4 { 6 } else { 8 }) {
        0 => "null".to_owned(),
        1 => value::number(random).to_string(),
        2 => format!("{}{}", value::number(random), value::number(random)).replace('-', ""),
        3 => Value::from(value::text(random)).to_string(),
        4 => ["true", "$n", "RED", "1e400", "\"\"\"block \\\"\"\" \"\"\""][random.random_range(0..5)].to_owned(),
        5 => "{}".to_owned(),
        6 => format!("[{}, {}]", argument(random, depth + 1), argument(random, depth + 1)),
        _ => format!("{{a: {}, b: {}}}", argument(random, depth + 1), argument(random, depth + 1)),
    }
}
