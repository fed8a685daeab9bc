//! Settings from the environment: read once at start, all mistakes reported together.

mod addresses;

use std::{collections::HashMap, env, fmt::Display, net::SocketAddr, str::FromStr};

/// Every mistake in the environment, one line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("settings: {}", .0.join("\nsettings: "))]
pub struct SettingsError(pub Vec<String>);

/// Reads variables and remembers what was wrong with them. An empty variable counts as unset, as Compose passes it.
#[derive(Debug, Default)]
pub struct Reader {
    strings: HashMap<String, String>,
    mistakes: Vec<String>,
}

impl Reader {
    /// Of the process' environment; a variable that is not Unicode counts as unset.
    #[must_use]
    pub fn from_env() -> Self {
        Self::from_pairs(env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))))
    }

    /// Of given pairs, so that a test need not touch the environment.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let strings = pairs.into_iter().map(|(k, v)| (k.into(), v.into())).filter(|(_, v): &(_, String)| !v.is_empty());
        Self { strings: strings.collect(), mistakes: Vec::new() }
    }

    /// A variable that must be there. On a mistake: `None`, and [`Reader::finish`] will fail.
    pub fn required<T: FromStr<Err: Display>>(&mut self, name: &str, what: &str) -> Option<T> {
        if !self.strings.contains_key(name) {
            self.mistakes.push(format!("{name} is not set: {what}"));
            return None;
        }
        self.optional(name)
    }

    /// A variable that may be missing.
    pub fn optional<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        match self.strings.get(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                // The value is not repeated: it may hold a password.
                self.mistakes.push(format!("{name} cannot be read: {error}"));
                None
            }
        }
    }

    /// A variable with a default.
    pub fn or<T: FromStr<Err: Display>>(&mut self, name: &str, default: T) -> T {
        self.optional(name).unwrap_or(default)
    }

    /// Adds a mistake found by the caller, such as a number out of range.
    pub fn mistake(&mut self, mistake: impl Into<String>) {
        self.mistakes.push(mistake.into());
    }

    /// `LISTEN_ADDR`: where to listen; by default any free port of 127.0.0.1.
    pub fn listen_addr(&mut self) -> SocketAddr {
        self.or("LISTEN_ADDR", SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// `EXIT_WITH_STDIN=1`: shut down when standard input closes.
    pub fn exit_with_stdin(&mut self) -> bool {
        self.or("EXIT_WITH_STDIN", 0_u8) == 1
    }

    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: where telemetry goes, `http://host:port`; by default nothing is exported.
    pub fn otlp_endpoint(&mut self) -> Option<String> {
        self.optional_http_url::<axum::http::Uri>("OTEL_EXPORTER_OTLP_ENDPOINT").map(|url| url.to_string())
    }

    /// `VARIANTS`: which implementation each seam runs; flawed where nothing is said.
    pub fn variants(&mut self) -> variant::Variants {
        match variant::Variants::parse(self.strings.get("VARIANTS").map_or("", String::as_str)) {
            Ok(variants) => variants,
            Err(error) => {
                self.mistakes.push(error.to_string());
                variant::Variants::default()
            }
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`SettingsError`] with every mistake made so far.
    pub fn finish(self) -> Result<(), SettingsError> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(SettingsError(self.mistakes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_reported_together_and_no_value_is_repeated() {
        let mut reader = Reader::from_pairs([("POOL", "many"), ("LISTEN_ADDR", "nowhere"), ("EMPTY", "")]);
        assert_eq!(reader.or::<u32>("POOL", 10), 10);
        reader.listen_addr();
        assert_eq!(reader.required::<String>("EMPTY", "the database"), None);
        let text = reader.finish().unwrap_err().to_string();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("EMPTY is not set: the database") && !text.contains("many"), "{text}");
    }

    #[test]
    fn a_wrong_choice_of_variants_is_a_mistake() {
        let mut reader = Reader::from_pairs([("VARIANTS", "ch99=fixed")]);
        reader.variants();
        assert!(reader.finish().unwrap_err().to_string().contains("known seams"));
    }
}
