//! How arrivals are spread over a slice: `arrivals` in `exercise.toml`.

use load::{Mix, Profile, Schedule};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;
use std::time::Duration;

/// How arrivals are spread over a slice; made beforehand, and never waiting for an answer. In the file a word, or a table
/// where the rate changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Arrivals {
    /// As independent users arrive: some at once, some alone. Queues form, as in production.
    #[default]
    Poisson,
    /// Evenly: requests do not overlap while they are shorter than the gap, so that latency is that of a request alone.
    Even,
    /// At a rate that changes within the slice.
    Varying(Varying),
}

/// A rate that changes; all of it relative to `rate_rps`, so that it stays what it is at any rate and length.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Varying {
    /// How arrivals are spread around their rate.
    #[serde(default)]
    pub spread: Spread,
    /// The rate rises or falls evenly until, at the end, it is so many times `rate_rps`.
    pub ramp_to: Option<f64>,
    /// The rate jumps, and falls back.
    pub spike: Option<Spike>,
}

/// Around their rate arrivals come at random or evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spread {
    /// [`Arrivals::Poisson`].
    #[default]
    Poisson,
    /// [`Arrivals::Even`].
    Even,
}

/// A burst in the middle of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spike {
    /// So many times `rate_rps`.
    pub times: f64,
    /// Where it begins, as a share of the slice from 0 to 1.
    pub from: f64,
    /// Where it ends.
    pub until: f64,
}

impl Arrivals {
    /// The instants of one slice.
    #[must_use]
    pub fn schedule(self, rate_rps: f64, length: Duration, mix: &Mix, seed: u64) -> Schedule {
        match self {
            Self::Poisson => Schedule::poisson(rate_rps, length, mix, seed),
            Self::Even => Schedule::constant(rate_rps, length, mix, seed),
            Self::Varying(varying) => {
                let profile = varying.profile(rate_rps, length);
                match varying.spread {
                    Spread::Poisson => Schedule::poisson_along(&profile, mix, seed),
                    Spread::Even => Schedule::constant_along(&profile, mix, seed),
                }
            }
        }
    }

    /// What is wrong with it, in words that follow the name of whoever declares it.
    #[must_use]
    pub fn mistake(self) -> Option<&'static str> {
        let Self::Varying(varying) = self else { return None };
        let fits = |times: f64| times.is_finite() && times >= 0.0;
        match (varying.ramp_to, varying.spike) {
            (Some(times), None) if fits(times) => None,
            (None, Some(Spike { times, from, until }))
                if fits(times) && 0.0 <= from && from < until && until <= 1.0 =>
            {
                None
            }
            (Some(_), None) => Some("has a ramp_to that is no number of times"),
            (None, Some(_)) => Some("has a spike that is no number of times, or not within 0 and 1"),
            _ => Some("has arrivals that need either ramp_to or spike"),
        }
    }
}

impl Varying {
    fn profile(self, rate_rps: f64, length: Duration) -> Profile {
        match self.spike {
            Some(Spike { times, from, until }) => {
                let part = |share: f64| length.mul_f64(share.clamp(0.0, 1.0));
                Profile::spike(rate_rps, rate_rps * times, (part(from), part(until)), length)
            }
            None => Profile::ramp(rate_rps, rate_rps * self.ramp_to.unwrap_or(1.0), length),
        }
    }
}

impl<'de> Deserialize<'de> for Arrivals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrTable)
    }
}

/// Not serde's `untagged`, whose only message is that nothing matched.
struct WordOrTable;

impl<'de> Visitor<'de> for WordOrTable {
    type Value = Arrivals;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#""poisson", "even" or a table with ramp_to or spike"#)
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Arrivals, E> {
        Ok(match Spread::deserialize(StrDeserializer::<E>::new(word))? {
            Spread::Poisson => Arrivals::Poisson,
            Spread::Even => Arrivals::Even,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Arrivals, A::Error> {
        Varying::deserialize(MapAccessDeserializer::new(table)).map(Arrivals::Varying)
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrivals, Spread, Varying};
    use load::{Mix, Request};
    use std::time::Duration;

    #[derive(serde::Deserialize)]
    struct File {
        arrivals: Arrivals,
    }

    fn read(text: &str) -> Result<Arrivals, String> {
        toml::from_str::<File>(&format!("arrivals = {text}")).map(|file| file.arrivals).map_err(|e| e.to_string())
    }

    #[test]
    fn a_word_or_a_table_says_how() {
        assert_eq!(read(r#""poisson""#).unwrap(), Arrivals::Poisson);
        assert_eq!(read(r#""even""#).unwrap(), Arrivals::Even);
        let ramp = Varying { spread: Spread::Even, ramp_to: Some(4.0), spike: None };
        assert_eq!(read(r#"{ spread = "even", ramp_to = 4.0 }"#).unwrap(), Arrivals::Varying(ramp));
    }

    #[test]
    fn a_mistake_is_named() {
        assert!(read(r#""constant""#).unwrap_err().contains("unknown variant `constant`"));
        assert!(read("{ ramp = 4.0 }").unwrap_err().contains("unknown field `ramp`"));
        assert!(read("3.0").unwrap_err().contains("a table with ramp_to or spike"));
        for (text, part) in [
            ("{ ramp_to = 2.0, spike = { times = 2.0, from = 0.1, until = 0.2 } }", "either"),
            ("{ spread = \"even\" }", "either"),
            ("{ ramp_to = -1.0 }", "ramp_to"),
            ("{ spike = { times = 5.0, from = 0.6, until = 0.4 } }", "spike"),
            ("{ spike = { times = 5.0, from = 0.6, until = 1.4 } }", "spike"),
        ] {
            assert!(read(text).unwrap().mistake().unwrap().contains(part), "{text}");
        }
        assert_eq!(read("{ spike = { times = 5.0, from = 0.4, until = 0.6 } }").unwrap().mistake(), None);
    }

    #[test]
    fn a_spike_holds_its_share_of_the_slice_whatever_its_rate_and_length() {
        let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
        let spike = read(r#"{ spread = "even", spike = { times = 9.0, from = 0.5, until = 0.6 } }"#).unwrap();
        for (rate, millis) in [(100.0, 1_000), (400.0, 500)] {
            let length = Duration::from_millis(millis);
            let schedule = spike.schedule(rate, length, &mix, 1);
            let within = |at: Duration| at >= length / 2 && at < length.mul_f64(0.6);
            let inside = schedule.arrivals.iter().filter(|arrival| within(arrival.at)).count();
            let share = inside as f64 / schedule.arrivals.len() as f64;
            assert!((share - 0.5).abs() < 0.02, "{share}");
        }
    }
}
