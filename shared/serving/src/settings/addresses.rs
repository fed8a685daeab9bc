//! Addresses among the settings, checked before anything connects: a wrong scheme is a mistake at once, not a wait for ever.

use super::Reader;
use std::{fmt::Display, str::FromStr};

/// What an address of some kind looks like, and what people write instead.
struct Kind {
    /// Accepted, with their `://`.
    schemes: &'static [&'static str],
    /// Understood and refused, each with the reason.
    refused: &'static [(&'static str, &'static str)],
    /// An example.
    like: &'static str,
}

const NO_TLS: &str =
    "would have to be encrypted, and this build has no TLS: use a plain address on a network you trust";

const POSTGRES: Kind =
    Kind { schemes: &["postgres://", "postgresql://"], refused: &[], like: "postgres://user:password@host/database" };
const REDIS: Kind = Kind {
    schemes: &["redis://", "redis+unix://", "unix://"],
    refused: &[("rediss://", NO_TLS)],
    like: "redis://host:port",
};
const AMQP: Kind =
    Kind { schemes: &["amqp://"], refused: &[("amqps://", NO_TLS)], like: "amqp://user:password@host:port/%2f" };
const HTTP: Kind = Kind { schemes: &["http://"], refused: &[("https://", NO_TLS)], like: "http://host:port" };

impl Kind {
    fn check(&self, text: &str) -> Result<(), String> {
        // Schemes are written in any case (RFC 3986, section 3.1).
        let starts = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        if let Some((scheme, why)) = self.refused.iter().find(|(scheme, _)| starts(scheme)) {
            return Err(format!("an address that begins with {scheme} {why}"));
        }
        let Some(scheme) = self.schemes.iter().find(|scheme| starts(scheme)) else {
            return Err(format!("must begin with {}, such as {}", self.schemes.join(" or "), self.like));
        };
        let rest = &text[scheme.len()..];
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A socket's path, or a database on the default host, may have none.
        if matches!(*scheme, "amqp://" | "http://" | "redis://")
            && host.rsplit('@').next().unwrap_or_default().is_empty()
        {
            return Err(format!("names no host: it must be such as {}", self.like));
        }
        Ok(())
    }
}

impl Reader {
    /// `DATABASE_URL`, required: `postgres://` or `postgresql://`.
    pub fn database_url<T: FromStr<Err: Display>>(&mut self) -> Option<T> {
        self.address("DATABASE_URL", &POSTGRES, true)
    }

    /// `REDIS_URL`, required: `redis://` or the path of a socket.
    pub fn redis_url<T: FromStr<Err: Display>>(&mut self) -> Option<T> {
        self.address("REDIS_URL", &REDIS, true)
    }

    /// `AMQP_URL`, required: `amqp://`.
    pub fn amqp_url<T: FromStr<Err: Display>>(&mut self) -> Option<T> {
        self.address("AMQP_URL", &AMQP, true)
    }

    /// The `http://` address of another service, required.
    pub fn http_url<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        self.address(name, &HTTP, true)
    }

    /// The `http://` address of another service, if it is set.
    pub fn optional_http_url<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        self.address(name, &HTTP, false)
    }

    fn address<T: FromStr<Err: Display>>(&mut self, name: &str, kind: &Kind, required: bool) -> Option<T> {
        let text: String = if required { self.required(name, kind.like)? } else { self.optional(name)? };
        if let Err(mistake) = kind.check(&text) {
            self.mistake(format!("{name}: {mistake}"));
            return None;
        }
        self.optional(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_something_else_is_a_mistake_and_is_not_repeated() {
        let read = |kind: &Kind, text: &str| kind.check(text);
        for (kind, right) in [
            (&POSTGRES, &["postgres://shop@host/shop", "PostgreSQL://host:5432/x", "postgres:///x?host=/run/x"][..]),
            (&REDIS, &["redis://host", "redis://:secret@host:6379/1", "unix:///run/redis.sock", "redis+unix:///x"]),
            (&AMQP, &["amqp://host", "AMQP://guest:guest@127.0.0.1:5672/%2f", "amqp://[::1]:5672"]),
            (&HTTP, &["http://127.0.0.1:8080", "http://search"]),
        ] {
            for one in right {
                assert_eq!(read(kind, one), Ok(()), "{one}");
            }
            for wrong in ["", "secret", "mysql://secret@h/x", "sqlite://secret", "ftp://secret", "ämqp://secret", "://"]
            {
                let mistake = read(kind, wrong).unwrap_err();
                assert!(mistake.contains("://") && !mistake.contains("secret"), "{mistake}");
            }
        }
        for (kind, wrong) in [
            (&AMQP, "amqps://host"),
            (&AMQP, "http://host"),
            (&AMQP, "amqp://"),
            (&AMQP, "amqp://user:password@/"),
            (&REDIS, "rediss://host"),
            (&REDIS, "redis://"),
            (&HTTP, "https://host"),
            (&HTTP, "http:///path"),
        ] {
            assert!(read(kind, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_missing_and_what_is_wrong_are_named_together() {
        let mut reader =
            Reader::from_pairs([("DATABASE_URL", "mysql://u:geheim@h/d"), ("OTHER_URL", "https://geheim")]);
        assert_eq!(reader.database_url::<String>(), None);
        assert_eq!(reader.redis_url::<String>(), None);
        assert_eq!(reader.optional_http_url::<String>("OTHER_URL"), None);
        assert_eq!(reader.optional_http_url::<String>("MISSING_URL"), None);
        let text = reader.finish().unwrap_err().to_string();
        for part in ["DATABASE_URL: must begin with postgres://", "REDIS_URL is not set", "OTHER_URL: an address"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(text.lines().count() == 3 && !text.contains("geheim"), "{text}");
    }
}
