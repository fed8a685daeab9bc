//! Compensation: ends the attempts that did not become an order, however they were interrupted.

use super::attempt::{UNDO, give_back};
use crate::{
    database,
    partner::{CallError, Charge, Partners},
};
use serving::Shutdown;
use shop::Money;
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// Attempts that nobody works on any more. A request ends after 15 seconds at the latest, well below the minute.
pub(crate) const ABANDONED: &str = "\
    select id from order_attempts where state = 'reserved' and created_at < now() - interval '1 minute' limit 20";

/// In any order: twenty that the partner refuses to undo must not stand before all the others for ever.
pub(crate) const TO_UNDO: &str = "\
    select id, amount_cents, payment_token from order_attempts where state = 'voiding' order by random() limit 20";

pub(crate) const UNDONE: &str = "delete from order_attempts where id = $1 and state = 'voiding'";

/// Between two rounds, unless one is requested.
const PAUSE: Duration = Duration::from_secs(2);

/// Ends attempts that failed or were abandoned; cheap to clone.
#[derive(Clone)]
pub(super) struct Compensation {
    pub(super) db: PgPool,
    pub(super) partners: Partners,
    pub(super) requested: Arc<Notify>,
}

impl Compensation {
    /// Requests a round soon: an attempt has to be undone.
    pub(super) fn request(&self) {
        self.requested.notify_one();
    }

    /// Ends interrupted attempts until the shutdown. Two processes may do it at the same time: every step can be repeated.
    pub(super) async fn run(self, shutdown: Shutdown) {
        while !shutdown.has_begun() {
            if let Err(error) = self.round().await {
                tracing::warn!(error = format!("{error:#}"), "attempts wait to be undone");
            }
            tokio::select! {
                () = shutdown.begun() => {}
                () = self.requested.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn round(&self) -> anyhow::Result<()> {
        let abandoned: Vec<String> = sqlx::query_scalar(ABANDONED).fetch_all(&self.db).await?;
        for id in abandoned {
            tracing::warn!(attempt = id, "an attempt was abandoned");
            let mut connection = database::connection(&self.db).await?;
            let given_back = give_back(&mut connection, &id, UNDO).await;
            given_back.map_err(|error| anyhow::anyhow!("giving stock back: {error:?}"))?;
        }
        let to_undo: Vec<(String, i64, String)> = sqlx::query_as(TO_UNDO).fetch_all(&self.db).await?;
        for (key, cents, token) in to_undo {
            let charge = Charge { key, amount: Money(cents), token };
            match self.partners.undo(&charge).await {
                Ok(()) => {
                    sqlx::query(UNDONE).bind(&charge.key).execute(&self.db).await?;
                    tracing::info!(attempt = charge.key, "charge undone");
                }
                // One that the partner refuses to undo must not block the others; a person has to look at it.
                Err(error @ CallError::Refused { .. }) => tracing::error!(%error, attempt = charge.key, "not undone"),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
