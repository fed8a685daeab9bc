//! The words of a command line: `--name number`, in any order.

use anyhow::{Context as _, bail};

/// The values of these options, in their order; what is not given keeps its default.
///
/// # Errors
/// For anything else, with the usage.
pub fn read<const N: usize>(names: [(&str, u64); N]) -> anyhow::Result<[u64; N]> {
    let mut values = names.map(|(_, default)| default);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let Some(place) = names.iter().position(|(name, _)| *name == word) else {
            let known: Vec<String> = names.iter().map(|(name, default)| format!("{name} {default}")).collect();
            bail!("{word} is not known; the options and their defaults: {}", known.join(" "));
        };
        values[place] =
            words.next().and_then(|text| text.parse().ok()).with_context(|| format!("{word} needs a number"))?;
    }
    Ok(values)
}

/// A seed that is new each time: the nanoseconds of now.
#[must_use]
pub fn fresh_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_secs() * 1_000 + u64::from(now.subsec_millis())
}
