//! What the partners process reads from its environment.

use crate::Config;
use serving::settings::{Reader, SettingsError};
use std::net::SocketAddr;

/// Settings of the process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `LISTEN_ADDR`, default any free port of 127.0.0.1.
    pub listen: SocketAddr,
    /// `EXIT_WITH_STDIN=1`: end when standard input closes.
    pub exit_with_stdin: bool,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and `VARIANTS`.
    pub telemetry: telemetry::Settings,
    /// `PARTNERS_CONFIG`, JSON such as `{"payment": {"delay": {"shape": "constant", "ms": 130}}}`, and `PARTNERS_SEED`,
    /// the seed of the drawn delays and failures; see [`Config`] for what holds where nothing is said.
    pub config: Config,
}

impl Settings {
    /// Reads the process' environment.
    ///
    /// # Errors
    /// Every mistake in it, together.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::read(Reader::from_env())
    }

    /// Reads from `reader`.
    ///
    /// # Errors
    /// Every mistake in it, together.
    pub fn read(mut reader: Reader) -> Result<Self, SettingsError> {
        let mut config: Config = reader.or("PARTNERS_CONFIG", Config::default());
        config.seed = reader.or("PARTNERS_SEED", config.seed);
        let variants = reader.variants();
        let settings = Self {
            listen: reader.listen_addr(),
            exit_with_stdin: reader.exit_with_stdin(),
            telemetry: telemetry::Settings::read(&mut reader, "partners", variants),
            config,
        };
        reader.finish().map(|()| settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Delay, Failure, Name};

    fn read(config: &str) -> Result<Settings, SettingsError> {
        Settings::read(Reader::from_pairs([("PARTNERS_CONFIG", config)]))
    }

    #[test]
    fn a_configured_part_replaces_its_default_and_leaves_the_rest() {
        let settings = read(r#"{"payment": {"delay": {"shape": "constant", "ms": 7}}}"#).unwrap();
        let payment = settings.config.profile(Name::Payment);
        assert_eq!(payment.delay, Delay::Constant { ms: 7.0 });
        assert_eq!(payment.failure, Failure::None {});
        assert_eq!(settings.config.profile(Name::Email), Config::default().profile(Name::Email));
    }

    #[test]
    fn a_wrong_configuration_stops_the_start() {
        for wrong in [
            "{",
            r#"{"paymnt": {}}"#,
            r#"{"payment": {"delay": {"shape": "constant", "ms": -1}}}"#,
            r#"{"payment": {"delay": {"shape": "constant", "ms": 1, "extra": 2}}}"#,
        ] {
            assert!(read(wrong).unwrap_err().to_string().contains("PARTNERS_CONFIG"), "{wrong}");
        }
    }
}
