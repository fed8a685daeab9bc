//! The outbox: every order's event. One that its own request did not deal with is published a little later.

use super::record::Recorded;
use crate::{
    broker::{Message, PublishError, Publisher},
    database,
};
use lapin::types::FieldTable;
use serving::Shutdown;
use sqlx::{PgPool, types::Json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use telemetry::db_span;
use tracing::Instrument as _;

/// With `$2`, the event's order is out of the cart as well.
pub(crate) const MARK: &str = "\
    with cleared as (delete from cart_clearings where event_id = $1 and $2)
    update outbox set published_at = now() where id = $1";

/// Events that their own request did not deal with. The two seconds give it time to do so; rows that another process is
/// publishing are skipped.
pub(crate) const WAITING: &str = "\
    select id, topic, payload, trace_context from outbox
    where published_at is null and created_at < now() - interval '2 seconds'
    order by id limit 20
    for update skip locked";

/// Between two polls of the outbox.
const PAUSE: Duration = Duration::from_secs(1);
/// The most events that [`WAITING`] returns.
const BATCH: usize = 20;

#[derive(sqlx::FromRow)]
struct Event {
    id: i64,
    topic: String,
    payload: serde_json::Value,
    trace_context: Json<BTreeMap<String, String>>,
}

/// The outbox of this database; cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbox {
    pub(super) db: PgPool,
    pub(super) publisher: Arc<Publisher>,
}

/// The key of an event, the same whoever publishes it.
pub(super) fn key(event: i64) -> String {
    format!("outbox-{event}")
}

impl Outbox {
    /// Connects to the broker. Where that fails, events wait, and [`Outbox::relay`] tries again.
    pub(super) async fn connect(&self) {
        if let Err(error) = self.publisher.reconnect().await {
            tracing::warn!(error = format!("{error:#}"), "the broker is away; events wait in the outbox");
        }
    }

    /// Publishes the event of an order, and waits for the confirmation.
    ///
    /// # Errors
    /// When it is not known to be with the broker; [`Outbox::relay`] will publish it.
    pub(super) async fn publish(&self, recorded: &Recorded) -> Result<(), PublishError> {
        self.publisher.event(crate::broker::ORDER_PLACED, message(recorded.event, &recorded.payload)).await
    }

    /// Marks an event as dealt with: [`Outbox::relay`] leaves it alone from now on. With `cleared`, its order is known to be
    /// out of the cart, too.
    pub(super) async fn mark(&self, event: i64, cleared: bool) {
        let marked = async {
            let mut connection = database::connection(&self.db).await?;
            let query = sqlx::query(MARK).bind(event).bind(cleared).execute(&mut *connection);
            database::observed(db_span!("outbox.mark", MARK), query).await
        };
        if let Err(error) = marked.await {
            tracing::warn!(%error, event, "dealt with, but not marked: it will be published");
        }
    }

    /// Publishes what waits until the shutdown begins; it also keeps the connection to the broker alive.
    pub(super) async fn relay(self, shutdown: Shutdown) {
        while !shutdown.has_begun() {
            let more = match self.publish_waiting().await {
                Ok(published) => published == BATCH,
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "the outbox waits");
                    false
                }
            };
            if !more {
                let _ = shutdown.unless_begun(tokio::time::sleep(PAUSE)).await;
            }
        }
    }

    /// One batch. The rows stay locked until they are marked, so no two processes publish the same one at the same time.
    async fn publish_waiting(&self) -> anyhow::Result<usize> {
        self.publisher.reconnect().await?;
        // No spans around this poll: it happens every second and almost never finds anything.
        let mut transaction = self.db.begin().await?;
        let events: Vec<Event> = sqlx::query_as(WAITING).fetch_all(&mut *transaction).await?;
        let mut outcome = Ok(events.len());
        for event in &events {
            let span = tracing::info_span!("outbox.relay", otel.name = "outbox relay");
            // Its order's trace, not a new one.
            telemetry::adopt(&span, &event.trace_context.0);
            let published = async {
                self.publisher.event(&event.topic, message(event.id, &event.payload)).await?;
                let query = sqlx::query(MARK).bind(event.id).bind(false).execute(&mut *transaction);
                database::observed(db_span!("outbox.mark", MARK), query).await?;
                anyhow::Ok(())
            };
            if let Err(error) = published.instrument(span).await {
                outcome = Err(error);
                break;
            }
        }
        // Also after an error: what was published must stay marked.
        transaction.commit().await?;
        outcome
    }
}

fn message(event: i64, payload: &serde_json::Value) -> Message {
    let (body, headers) = (payload.to_string().into_bytes(), FieldTable::default());
    Message { id: key(event), body, headers, expires: None }
}
