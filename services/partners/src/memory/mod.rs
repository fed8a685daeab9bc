//! What the partners remember, in memory and bounded: one file per partner.

mod answers;
mod events;
mod ledger;
mod mailbox;
mod payments;
mod recent;
mod shipments;
mod tariffs;
mod tokens;

pub(crate) use events::{Event, Events};
pub(crate) use ledger::{NewCharge, Status};
pub(crate) use mailbox::{Mailbox, Message, Sent};
pub(crate) use payments::{Answer, Booked, Payments};
pub(crate) use shipments::{NewShipment, Shipment, Shipments, Shipped};
pub(crate) use tariffs::Tariffs;
pub(crate) use tokens::{Grant, Tokens};
