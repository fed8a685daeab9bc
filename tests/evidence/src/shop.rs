//! The whole shop as processes over one stack, all sending to one receiver.

use crate::program::Program;
use anyhow::Context as _;
use stack::Stack;
use std::collections::BTreeMap;

/// Opens what only those who run the shop may do.
pub const ADMIN: &str = "the-admin-token-of-the-evidence";

/// The programs, in the order in which they start, with the variable by which others know the address of each.
const PROGRAMS: [(&str, &str); 6] = [
    ("partners", "PARTNERS_URL"),
    ("recommendations", "RECOMMENDATIONS_URL"),
    ("search", "ORIGIN_URL"),
    ("edge", ""),
    ("checkout", ""),
    ("order-worker", ""),
];

/// The running shop.
#[derive(Debug)]
pub struct Shop {
    programs: BTreeMap<&'static str, Program>,
    database: String,
    /// The address of a customer.
    pub email: String,
}

impl Shop {
    /// Starts it with these variants.
    ///
    /// # Errors
    /// When a server or a program is missing.
    pub async fn start(stack: &Stack, endpoint: &str, variants: &str) -> anyhow::Result<Self> {
        Self::some(stack, endpoint, &PROGRAMS.map(|(name, _)| name), &[("VARIANTS", variants)]).await
    }

    /// Starts no more than what is named, with further settings.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub async fn some(
        stack: &Stack,
        endpoint: &str,
        names: &[&str],
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let admin = stack.database_url().context("no Postgres")?;
        let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await?;
        let database = format!("evidence_{}", std::process::id());
        let url = catalogue::clone_database(admin, &template, &database).await?;
        let prefix = format!("{database}.");
        let mut environment: Vec<(String, String)> = [
            ("DATABASE_URL", url.as_str()),
            ("REDIS_URL", stack.redis_url().context("no Redis")?),
            ("REDIS_PREFIX", &prefix),
            ("AMQP_URL", stack.amqp_url().context("no RabbitMQ")?),
            ("AMQP_PREFIX", &prefix),
            ("TOKEN_SECRET", "only for this test, and certainly no secret"),
            ("ADMIN_TOKEN", ADMIN),
            ("PARTNER_TIMEOUT_MS", "1000"),
            ("WORKER_RETRY_MS", "100"),
            ("WORKER_RETRIES", "1"),
            ("RECOMMENDATIONS_MODEL_MS", "1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ]
        .iter()
        .chain(settings)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
        let mut programs = BTreeMap::new();
        for (name, variable) in PROGRAMS.into_iter().filter(|(name, _)| names.contains(name)) {
            let program = Program::start(name, &environment).await?;
            if !variable.is_empty() {
                environment.push((variable.to_owned(), program.url.clone()));
            }
            programs.insert(name, program);
        }
        let db = sqlx::PgPool::connect(&url).await?;
        let email: String = sqlx::query_scalar("select email from users order by id limit 1").fetch_one(&db).await?;
        db.close().await;
        Ok(Self { programs, database, email })
    }

    /// The address of a program.
    #[must_use]
    pub fn url(&self, name: &str) -> &str {
        self.programs.get(name).map_or("", |program| &program.url)
    }

    /// Ends one of them at once, as a crash would.
    pub fn lose(&mut self, name: &str) {
        drop(self.programs.remove(name));
    }

    /// Ends all in order, so that everything is sent, and removes the database.
    ///
    /// # Errors
    /// When one does not end.
    pub async fn close(self, stack: &Stack) -> anyhow::Result<()> {
        for (name, program) in self.programs {
            program.finish().await.context(name)?;
        }
        Ok(stack.drop_database(&self.database).await?)
    }
}
