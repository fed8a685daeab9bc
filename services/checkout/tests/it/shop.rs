//! A shop for one test: its own database, key prefix and queues on servers that others may use too.

use crate::client::Client;
use catalogue::Size;
use checkout::{
    broker::Topology,
    identity::Tokens,
    settings::{BrokerSettings, Process, Settings, WorkerSettings},
    worker::{self, Worker},
};
use lapin::{Connection, ConnectionProperties, options::QueueDeclareOptions, types::FieldTable};
use serde_json::{Value, json};
use serving::Shutdown;
use shop::UserId;
use sqlx::PgPool;
use stack::{Needs, Stack};
use std::{future::Future, time::Duration};
use tokio::net::TcpListener;
use variant::Variants;

pub const SECRET: &str = "a secret of more than thirty-two bytes";
/// Opens the worker's routes about dead letters.
pub const ADMIN: &str = "a-token-for-the-admin-of-a-test";
/// Pieces in stock of every product when a test begins.
pub const STOCK: i32 = 1_000;

pub struct TestShop {
    pub client: Client,
    pub partners: Client,
    pub db: PgPool,
    pub settings: Settings,
    pub amqp_url: String,
    pub shutdown: Shutdown,
    database: String,
    stack: Stack,
}

impl TestShop {
    /// Everything but the worker.
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// With one seam's variant, as `VARIANTS` would choose it.
    pub async fn open_as(choice: &str) -> Self {
        let variants = Variants::parse(choice).unwrap();
        Self::open_with(|settings| settings.process.variants = variants).await
    }

    pub async fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        let stack = stack::test_stack(Needs::ALL).await.unwrap();
        let admin = stack.database_url().unwrap();
        let name = format!("checkout_{}", uuid::Uuid::new_v4().simple());
        let template = catalogue::template(admin, Size::small(), |_| {}).await.unwrap();
        let database_url = catalogue::clone_database(admin, &template, &name).await.unwrap();
        let db = PgPool::connect(&database_url).await.unwrap();
        sqlx::query("update stock set available = $1").bind(STOCK).execute(&db).await.unwrap();
        let shutdown = Shutdown::by_hand();
        let partners = serve(partners::app(&partners::Config::instant(), shutdown.clone())).await;
        let amqp_url = stack.amqp_url().unwrap().to_owned();
        let mut settings = Settings {
            process: process(),
            database_url,
            pool_size: 5,
            redis_url: stack.redis_url().unwrap().to_owned(),
            redis_prefix: format!("{name}:"),
            broker: BrokerSettings { url: amqp_url.clone(), prefix: format!("{name}.") },
            partners_url: partners.clone(),
            partner_timeout: Duration::from_millis(500),
            recommendations_url: None,
            token_secret: SECRET.to_owned(),
            graphiql: false,
        };
        change(&mut settings);
        let app = checkout::start(&settings, shutdown.clone()).await.unwrap();
        let client = Client::new(&serve(app.router.clone()).await);
        Self { client, partners: Client::new(&partners), db, settings, amqp_url, shutdown, database: name, stack }
    }

    /// A worker that takes this shop's messages.
    pub async fn worker(&self) -> Worker {
        self.worker_at(&self.amqp_url).await
    }

    pub async fn worker_at(&self, amqp_url: &str) -> Worker {
        let worker = worker::start(&self.worker_settings(amqp_url), self.shutdown.clone()).await.unwrap();
        worker.consuming().await.unwrap();
        worker
    }

    /// The settings of a worker that takes this shop's messages.
    pub fn worker_settings(&self, amqp_url: &str) -> WorkerSettings {
        WorkerSettings {
            process: process(),
            database_url: self.settings.database_url.clone(),
            pool_size: 5,
            redis_url: self.settings.redis_url.clone(),
            redis_prefix: self.settings.redis_prefix.clone(),
            broker: BrokerSettings { url: amqp_url.to_owned(), prefix: self.settings.broker.prefix.clone() },
            partners_url: self.settings.partners_url.clone(),
            partner_timeout: Duration::from_millis(500),
            prefetch: 16,
            retry_delay: Duration::from_millis(100),
            retries: 3,
            admin: Some(ADMIN.parse().unwrap()),
        }
    }

    /// A client with this user's token.
    pub fn as_user(&self, user: i64) -> Client {
        let token = Tokens::new(SECRET.as_bytes()).issue(UserId(user)).unwrap();
        self.client.with("authorization", &format!("Bearer {token}"))
    }

    /// A user with one piece of a product in the cart.
    pub async fn with_cart(&self, user: i64, product: i64) -> Client {
        let client = self.as_user(user);
        let answer = client.put(&format!("/v1/cart/items/{product}"), json!({"quantity": 1})).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        client
    }

    pub async fn stock_of(&self, product: i64) -> i32 {
        sqlx::query_scalar("select available from stock where product_id = $1")
            .bind(product)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    pub async fn email_of(&self, user: i64) -> String {
        sqlx::query_scalar("select email from users where id = $1").bind(user).fetch_one(&self.db).await.unwrap()
    }

    pub async fn status_of(&self, order: i64) -> String {
        sqlx::query_scalar("select status from orders where id = $1").bind(order).fetch_one(&self.db).await.unwrap()
    }

    pub async fn attempts(&self) -> i64 {
        sqlx::query_scalar("select count(*) from order_attempts").fetch_one(&self.db).await.unwrap()
    }

    /// How a partner behaves from now on.
    pub async fn partner_fails(&self, partner: &str, failure: Value) {
        let answer = self.partners.put(&format!("/admin/partners/{partner}"), json!({ "failure": failure })).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }

    /// What a partner has seen: `received`, `effects` and so on.
    pub async fn partner_saw(&self, partner: &str, what: &str) -> u64 {
        self.partners.get(&format!("/admin/partners/{partner}/calls")).await.body[what].as_u64().unwrap()
    }

    /// Emails to this user.
    pub async fn emails_to(&self, user: i64) -> Vec<Value> {
        let to = self.email_of(user).await;
        self.partners.get(&format!("/email/messages?to={to}")).await.body["messages"].as_array().unwrap().clone()
    }

    pub fn topology(&self) -> Topology {
        Topology::new(&self.settings.broker.prefix)
    }

    /// Messages waiting in a queue.
    pub async fn waiting_in(&self, queue: &str) -> u32 {
        let channel = self.channel().await;
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        channel.1.queue_declare(queue.into(), passive, FieldTable::default()).await.unwrap().message_count()
    }

    /// A channel of the test's own; the connection lives as long as the pair.
    pub async fn channel(&self) -> (Connection, lapin::Channel) {
        let connection = Connection::connect(&self.amqp_url, ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }

    /// Ends everything and leaves nothing behind on shared servers.
    pub async fn close(self) {
        self.shutdown.begin();
        let (_connection, channel) = self.channel().await;
        let topology = self.topology();
        for queue in topology.queues() {
            channel.queue_delete(queue.as_str().into(), Default::default()).await.unwrap();
        }
        channel
            .exchange_delete(topology.exchange.into(), lapin::options::ExchangeDeleteOptions::default())
            .await
            .unwrap();
        self.db.close().await;
        self.stack.drop_database(&self.database).await.unwrap();
        self.stack.stop().await.unwrap();
    }
}

fn process() -> Process {
    let listen = ([127, 0, 0, 1], 0).into();
    // As seams are measured: one at a time, all others fixed.
    let variants = Variants::parse("*=fixed").unwrap();
    let mut reader = serving::settings::Reader::default();
    let telemetry = telemetry::Settings::read(&mut reader, "checkout", variants.clone());
    Process { listen, exit_with_stdin: false, telemetry, variants }
}

pub async fn serve(router: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router).into_future());
    base
}

/// Every choice of variant that a seam has.
pub fn choices(seam: &str) -> Vec<String> {
    let traps = variant::SEAMS.iter().find(|one| one.id == seam).unwrap().traps;
    let traps = traps.iter().map(|trap| format!("{seam}=trap:{trap}"));
    ["flawed", "yours", "fixed"].into_iter().map(|name| format!("{seam}={name}")).chain(traps).collect()
}

/// Asks again until it is so; fails after 20 seconds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    for _ in 0..200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not within 20 seconds: {what}");
}
