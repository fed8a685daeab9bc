//! All services of a shop, each as a process of its own.

use crate::{client::Client, program::Program};
use anyhow::Context as _;
use http::Method;
use serde_json::json;
use std::{path::Path, time::Duration};

/// The token of those who run this shop.
pub(super) const ADMIN: &str = "the-admin-token-of-the-fuzz";

pub(super) struct Services {
    programs: Vec<Program>,
    database: String,
    /// A customer's token.
    pub(super) token: String,
    pub(super) client: Client,
}

impl Services {
    pub(super) async fn start(name: &str, variants: &str, stack: &stack::Stack, folder: &Path) -> anyhow::Result<Self> {
        let admin = stack.database_url().context("no Postgres")?;
        let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await?;
        let database = format!("fuzz_{name}_{}", std::process::id());
        let url = catalogue::clone_database(admin, &template, &database).await?;
        let prefix = format!("{database}.");
        let mut environment = vec![
            ("DATABASE_URL", url.clone()),
            ("REDIS_URL", stack.redis_url().context("no Redis")?.to_owned()),
            ("REDIS_PREFIX", prefix.clone()),
            ("AMQP_URL", stack.amqp_url().context("no RabbitMQ")?.to_owned()),
            ("AMQP_PREFIX", prefix),
            ("TOKEN_SECRET", "only for the fuzz, and certainly not a secret".to_owned()),
            ("ADMIN_TOKEN", ADMIN.to_owned()),
            ("VARIANTS", variants.to_owned()),
        ];
        let mut programs: Vec<Program> = Vec::new();
        for (program, variable) in [
            ("partners", "PARTNERS_URL"),
            ("recommendations", "RECOMMENDATIONS_URL"),
            ("search", "ORIGIN_URL"),
            ("edge", ""),
            ("checkout", ""),
            ("order-worker", ""),
        ] {
            let words: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let mut started = Program::new(program, name, &words, folder);
            started.start().await?;
            if !variable.is_empty() {
                environment.push((variable, started.url.clone().unwrap_or_default()));
            }
            programs.push(started);
        }
        let mut services =
            Self { programs, database, token: String::new(), client: Client::new(Duration::from_secs(30)) };
        let db = sqlx::PgPool::connect(&url).await?;
        let email: String = sqlx::query_scalar("select email from users order by id limit 1").fetch_one(&db).await?;
        db.close().await;
        let body = json!({"email": email, "password": "workshop"});
        let login = format!("{}/v1/login", services.url("checkout"));
        let answer = services.client.call(Method::POST, &login, &[], Some(&body)).await?;
        services.token = answer.json()["access_token"].as_str().context("no token")?.to_owned();
        Ok(services)
    }

    /// A service's address; empty for one that is not there.
    pub(super) fn url(&self, name: &str) -> &str {
        let program = self.programs.iter().find(|program| program.described().0 == name);
        program.and_then(|program| program.url.as_deref()).unwrap_or_default()
    }

    pub(super) fn programs(&mut self) -> &mut [Program] {
        &mut self.programs
    }

    pub(super) async fn close(mut self, stack: &stack::Stack) -> anyhow::Result<()> {
        for program in &mut self.programs {
            program.kill().await;
        }
        Ok(stack.drop_database(&self.database).await?)
    }
}
