//! Settings: what the environment says, every mistake reported together.

use serving::settings::{Reader, SettingsError};
use std::{net::SocketAddr, time::Duration};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `LISTEN_ADDR`; by default any free port of 127.0.0.1.
    pub listen_addr: SocketAddr,
    /// `EXIT_WITH_STDIN=1`: end when standard input closes; by default not.
    pub exit_with_stdin: bool,
    /// The database.
    pub database: Database,
    /// The cache.
    pub redis: Redis,
    /// `RECOMMENDATIONS_MODEL_MS`: what the ranking model takes for one call, 0 to 60,000 ms, fractions allowed; by default 0.
    pub model_time: Duration,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` (by default nothing is exported), and the variants as an attribute.
    pub telemetry: telemetry::Settings,
}

/// Where products and orders are.
#[derive(Clone, Debug)]
pub struct Database {
    /// `DATABASE_URL`, such as `postgres://shop@127.0.0.1/shop`; required.
    pub url: String,
    /// `DATABASE_POOL_SIZE`: connections at most, 1 to 500; by default 10.
    pub pool_size: u32,
}

/// Where the trending products are kept.
#[derive(Clone, Debug)]
pub struct Redis {
    /// `REDIS_URL`, such as `redis://127.0.0.1`; required.
    pub url: String,
    /// `REDIS_PREFIX`, put before every key; by default `shop:`.
    pub prefix: String,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// [`SettingsError`] with every mistake.
    pub fn read(mut reader: Reader) -> Result<Self, SettingsError> {
        let model_ms: f64 = reader.or("RECOMMENDATIONS_MODEL_MS", 0.0);
        let variants = reader.variants();
        let model_fits = (0.0..=60_000.0).contains(&model_ms);
        let settings = Self {
            listen_addr: reader.listen_addr(),
            exit_with_stdin: reader.exit_with_stdin(),
            database: Database {
                url: reader.database_url().unwrap_or_default(),
                pool_size: reader.or("DATABASE_POOL_SIZE", 10),
            },
            redis: Redis {
                url: reader.redis_url().unwrap_or_default(),
                prefix: reader.or("REDIS_PREFIX", "shop:".to_owned()),
            },
            model_time: if model_fits { Duration::from_secs_f64(model_ms / 1000.0) } else { Duration::ZERO },
            telemetry: telemetry::Settings::read(&mut reader, "recommendations", variants),
        };
        if !model_fits {
            reader.mistake("RECOMMENDATIONS_MODEL_MS must be between 0 and 60000");
        }
        if !(1..=500).contains(&settings.database.pool_size) {
            reader.mistake("DATABASE_POOL_SIZE must be between 1 and 500");
        }
        reader.finish().map(|()| settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_or_missing_is_named_all_at_once() {
        let reader = Reader::from_pairs([("DATABASE_POOL_SIZE", "0"), ("RECOMMENDATIONS_MODEL_MS", "-1")]);
        let text = Settings::read(reader).unwrap_err().to_string();
        for part in ["DATABASE_URL", "REDIS_URL", "between 1 and 500", "between 0 and 60000"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn the_models_time_may_be_a_fraction_of_a_millisecond() {
        let set = [("DATABASE_URL", "postgres://x"), ("REDIS_URL", "redis://y"), ("RECOMMENDATIONS_MODEL_MS", "12.25")];
        let settings = Settings::read(Reader::from_pairs(set)).unwrap();
        assert_eq!(settings.model_time, Duration::from_micros(12_250));
    }
}
