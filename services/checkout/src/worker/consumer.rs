//! The consumer: connects, takes messages, and reconnects when the broker goes away.

use super::{admin, delivery, depth, schedule::Schedule, tools::Tools};
use crate::{
    Starting,
    broker::{self, DeadLetters, Publisher, Topology},
    database,
    fulfilment::Fulfilment,
    partner::Partners,
    redis_connection,
    sales::Sales,
    seams,
    settings::{BrokerSettings, WorkerSettings},
};
use anyhow::{Context as _, anyhow};
use axum::Router;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures_util::StreamExt as _;
use lapin::{
    Connection,
    options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use serving::{AdminToken, Readiness, Shutdown};
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

const TAG: &str = "order-worker";
/// The pauses between two tries to reach the broker: each twice as long as the one before.
const PAUSES: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(200))
    .with_max_delay(Duration::from_secs(5))
    .without_max_times();
/// AMQP's number for "no error".
const OK: u16 = 200;

/// A running worker.
pub struct Worker {
    consuming: watch::Receiver<bool>,
    task: JoinHandle<()>,
    db: PgPool,
    broker: BrokerSettings,
    admin: Option<AdminToken>,
    shutdown: Shutdown,
}

impl Worker {
    /// Waits until it takes messages.
    ///
    /// # Errors
    /// When it has ended instead.
    pub async fn consuming(&self) -> anyhow::Result<()> {
        self.consuming.clone().wait_for(|consuming| *consuming).await.map(drop).context("the worker has ended")
    }

    /// Its health routes (ready while it takes messages and the database answers), and those about dead letters.
    pub fn router(&self) -> Router {
        let (db, consuming) = (self.db.clone(), self.consuming.clone());
        let readiness = Readiness::new(self.shutdown.clone())
            .check("database", move || {
                let db = db.clone();
                async move { database::ping(&db).await }
            })
            .check("broker", move || {
                let consuming = *consuming.borrow();
                async move { if consuming { Ok(()) } else { Err("not consuming") } }
            });
        let letters = DeadLetters::new(&self.broker.url, &self.broker.prefix);
        admin::routes(self.admin.clone(), letters).merge(serving::health(readiness))
    }

    /// Waits, after the shutdown began, until the messages in work are done.
    pub async fn finish(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker failed");
        }
    }
}

/// Connects to the database and Redis and begins to consume, as soon as there is a broker and until the shutdown.
///
/// # Errors
/// When the database or Redis does not answer, or an address cannot be read.
pub fn start(settings: &WorkerSettings, shutdown: Shutdown) -> Starting<'_, Worker> {
    Box::pin(begin(settings, shutdown))
}

async fn begin(settings: &WorkerSettings, shutdown: Shutdown) -> anyhow::Result<Worker> {
    let db =
        database::connect(&settings.database_url, "order-worker", settings.pool_size).await.context("DATABASE_URL")?;
    let redis = redis_connection::connect(&settings.redis_url).await.context("REDIS_URL")?;
    let calls = seams::outgoing_calls(&settings.process.variants, settings.partner_timeout)?;
    let topology = Topology::new(&settings.broker.prefix);
    let fulfilment = Fulfilment {
        db: db.clone(),
        partners: Partners::new(&settings.partners_url, &calls)?,
        sales: Sales::new(redis, &settings.redis_prefix),
    };
    let tools = Arc::new(Tools {
        fulfilment,
        publisher: Publisher::new(settings.broker.url.clone(), "order-worker retries", topology),
        schedule: Schedule { retries: settings.retries, first: settings.retry_delay },
    });
    let (announce, consuming) = watch::channel(false);
    let (url, prefetch, ending) = (settings.broker.url.clone(), settings.prefetch, shutdown.clone());
    let task = tokio::spawn(async move {
        let mut pauses = PAUSES.build();
        while !ending.has_begun() {
            if let Err(error) = session(&url, prefetch, &tools, &announce, &ending).await {
                tracing::warn!(error = format!("{error:#}"), "no messages; reconnecting");
            }
            // A session that worked starts the pauses over.
            if announce.send_replace(false) {
                pauses = PAUSES.build();
            }
            let pause = tokio::time::sleep(pauses.next().unwrap_or_default());
            tokio::select! { () = ending.begun() => {}, () = pause => {} }
        }
    });
    let (broker, admin) = (settings.broker.clone(), settings.admin.clone());
    Ok(Worker { consuming, task, db, broker, admin, shutdown })
}

/// Consumes until the shutdown (and then finishes what is in work) or until the connection fails.
async fn session(
    url: &str,
    prefetch: u16,
    tools: &Arc<Tools>,
    announce: &watch::Sender<bool>,
    shutdown: &Shutdown,
) -> anyhow::Result<()> {
    let topology = tools.publisher.topology().clone();
    let connection: Connection = broker::connect(url, TAG).await?;
    let channel = connection.create_channel().await?;
    tools.publisher.reconnect().await?;
    // Prefetch bounds both what is in work here and what other workers cannot take.
    channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
    let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
    let mut consumer = channel.basic_consume(topology.queue.as_str().into(), TAG.into(), options, arguments).await?;
    announce.send_replace(true);
    // On a channel of its own: a queue that is not there closes the channel it was asked for on.
    let depth = depth::report(connection.create_channel().await?, topology);
    let _depth = AbortOnDropHandle::new(tokio::spawn(depth));
    let in_work = TaskTracker::new();
    loop {
        tokio::select! {
            biased;
            () = shutdown.begun() => break,
            delivery = consumer.next() => match delivery {
                Some(Ok(delivery)) => drop(in_work.spawn(delivery::handle(tools.clone(), delivery))),
                // Messages in work go on; what they do not get acknowledged comes again, and is recognised.
                Some(Err(error)) => return Err(error.into()),
                None => return Err(anyhow!("the broker ended the consumer")),
            }
        }
    }
    // No more messages; what was prefetched and not begun goes back when the channel closes.
    channel.basic_cancel(TAG.into(), BasicCancelOptions::default()).await?;
    in_work.close();
    if tokio::time::timeout(serving::DRAIN_CAP, in_work.wait()).await.is_err() {
        tracing::warn!("messages in work were cut; they will come again");
    }
    connection.close(OK, "bye".into()).await?;
    Ok(())
}
