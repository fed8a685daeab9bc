//! Placing an order: this must never lose money, stock or an event.
//!
//! The steps, and what happens when the process or a partner dies right after each:
//!
//! 1. **Reserve** (one transaction): take the stock of all lines and record the attempt. Afterwards a crash leaves an attempt;
//!    `compensation` finds it after a minute, gives the stock back and undoes the charge, if there is one.
//! 2. **Charge**, under the attempt's own key and outside of any transaction. Declined: the stock goes back. No usable
//!    answer: the stock goes back, and the attempt stays as "voiding" until the partner has undone whatever it did.
//! 3. **Record** (one statement): the attempt goes, the order, its lines and its event come. It works only while the
//!    attempt is there, so an attempt ends exactly one way. If it is not known whether it committed, nothing is voided
//!    here: step 1's rule decides later, by what is in the database.
//! 4. **Follow up**: what else the order needs (confirmation, shipment, ...) is done or handed to the broker, then the event
//!    is marked. `outbox` publishes whatever is not marked, for the worker.
//! 5. **Empty the cart**, which is in Redis. Step 3 stored what has to leave it; `clearing` takes out whatever this step did
//!    not, before the customer's next order and in a loop.
//!
//! All of it runs in a task of its own: a customer who closes the browser between two steps does not stop it.

mod attempt;
mod clearing;
mod compensation;
mod contention;
mod history;
mod outbox;
mod record;
mod request;
mod request_follow_up;
mod service;

pub(crate) use attempt::{ATTEMPT, EARLIER, FORGET, GIVE_BACK, KNOWN, LOCK_STOCK, TAKE_STOCK, UNDO};
pub(crate) use clearing::{CLEARED, LEFT, OF_USER};
pub(crate) use compensation::{ABANDONED, TO_UNDO, UNDONE};
pub use history::{Cursor, OrderLine, OrderSummary};
pub(crate) use history::{LINES, ONE, PAGE, lines_of, one, page};
pub(crate) use outbox::{MARK, WAITING};
pub(crate) use record::RECORD;
pub use request::OrderRequest;
pub use service::{OrderService, Placed};
