//! Where each dependency is, from the settings: the spans of calls get its address from here.

use std::sync::OnceLock;
use url::Url;

/// A server that this process calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    /// `postgresql`, `redis`, `rabbitmq`, or the name of another service.
    pub(crate) name: &'static str,
    /// The host.
    pub(crate) address: String,
    /// The port, the protocol's own where none is named.
    pub(crate) port: i64,
    /// The database's name or number.
    pub(crate) namespace: Option<String>,
}

/// The settings that name a dependency, what it is, and its usual port.
pub(crate) const VARIABLES: [(&str, &str, i64); 6] = [
    ("DATABASE_URL", "postgresql", 5432),
    ("REDIS_URL", "redis", 6379),
    ("AMQP_URL", "rabbitmq", 5672),
    ("PARTNERS_URL", "partners", 80),
    ("RECOMMENDATIONS_URL", "recommendations", 80),
    ("ORIGIN_URL", "origin", 80),
];

static PEERS: OnceLock<Vec<Peer>> = OnceLock::new();

impl Peer {
    /// From an address; nothing from one without a host (a socket's path), or from none at all: whoever needs it says so.
    pub(crate) fn read(name: &'static str, usual: i64, url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let path = url.path().trim_matches('/');
        let namespace = match name {
            "postgresql" => (!path.is_empty()).then(|| path.to_owned()),
            "redis" => Some(if path.is_empty() { "0" } else { path }.to_owned()),
            _ => None,
        };
        Some(Self { name, address: url.host_str()?.to_owned(), port: url.port().map_or(usual, i64::from), namespace })
    }
}

/// Makes them known to the whole process; once.
pub(crate) fn announce(peers: &[Peer]) {
    // A second time would be a second start in one process, which the tracing subscriber refuses anyway.
    let _ = PEERS.set(peers.to_vec());
}

/// The dependency of this name.
pub(crate) fn peer(name: &str) -> Option<&'static Peer> {
    PEERS.get()?.iter().find(|peer| peer.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_host_port_and_namespace_and_no_secret() {
        let read = |name, usual, url| Peer::read(name, usual, url).map(|p| (p.address, p.port, p.namespace));
        let database = read("postgresql", 5432, "postgres://shop:secret@db/shop");
        assert_eq!(database, Some(("db".to_owned(), 5432, Some("shop".to_owned()))));
        assert_eq!(read("redis", 6379, "redis://:x@h:7/2"), Some(("h".to_owned(), 7, Some("2".to_owned()))));
        assert_eq!(read("partners", 80, "http://127.0.0.1:99"), Some(("127.0.0.1".to_owned(), 99, None)));
        assert_eq!(read("redis", 6379, "unix:///run/redis.sock"), None);
        assert_eq!(read("redis", 6379, "nonsense"), None);
    }
}
