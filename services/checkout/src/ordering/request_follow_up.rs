//! Following up an order within its request, as the seam says; the order worker fulfils the others.

use super::{
    outbox::{self, Outbox},
    record::Recorded,
};
use crate::{Error, fulfilment::Fulfilment};
use follow_up::{FollowUp, FollowUpSteps, Outcome, StepError};
use shop::OrderPlaced;
use std::{fmt::Display, sync::Arc};

/// Follows orders up; cheap to clone.
#[derive(Clone)]
pub(super) struct RequestFollowUp {
    pub(super) seam: FollowUp,
    pub(super) fulfilment: Fulfilment,
    pub(super) outbox: Outbox,
}

/// The steps for one order.
#[derive(Clone)]
struct OrderSteps {
    fulfilment: Fulfilment,
    outbox: Outbox,
    recorded: Arc<Recorded>,
    /// The event's key, under which every step is done: the same as the worker's.
    key: String,
}

impl RequestFollowUp {
    /// Follows an order up. Where the answer is [`Outcome::Done`], its event has to be marked as dealt with.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`]; the event waits in the outbox then.
    pub(super) async fn follow_up(&self, recorded: Recorded) -> Result<Outcome, Error> {
        let (event, order) = (recorded.event, recorded.placed.order_id);
        let steps = OrderSteps {
            fulfilment: self.fulfilment.clone(),
            outbox: self.outbox.clone(),
            recorded: Arc::new(recorded),
            key: outbox::key(event),
        };
        self.seam.after(&steps).await.map_err(|error| {
            tracing::warn!(%error, %order, "not followed up; the worker will");
            Error::Unconfirmed
        })
    }
}

impl OrderSteps {
    fn order(&self) -> &OrderPlaced {
        &self.recorded.placed
    }
}

impl FollowUpSteps for OrderSteps {
    async fn send_confirmation(&self) -> Result<(), StepError> {
        let sent = async {
            let email = self.fulfilment.email_of(self.order().user_id).await?;
            self.fulfilment.send_confirmation(&self.key, &email, self.order()).await
        };
        sent.await.map_err(|error| failed("confirmation email", &error))
    }

    async fn notify_analytics(&self) -> Result<(), StepError> {
        let notified = self.fulfilment.notify_analytics(&self.key, self.order()).await;
        notified.map_err(|error| failed("analytics", &error))
    }

    async fn ship(&self) -> Result<(), StepError> {
        self.fulfilment.ship(&self.key, self.order()).await.map_err(|error| failed("shipment", &error))
    }

    async fn count_sales(&self) -> Result<(), StepError> {
        self.fulfilment.count_sales(&self.key, self.order()).await.map_err(|error| failed("sales", &error))
    }

    async fn confirm_order(&self) -> Result<(), StepError> {
        self.fulfilment.confirm(&self.key, self.order()).await.map_err(|error| failed("order status", &error))
    }

    async fn publish(&self) -> Result<(), StepError> {
        self.outbox.publish(&self.recorded).await.map_err(|error| failed("event", &error))
    }
}

fn failed(step: &'static str, error: &dyn Display) -> StepError {
    StepError { step, reason: error.to_string() }
}
