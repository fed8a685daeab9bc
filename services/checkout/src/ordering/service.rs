//! The service that places orders, step by step, and the loops that finish what requests leave behind.

use super::{
    OrderRequest,
    attempt::{self, FORGET, UNDO},
    clearing::CartClearing,
    compensation::Compensation,
    contention::retry_contended,
    outbox::Outbox,
    record,
    request_follow_up::RequestFollowUp,
};
use crate::{
    Error,
    broker::{Publisher, Topology},
    cart::Carts,
    fulfilment::Fulfilment,
    partner::{CallError, Charge, Partners},
    sales::Sales,
    settings::Settings,
};
use follow_up::{FollowUp, Outcome};
use http::StatusCode;
use outgoing_calls::{OrderConnection, OutgoingCalls};
use serving::Shutdown;
use shop::OrderId;
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// An order that stands.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// The order.
    pub order: OrderId,
    /// Whether an earlier request with the same key had placed it already.
    pub repeated: bool,
}

/// Places orders; cheap to clone.
#[derive(Clone)]
pub struct OrderService {
    db: PgPool,
    carts: Carts,
    partners: Partners,
    calls: OutgoingCalls,
    follow_up: RequestFollowUp,
    outbox: Outbox,
    compensation: Compensation,
    clearing: CartClearing,
    /// Orders being placed and the three loops; waited for at the end.
    tasks: TaskTracker,
}

impl OrderService {
    /// Does nothing until [`OrderService::start`].
    ///
    /// # Errors
    /// When `PARTNERS_URL` cannot be read.
    pub(crate) fn new(
        settings: &Settings,
        db: &PgPool,
        carts: &Carts,
        sales: &Sales,
        calls: OutgoingCalls,
        seam: FollowUp,
    ) -> anyhow::Result<Self> {
        let partners = Partners::new(&settings.partners_url, &calls)?;
        let topology = Topology::new(&settings.broker.prefix);
        let publisher = Arc::new(Publisher::new(settings.broker.url.clone(), "checkout", topology));
        let outbox = Outbox { db: db.clone(), publisher };
        let fulfilment = Fulfilment { db: db.clone(), partners: partners.clone(), sales: sales.clone() };
        let requested = Arc::new(Notify::new());
        Ok(Self {
            db: db.clone(),
            carts: carts.clone(),
            calls,
            follow_up: RequestFollowUp { seam, fulfilment, outbox: outbox.clone() },
            outbox,
            compensation: Compensation { db: db.clone(), partners: partners.clone(), requested },
            clearing: CartClearing { db: db.clone(), carts: carts.clone() },
            partners,
            tasks: TaskTracker::new(),
        })
    }

    /// Connects to the broker, which may be away, and starts the three loops that finish what requests leave behind.
    pub(crate) async fn start(&self, shutdown: &Shutdown) {
        self.outbox.connect().await;
        self.tasks.spawn(self.outbox.clone().relay(shutdown.clone()));
        self.tasks.spawn(self.compensation.clone().run(shutdown.clone()));
        self.tasks.spawn(self.clearing.clone().run(shutdown.clone()));
    }

    /// Waits, after the shutdown began, until the orders being placed are through and the loops have ended.
    pub(crate) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Places an order.
    ///
    /// # Errors
    /// [`Error`]; unless it is [`Error::Unsettled`] or [`Error::Unconfirmed`], nothing was bought and no charge stays.
    pub async fn place(&self, request: OrderRequest) -> Result<Placed, Error> {
        request.check()?;
        let service = self.clone();
        let placing = self.tasks.spawn(async move { service.run(&request).await }.in_current_span());
        placing.await.unwrap_or_else(|error| Err(Error::internal(&error)))
    }

    async fn run(&self, request: &OrderRequest) -> Result<Placed, Error> {
        let mut db = self.calls.order_connection(&self.db);
        let mut earlier = attempt::earlier(&mut db, request).await?;
        if earlier.unsettled_cart {
            self.clearing.settle(db.get().await?, request.user).await?;
        }
        // Read after the cart is known to be settled: a cart read before it may still hold what is taken out meanwhile, and that
        // would be bought again.
        let lines = match &request.items {
            Some(items) => items.clone(),
            None => self.carts.lines(request.user).await?,
        };
        if lines.is_empty() {
            // An order is stored before its cart is emptied: perhaps an earlier request with this key has just done both.
            earlier = attempt::earlier(&mut db, request).await?;
        }
        if let Some(order) = earlier.order {
            return Ok(Placed { order, repeated: true });
        }
        if lines.is_empty() {
            return Err(Error::Invalid("the cart is empty".to_owned()));
        }
        let attempt = match retry_contended!(attempt::reserve(&mut db, request, &lines).await)? {
            attempt::Reserved::Now(attempt) => attempt,
            attempt::Reserved::OrderedAlready(order) => return Ok(Placed { order, repeated: true }),
        };
        let reference = self.charge(&mut db, &attempt.charge).await?;
        let recorded = retry_contended!(record::record(&mut db, request, &attempt, &reference).await);
        let recorded = recorded.map_err(|error| {
            tracing::error!(?error, attempt = attempt.charge.key, "charged, but not known to be recorded");
            Error::Unsettled
        })?;
        drop(db);
        telemetry::count("shop.orders.placed", 1, &[]);
        // From here on the order stands, whatever happens.
        let (order, event) = (recorded.placed.order_id, recorded.event);
        let followed_up = self.follow_up.follow_up(recorded).await;
        let cleared = request.items.is_none() && self.clearing.take(&attempt.charge.key, request.user, &lines).await;
        match &followed_up {
            // One statement for both, where both are done. What is not noted is found out again, and has no second effect.
            Ok(Outcome::Done) => self.outbox.mark(event, cleared).await,
            _ if cleared => self.clearing.forget(event).await,
            _ => {}
        }
        followed_up?;
        Ok(Placed { order, repeated: false })
    }

    /// Charges; on any failure the stock is given back before the customer is answered.
    async fn charge(&self, db: &mut OrderConnection, charge: &Charge) -> Result<String, Error> {
        db.before_charging();
        let error = match self.partners.charge(charge).await {
            Ok(reference) => return Ok(reference),
            Err(error) => error,
        };
        tracing::info!(%error, attempt = charge.key, "not charged");
        telemetry::count("shop.orders.not_charged", 1, &[]);
        let (end, answer) = match error {
            CallError::Refused { status: StatusCode::PAYMENT_REQUIRED, detail } => (FORGET, Error::Declined(detail)),
            CallError::Refused { detail, .. } => (FORGET, Error::Invalid(format!("the payment was refused: {detail}"))),
            CallError::NotSent(_) | CallError::NotReached(_) => (FORGET, Error::Unavailable("the payment partner")),
            CallError::Unknown { .. } => (UNDO, Error::Unavailable("the payment partner")),
        };
        let given_back = async {
            let connection = db.get().await?;
            retry_contended!(attempt::give_back(&mut *connection, &charge.key, end).await)
        };
        if let Err(error) = given_back.await {
            tracing::error!(?error, attempt = charge.key, "stock is given back later");
        }
        if end == UNDO {
            self.compensation.request();
        }
        Err(answer)
    }
}
