//! What the warehouse remembers: one shipment per order.

use super::recent::Recent;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The most shipments remembered.
const MOST_SHIPMENTS: usize = 50_000;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) product_id: i64,
    /// 1 to 99.
    pub(crate) quantity: u32,
}

/// What to ship.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewShipment {
    pub(crate) order_id: i64,
    /// 1 to 100.
    pub(crate) lines: Vec<Line>,
}

/// A shipment that was accepted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shipment {
    shipment_id: Uuid,
    order_id: i64,
    status: &'static str,
    lines: Vec<Line>,
}

/// How a request to ship ended.
pub(crate) enum Shipped {
    /// It is a new shipment.
    Now(Shipment),
    /// The same was asked for before.
    Already(Shipment),
    /// This order is being shipped with other lines.
    Differently,
}

/// Shipments by order.
#[derive(Debug)]
pub(crate) struct Shipments(Mutex<Recent<i64, Shipment>>);

impl Default for Shipments {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(MOST_SHIPMENTS)))
    }
}

impl Shipments {
    /// Ships an order, once.
    pub(crate) fn ship(&self, new: NewShipment) -> Shipped {
        let mut shipments = self.shipments();
        if let Some(known) = shipments.get(&new.order_id) {
            return if known.lines == new.lines { Shipped::Already(known.clone()) } else { Shipped::Differently };
        }
        let shipment =
            Shipment { shipment_id: Uuid::new_v4(), order_id: new.order_id, status: "accepted", lines: new.lines };
        shipments.insert(new.order_id, shipment.clone());
        Shipped::Now(shipment)
    }

    /// The shipment of an order.
    pub(crate) fn of_order(&self, order_id: i64) -> Option<Shipment> {
        self.shipments().get(&order_id).cloned()
    }

    /// The orders that were shipped, the newest first.
    pub(crate) fn orders(&self) -> Vec<i64> {
        self.shipments().newest_first().map(|shipment| shipment.order_id).collect()
    }

    pub(crate) fn reset(&self) {
        *self.shipments() = Recent::new(MOST_SHIPMENTS);
    }

    fn shipments(&self) -> MutexGuard<'_, Recent<i64, Shipment>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
