//! How far each dependency is, as people say it: `DISTANCE_MS` for all of them, `DISTANCE_POSTGRES_MS` for one.

use std::collections::BTreeMap;
use std::time::Duration;

/// The longest distance in milliseconds; to Mars it is more, and nobody measures that.
pub const FARTHEST_MS: f64 = 60_000.0;
/// Where nothing is said, in milliseconds: what the exercises have where they say nothing either.
const USUAL_MS: f64 = 1.0;

/// Round-trip times by the names of the dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distances {
    all: Duration,
    own: BTreeMap<String, Duration>,
}

impl Distances {
    /// Reads them from environment variables; those that are empty or about something else do not matter.
    ///
    /// # Errors
    /// Every mistake, one text each: what is no distance, and a distance to something that is not among `known`.
    pub fn read<'a>(
        variables: impl IntoIterator<Item = (&'a str, &'a str)>,
        known: &[&str],
    ) -> Result<Self, Vec<String>> {
        let (mut read, mut mistakes) = (Self { all: from_ms(USUAL_MS), own: BTreeMap::new() }, Vec::new());
        for (variable, text) in variables {
            let Some(named) = variable.strip_prefix("DISTANCE_").filter(|_| !text.is_empty()) else { continue };
            let own = named.strip_suffix("_MS").map(str::to_lowercase);
            if own.is_none() && named != "MS" {
                continue;
            }
            match (milliseconds(text), own) {
                (Err(mistake), _) => mistakes.push(format!("{variable}: {mistake}")),
                (Ok(all), None) => read.all = all,
                (Ok(distance), Some(name)) if known.contains(&name.as_str()) => drop(read.own.insert(name, distance)),
                (Ok(_), Some(_)) => {
                    let known: Vec<String> = known.iter().map(|name| variable_of(name)).collect();
                    mistakes.push(format!("{variable}: there is no such line; there are {}", known.join(", ")));
                }
            }
        }
        if mistakes.is_empty() { Ok(read) } else { Err(mistakes) }
    }

    /// The round trip to a dependency.
    #[must_use]
    pub fn to(&self, name: &str) -> Duration {
        self.own.get(name).copied().unwrap_or(self.all)
    }
}

fn variable_of(name: &str) -> String {
    format!("DISTANCE_{}_MS", name.to_uppercase())
}

/// A number of milliseconds, as 0.3 or 25.
///
/// # Errors
/// What it is not; the text itself is not repeated.
fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.trim().parse::<f64>() {
        Ok(ms) if (0.0..=FARTHEST_MS).contains(&ms) => Ok(from_ms(ms)),
        _ => Err(format!("must be a number of milliseconds from 0 to {FARTHEST_MS}, such as 0.5")),
    }
}

fn from_ms(ms: f64) -> Duration {
    Duration::from_secs_f64(ms / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["postgres", "redis"];

    #[test]
    fn one_for_all_and_one_for_each() {
        let usual = Distances::read([("DISTANCE_MS", ""), ("PATH", "/bin"), ("DISTANCE_UNIT", "km")], KNOWN).unwrap();
        assert_eq!((usual.to("postgres"), usual.to("redis")), (Duration::from_millis(1), Duration::from_millis(1)));
        let own = [("DISTANCE_POSTGRES_MS", "20"), ("DISTANCE_MS", "0.25"), ("DISTANCE_REDIS_MS", "")];
        let own = Distances::read(own, KNOWN).unwrap();
        assert_eq!((own.to("postgres"), own.to("redis")), (Duration::from_millis(20), Duration::from_micros(250)));
        assert_eq!(Distances::read([("DISTANCE_MS", "0")], KNOWN).unwrap().to("redis"), Duration::ZERO);
    }

    #[test]
    fn every_mistake_is_told_with_its_variable() {
        let wrong = [
            ("DISTANCE_MS", "-1"),
            ("DISTANCE_REDIS_MS", "soon"),
            ("DISTANCE_POSTGRS_MS", "5"),
            ("DISTANCE__MS", "NaN"),
        ];
        let mistakes = Distances::read(wrong, KNOWN).unwrap_err();
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
        assert!(
            mistakes[0].starts_with("DISTANCE_MS: must be a number of milliseconds from 0 to 60000"),
            "{mistakes:?}"
        );
        assert!(mistakes[2].contains("there are DISTANCE_POSTGRES_MS, DISTANCE_REDIS_MS"), "{mistakes:?}");
    }
}
