//! Settings: what the environment says, every mistake reported together.

use http::Uri;
use serving::{
    AdminToken,
    settings::{Reader, SettingsError},
};
use std::{net::SocketAddr, time::Duration};
use variant::Variants;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `LISTEN_ADDR`; by default any free port of 127.0.0.1.
    pub listen_addr: SocketAddr,
    /// `EXIT_WITH_STDIN=1`: end when standard input closes; by default not.
    pub exit_with_stdin: bool,
    /// `ORIGIN_URL`, such as `http://127.0.0.1:8081`; required. It need not be there: what is kept is served without it.
    pub origin: Uri,
    /// `ORIGIN_TIMEOUT_MS`: how long the origin may take for a whole answer, 1 to 60,000; by default 3,000.
    pub origin_timeout: Duration,
    /// `CACHE_MB`: what the kept answers may take in memory, 1 to 65,536; by default 64.
    pub cache_bytes: u64,
    /// `ADMIN_TOKEN`, at least 16 characters; without one nobody may purge.
    pub admin: Option<AdminToken>,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` (by default nothing is exported), and the variants as an attribute.
    pub telemetry: telemetry::Settings,
    /// `VARIANTS`: which implementation each seam runs; by default flawed.
    pub variants: Variants,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// [`SettingsError`] with every mistake.
    pub fn read(mut reader: Reader) -> Result<Self, SettingsError> {
        let variants = reader.variants();
        let (listen_addr, exit_with_stdin) = (reader.listen_addr(), reader.exit_with_stdin());
        let origin: Option<Uri> = reader.http_url("ORIGIN_URL");
        let timeout = reader.or("ORIGIN_TIMEOUT_MS", 3_000_u64);
        let megabytes = reader.or("CACHE_MB", 64_u64);
        let admin = reader.optional("ADMIN_TOKEN");
        let telemetry = telemetry::Settings::read(&mut reader, "edge", variants.clone());
        if origin.as_ref().is_some_and(|url| !matches!(url.path(), "" | "/")) {
            reader.mistake("ORIGIN_URL must be http://host:port, without a path");
        }
        if !(1..=60_000).contains(&timeout) {
            reader.mistake("ORIGIN_TIMEOUT_MS must be between 1 and 60000");
        }
        if !(1..=65_536).contains(&megabytes) {
            reader.mistake("CACHE_MB must be between 1 and 65536");
        }
        reader.finish()?;
        let Some(origin) = origin else {
            // Not reached: one that is missing was a mistake.
            return Err(SettingsError(vec!["a required setting is missing".to_owned()]));
        };
        Ok(Self {
            listen_addr,
            exit_with_stdin,
            origin,
            origin_timeout: Duration::from_millis(timeout),
            cache_bytes: megabytes << 20,
            admin,
            telemetry,
            variants,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_named_at_once() {
        let wrong = [("ORIGIN_TIMEOUT_MS", "0"), ("CACHE_MB", "0"), ("ADMIN_TOKEN", "short")];
        let text = Settings::read(Reader::from_pairs(wrong)).unwrap_err().to_string();
        for part in ["ORIGIN_URL", "ORIGIN_TIMEOUT_MS", "CACHE_MB", "ADMIN_TOKEN"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn an_origin_is_an_address_and_no_page() {
        for wrong in ["127.0.0.1:8081", "https://search", "http://search/v1"] {
            assert!(Settings::read(Reader::from_pairs([("ORIGIN_URL", wrong)])).is_err(), "{wrong}");
        }
        assert!(Settings::read(Reader::from_pairs([("ORIGIN_URL", "http://search:8080")])).is_ok());
    }
}
