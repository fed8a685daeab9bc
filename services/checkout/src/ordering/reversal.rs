//! Reversal: attempts that came to nothing are ended here, however they were interrupted.

use super::attempt::{UNDO, give_back};
use crate::{
    app::AppState,
    database,
    partner::{CallError, Charge},
};
use serving::Shutdown;
use shop::Money;
use std::time::Duration;

/// Attempts that nobody works on any more. A request is through after 15 seconds at the latest, well below the minute.
pub(crate) const ABANDONED: &str = "\
    select id from order_attempts where state = 'reserved' and created_at < now() - interval '1 minute' limit 20";

pub(crate) const TO_UNDO: &str = "\
    select id, amount_cents, payment_token from order_attempts where state = 'voiding' order by created_at limit 20";

pub(crate) const UNDONE: &str = "delete from order_attempts where id = $1 and state = 'voiding'";

/// Between two looks, unless somebody calls.
const PAUSE: Duration = Duration::from_secs(2);

/// Ends interrupted attempts until the shutdown. Two processes may do it at the same time: every step can be repeated.
pub async fn run(state: AppState, shutdown: Shutdown) {
    while !shutdown.has_begun() {
        if let Err(error) = once(&state).await {
            tracing::warn!(error = format!("{error:#}"), "attempts wait to be undone");
        }
        tokio::select! {
            () = shutdown.begun() => {}
            () = state.reversal.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn once(state: &AppState) -> anyhow::Result<()> {
    let abandoned: Vec<String> = sqlx::query_scalar(ABANDONED).fetch_all(&state.db).await?;
    for id in abandoned {
        tracing::warn!(attempt = id, "an attempt was abandoned");
        let mut connection = database::connection(&state.db).await?;
        give_back(&mut connection, &id, UNDO).await.map_err(|error| anyhow::anyhow!("giving stock back: {error:?}"))?;
    }
    let to_undo: Vec<(String, i64, String)> = sqlx::query_as(TO_UNDO).fetch_all(&state.db).await?;
    for (key, cents, token) in to_undo {
        let charge = Charge { key, amount: Money(cents), token };
        match state.partners.undo(&charge).await {
            Ok(()) => {
                sqlx::query(UNDONE).bind(&charge.key).execute(&state.db).await?;
                tracing::info!(attempt = charge.key, "charge undone");
            }
            // One that the partner will not undo must not stand before the others; a person has to look at it.
            Err(error @ CallError::Refused { .. }) => tracing::error!(%error, attempt = charge.key, "not undone"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
