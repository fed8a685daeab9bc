//! Settings: what the environment says, every mistake reported together.

use redis::ConnectionInfo;
use serving::{
    AdminToken,
    settings::{Reader, SettingsError},
};
use sqlx::postgres::PgConnectOptions;
use std::{net::SocketAddr, time::Duration};
use tonic::transport::Endpoint;
use variant::Variants;

/// Everything that can be set.
#[derive(Clone)]
pub struct Settings {
    /// `LISTEN_ADDR`; by default any free port of 127.0.0.1.
    pub listen_addr: SocketAddr,
    /// `EXIT_WITH_STDIN=1`: end when standard input closes; by default not.
    pub exit_with_stdin: bool,
    /// The database.
    pub database: Database,
    /// The cache.
    pub redis: Redis,
    /// `RECOMMENDATIONS_URL`, such as `http://127.0.0.1:8082`; required. The service need not be there: search does without.
    pub recommendations: Endpoint,
    /// `ADMIN_TOKEN`, at least 16 characters; without one nobody may change a price.
    pub admin: Option<AdminToken>,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` (by default nothing is exported), and the variants as an attribute.
    pub telemetry: telemetry::Settings,
    /// `VARIANTS`: which implementation each seam runs; by default flawed.
    pub variants: Variants,
}

/// Where the products are.
#[derive(Clone)]
pub struct Database {
    /// `DATABASE_URL`, such as `postgres://shop@127.0.0.1/shop`; required.
    pub address: PgConnectOptions,
    /// `DATABASE_POOL_SIZE`: connections at most, 1 to 500; by default 10.
    pub pool_size: u32,
}

/// Where counters and rendered pages are.
#[derive(Clone)]
pub struct Redis {
    /// `REDIS_URL`, such as `redis://127.0.0.1`; required.
    pub address: ConnectionInfo,
    /// `REDIS_PREFIX`, put before every key; by default `shop:`.
    pub prefix: String,
    /// `PRODUCT_CACHE_TTL_MS`: how long a product's page is kept, 10 to 3,600,000; by default 5,000. The texts of a
    /// product change a few times a year; nobody should see an old price for long.
    pub page_lifetime: Duration,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// [`SettingsError`] with every mistake.
    pub fn read(mut reader: Reader) -> Result<Self, SettingsError> {
        let variants = reader.variants();
        let (listen_addr, exit_with_stdin) = (reader.listen_addr(), reader.exit_with_stdin());
        let database = reader.database_url();
        let pool_size = reader.or("DATABASE_POOL_SIZE", 10);
        let redis = reader.redis_url();
        let prefix = reader.or("REDIS_PREFIX", "shop:".to_owned());
        let page_lifetime = reader.or("PRODUCT_CACHE_TTL_MS", 5_000);
        let recommendations: Option<Endpoint> = reader.http_url("RECOMMENDATIONS_URL");
        let admin = reader.optional("ADMIN_TOKEN");
        let telemetry = telemetry::Settings::read(&mut reader, "search", variants.clone());
        if !(1..=500).contains(&pool_size) {
            reader.mistake("DATABASE_POOL_SIZE must be between 1 and 500");
        }
        if !(10..=3_600_000).contains(&page_lifetime) {
            reader.mistake("PRODUCT_CACHE_TTL_MS must be between 10 and 3600000");
        }
        reader.finish()?;
        let (Some(database), Some(redis), Some(recommendations)) = (database, redis, recommendations) else {
            // Not reached: one that is missing was a mistake.
            return Err(SettingsError(vec!["a required setting is missing".to_owned()]));
        };
        Ok(Self {
            listen_addr,
            exit_with_stdin,
            database: Database { address: database, pool_size },
            redis: Redis { address: redis, prefix, page_lifetime: Duration::from_millis(page_lifetime) },
            recommendations,
            admin,
            telemetry,
            variants,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes<const N: usize>(variables: [(&str, &str); N]) -> String {
        Settings::read(Reader::from_pairs(variables)).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_missing_is_named_all_at_once() {
        let text = mistakes([("DATABASE_POOL_SIZE", "0"), ("PRODUCT_CACHE_TTL_MS", "1"), ("VARIANTS", "ch99=fixed")]);
        let parts =
            ["DATABASE_URL", "REDIS_URL", "RECOMMENDATIONS_URL", "between 1 and 500", "between 10 and 3600000", "ch99"];
        for part in parts {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_a_mistake_before_anything_is_tried() {
        let urls = [("DATABASE_URL", "shop"), ("REDIS_URL", "cache:6379"), ("RECOMMENDATIONS_URL", "127.0.0.1:8082")];
        let text = mistakes(urls);
        for (name, _) in urls {
            assert!(text.contains(name), "{name} is missing in {text}");
        }
        let right = [
            ("DATABASE_URL", "postgres://shop@127.0.0.1/shop"),
            ("REDIS_URL", "redis://127.0.0.1"),
            ("RECOMMENDATIONS_URL", "http://127.0.0.1:8082"),
        ];
        assert_eq!(mistakes(right), "");
    }
}
