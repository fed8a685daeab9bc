//! The settings of both programs: what they read from the environment, and its defaults.

use serving::{
    AdminToken,
    settings::{Reader, SettingsError},
};
use std::{net::SocketAddr, time::Duration};
use variant::Variants;

/// The shortest secret with which tokens may be signed: as long as the hash, as RFC 7518 asks.
const SECRET_BYTES: usize = 32;

/// What a process of the shop has, whichever program it is.
#[derive(Clone, Debug)]
pub struct Process {
    /// `LISTEN_ADDR`.
    pub listen: SocketAddr,
    /// `EXIT_WITH_STDIN`.
    pub exit_with_stdin: bool,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and `OTEL_SERVICE_NAME`.
    pub telemetry: telemetry::Settings,
    /// `VARIANTS`.
    pub variants: Variants,
}

/// Where messages go.
#[derive(Clone, Debug)]
pub struct BrokerSettings {
    /// `AMQP_URL`, such as `amqp://guest:guest@127.0.0.1:5672/%2f`.
    pub url: String,
    /// `AMQP_PREFIX`: put before every exchange and queue; empty by default.
    pub prefix: String,
}

/// Checkout's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What every process has.
    pub process: Process,
    /// `DATABASE_URL`.
    pub database_url: String,
    /// `DATABASE_POOL_SIZE`: 10.
    pub pool_size: u32,
    /// `REDIS_URL`.
    pub redis_url: String,
    /// `REDIS_PREFIX`: `shop:`.
    pub redis_prefix: String,
    /// `AMQP_URL` and `AMQP_PREFIX`.
    pub broker: BrokerSettings,
    /// `PARTNERS_URL`, `http://host:port`.
    pub partners_url: String,
    /// `PARTNER_TIMEOUT_MS`: how long one call may take at most; 5000.
    pub partner_timeout: Duration,
    /// `RECOMMENDATIONS_URL`, `http://host:port`; without it no order shows what goes with it.
    pub recommendations_url: Option<String>,
    /// `TOKEN_SECRET`: at least 32 bytes.
    pub token_secret: String,
    /// `GRAPHIQL=1`: the GraphiQL page at `GET /graphql` and introspection, for development.
    pub graphiql: bool,
}

/// The order worker's settings.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// What every process has.
    pub process: Process,
    /// `DATABASE_URL`.
    pub database_url: String,
    /// `DATABASE_POOL_SIZE`: 10.
    pub pool_size: u32,
    /// `REDIS_URL`.
    pub redis_url: String,
    /// `REDIS_PREFIX`: `shop:`, as checkout's.
    pub redis_prefix: String,
    /// `AMQP_URL` and `AMQP_PREFIX`.
    pub broker: BrokerSettings,
    /// `PARTNERS_URL`, `http://host:port`.
    pub partners_url: String,
    /// `PARTNER_TIMEOUT_MS`: how long one call may take at most; 5000.
    pub partner_timeout: Duration,
    /// `WORKER_PREFETCH`: messages in work at a time, 1 to 1000; 16.
    pub prefetch: u16,
    /// `WORKER_RETRY_MS`: how long a message waits before its first retry, 1 to 3,600,000; 5000. Before each of the next five
    /// retries it waits twice as long as before the last one.
    pub retry_delay: Duration,
    /// `WORKER_RETRIES`: how many times a message is tried again before it becomes a dead letter, 0 to 1000; 10. With the
    /// delays above this takes 16 to 32 minutes, longer than any dependency takes to start again.
    pub retries: u32,
    /// `ADMIN_TOKEN`, at least 16 characters; without one nobody may look at dead letters.
    pub admin: Option<AdminToken>,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// Every mistake in one [`SettingsError`].
    pub fn read(mut reader: Reader) -> Result<Self, SettingsError> {
        let settings = Self {
            process: process(&mut reader, "checkout"),
            database_url: database_url(&mut reader),
            pool_size: pool_size(&mut reader),
            redis_url: redis_url(&mut reader),
            redis_prefix: redis_prefix(&mut reader),
            broker: broker(&mut reader),
            partners_url: partners_url(&mut reader),
            partner_timeout: Duration::from_millis(reader.or("PARTNER_TIMEOUT_MS", 5_000)),
            recommendations_url: reader.optional_http_url("RECOMMENDATIONS_URL"),
            token_secret: reader.required("TOKEN_SECRET", "a secret of at least 32 bytes").unwrap_or_default(),
            graphiql: reader.or("GRAPHIQL", 0_u8) == 1,
        };
        if (1..SECRET_BYTES).contains(&settings.token_secret.len()) {
            reader.mistake(format!("TOKEN_SECRET is shorter than {SECRET_BYTES} bytes"));
        }
        reader.finish().map(|()| settings)
    }
}

impl WorkerSettings {
    /// Reads them.
    ///
    /// # Errors
    /// Every mistake in one [`SettingsError`].
    pub fn read(mut reader: Reader) -> Result<Self, SettingsError> {
        let settings = Self {
            process: process(&mut reader, "order-worker"),
            database_url: database_url(&mut reader),
            pool_size: pool_size(&mut reader),
            redis_url: redis_url(&mut reader),
            redis_prefix: redis_prefix(&mut reader),
            broker: broker(&mut reader),
            partners_url: partners_url(&mut reader),
            partner_timeout: Duration::from_millis(reader.or("PARTNER_TIMEOUT_MS", 5_000)),
            prefetch: reader.or("WORKER_PREFETCH", 16),
            retry_delay: Duration::from_millis(reader.or("WORKER_RETRY_MS", 5_000)),
            retries: reader.or("WORKER_RETRIES", 10),
            admin: reader.optional("ADMIN_TOKEN"),
        };
        if !(1..=3_600_000).contains(&settings.retry_delay.as_millis()) {
            reader.mistake("WORKER_RETRY_MS must be 1 to 3600000");
        }
        if settings.retries > 1_000 {
            reader.mistake("WORKER_RETRIES must be 0 to 1000");
        }
        if !(1..=1_000).contains(&settings.prefetch) {
            reader.mistake("WORKER_PREFETCH must be 1 to 1000");
        }
        reader.finish().map(|()| settings)
    }
}

fn process(reader: &mut Reader, program: &str) -> Process {
    let variants = reader.variants();
    Process {
        listen: reader.listen_addr(),
        exit_with_stdin: reader.exit_with_stdin(),
        telemetry: telemetry::Settings::read(reader, program, variants.clone()),
        variants,
    }
}

fn redis_url(reader: &mut Reader) -> String {
    reader.redis_url().unwrap_or_default()
}

fn redis_prefix(reader: &mut Reader) -> String {
    reader.or("REDIS_PREFIX", "shop:".to_owned())
}

fn database_url(reader: &mut Reader) -> String {
    reader.database_url().unwrap_or_default()
}

fn pool_size(reader: &mut Reader) -> u32 {
    let size = reader.or("DATABASE_POOL_SIZE", 10);
    if size == 0 {
        reader.mistake("DATABASE_POOL_SIZE must be at least 1");
    }
    size
}

fn partners_url(reader: &mut Reader) -> String {
    reader.http_url("PARTNERS_URL").unwrap_or_default()
}

/// `AMQP_URL` and `AMQP_PREFIX`.
pub(crate) fn broker(reader: &mut Reader) -> BrokerSettings {
    BrokerSettings { url: reader.amqp_url().unwrap_or_default(), prefix: reader.or("AMQP_PREFIX", String::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_or_too_short_is_named_at_once() {
        let error = Settings::read(Reader::from_pairs([("TOKEN_SECRET", "short")])).unwrap_err().to_string();
        for name in ["DATABASE_URL", "REDIS_URL", "AMQP_URL", "PARTNERS_URL", "TOKEN_SECRET is shorter"] {
            assert!(error.contains(name), "{name}: {error}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_used_is_refused_at_once_by_both_programs() {
        let wrong = [
            ("DATABASE_URL", "mysql://shop@host/shop"),
            ("REDIS_URL", "rediss://host"),
            ("AMQP_URL", "amqps://host"),
            ("PARTNERS_URL", "https://host"),
            ("RECOMMENDATIONS_URL", "host:8082"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "garbage"),
        ];
        let service = Settings::read(Reader::from_pairs(wrong)).unwrap_err().to_string();
        let worker = WorkerSettings::read(Reader::from_pairs(wrong)).unwrap_err().to_string();
        for (name, value) in wrong {
            assert!(service.contains(&format!("{name}: ")) && !service.contains(value), "{name}: {service}");
            // The worker has no recommendations.
            assert!(worker.contains(&format!("{name}: ")) || name == "RECOMMENDATIONS_URL", "{name}: {worker}");
        }
    }

    #[test]
    fn a_worker_that_takes_no_message_is_refused() {
        let error = WorkerSettings::read(Reader::from_pairs([("WORKER_PREFETCH", "0")])).unwrap_err().to_string();
        assert!(error.contains("WORKER_PREFETCH"), "{error}");
    }
}
