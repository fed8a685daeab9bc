//! What the environment says about telemetry.

use crate::peers::{Peer, VARIABLES};
use serving::settings::Reader;
use variant::Variants;

/// Where telemetry goes, and what it says of this process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `service.name`: `OTEL_SERVICE_NAME`, or the program's own name.
    pub service: String,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, gRPC; nothing is exported without one.
    pub endpoint: Option<String>,
    /// The chosen variants: a resource attribute on every span.
    pub variants: Variants,
    /// The servers that this process calls.
    pub(crate) peers: Vec<Peer>,
}

impl Settings {
    /// Of the program `service`. Mistakes in the endpoint stay with the reader; the addresses of dependencies are read again by
    /// whoever needs them.
    pub fn read(reader: &mut Reader, service: &str, variants: Variants) -> Self {
        let peer = |(variable, name, port): (&str, &'static str, i64)| {
            Peer::read(name, port, &reader.optional::<String>(variable)?)
        };
        let peers = VARIABLES.into_iter().filter_map(peer).collect();
        Self {
            service: reader.or("OTEL_SERVICE_NAME", service.to_owned()),
            endpoint: reader.otlp_endpoint(),
            variants,
            peers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_variables_are_honoured_and_an_empty_one_is_none() {
        let named = [("OTEL_SERVICE_NAME", "search-canary"), ("REDIS_URL", "redis://cache")];
        let settings = Settings::read(&mut Reader::from_pairs(named), "search", Variants::default());
        assert_eq!((settings.service.as_str(), settings.endpoint), ("search-canary", None));
        assert_eq!(settings.peers.len(), 1);
        let unnamed =
            Settings::read(&mut Reader::from_pairs([("OTEL_SERVICE_NAME", "")]), "search", Variants::default());
        assert_eq!(unnamed.service, "search");
    }
}
