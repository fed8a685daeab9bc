//! Emptying carts: what was ordered leaves the cart in Redis at once or, where that fails, as soon as it can, and only once.
//!
//! The order is stored together with a row that says which lines have to go. Three places finish what is left: the request
//! itself, the customer's next order (which would buy the same lines again), and a loop.

use crate::{Error, cart::Carts, database};
use serving::Shutdown;
use shop::{ProductId, UserId};
use sqlx::{PgConnection, PgPool};
use std::time::Duration;
use telemetry::db_span;

/// What is left to be cleared from one customer's cart.
pub(crate) const OF_USER: &str = "\
    select event_id, attempt_id, user_id, product_ids, quantities from cart_clearings
    where user_id = $1 order by event_id";

/// What requests left behind. The two seconds give them time to do it themselves. In any order, so that carts which cannot be
/// changed do not stand before all the others for ever.
pub(crate) const LEFT: &str = "\
    select event_id, attempt_id, user_id, product_ids, quantities from cart_clearings
    where created_at < now() - interval '2 seconds'
    order by random() limit 100";

pub(crate) const CLEARED: &str = "delete from cart_clearings where event_id = $1";

/// Between two rounds.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(sqlx::FromRow)]
struct Clearing {
    event_id: i64,
    attempt_id: String,
    user_id: i64,
    product_ids: Vec<i64>,
    quantities: Vec<i32>,
}

/// Takes ordered lines out of carts; cheap to clone.
#[derive(Clone)]
pub(super) struct CartClearing {
    pub(super) db: PgPool,
    pub(super) carts: Carts,
}

impl CartClearing {
    /// Takes the lines of the order of this attempt out of the cart. Whether that worked; if not, [`CartClearing::run`] will.
    pub(super) async fn take(&self, attempt: &str, user: UserId, lines: &[(ProductId, u32)]) -> bool {
        let taken = self.carts.take(user, attempt, lines).await;
        if let Err(error) = &taken {
            tracing::warn!(?error, attempt, "the cart still holds what was ordered; it is emptied later");
        }
        taken.is_ok()
    }

    /// Finishes what earlier orders of this customer left in the cart, so that the next one does not buy it again.
    ///
    /// # Errors
    /// When the database or Redis does not answer: then the cart cannot be ordered now.
    pub(super) async fn settle(&self, db: &mut PgConnection, user: UserId) -> Result<(), Error> {
        let query = sqlx::query_as(OF_USER).bind(user.0).fetch_all(&mut *db);
        let left: Vec<Clearing> = database::observed(db_span!("cart_clearings.of_user", OF_USER), query).await?;
        for clearing in left {
            self.carts.take(user, &clearing.attempt_id, &clearing.lines()).await?;
            cleared(db, clearing.event_id).await?;
        }
        Ok(())
    }

    /// Notes that the lines of an event are out of the cart.
    pub(super) async fn forget(&self, event: i64) {
        let forgotten = async { cleared(&mut *database::connection(&self.db).await?, event).await };
        if let Err(error) = forgotten.await {
            tracing::warn!(%error, event, "the cart is emptied; that will be found out again");
        }
    }

    /// Finishes what requests left behind until the shutdown. Two processes may do it at the same time: Redis takes the lines
    /// of an event only once.
    pub(super) async fn run(self, shutdown: Shutdown) {
        while !shutdown.has_begun() {
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "carts wait to be emptied");
            }
            let _ = shutdown.unless_begun(tokio::time::sleep(PAUSE)).await;
        }
    }

    /// Ends at the first failure: a Redis that is away fails for every cart, and the next round takes them in another order.
    /// No spans around this poll: it happens every second and almost never finds anything.
    async fn round(&self) -> anyhow::Result<()> {
        let left: Vec<Clearing> = sqlx::query_as(LEFT).fetch_all(&self.db).await?;
        for clearing in left {
            let taken = self.carts.take(UserId(clearing.user_id), &clearing.attempt_id, &clearing.lines()).await;
            taken.map_err(|error| anyhow::anyhow!("{error:?}"))?;
            cleared(&mut *database::connection(&self.db).await?, clearing.event_id).await?;
            telemetry::count("shop.carts.cleared_later", 1, &[]);
        }
        Ok(())
    }
}

/// Notes in the database that the lines of an event are out of the cart.
async fn cleared(db: &mut PgConnection, event: i64) -> sqlx::Result<()> {
    let query = sqlx::query(CLEARED).bind(event).execute(db);
    database::observed(db_span!("cart_clearings.delete", CLEARED), query).await.map(drop)
}

impl Clearing {
    fn lines(&self) -> Vec<(ProductId, u32)> {
        let quantities = self.quantities.iter().map(|quantity| u32::try_from(*quantity).unwrap_or_default());
        self.product_ids.iter().map(|id| ProductId(*id)).zip(quantities).collect()
    }
}
