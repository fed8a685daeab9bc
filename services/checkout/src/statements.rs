//! Every statement of both programs, so that a test can have the database check them all.

use crate::{cart, ordering, routes, worker};

/// Name and text.
pub const STATEMENTS: &[(&str, &str)] = &[
    ("cart.lines", cart::LINES),
    ("products.exists", cart::PRODUCT_EXISTS),
    ("bestsellers.cards", routes::bestsellers::CARDS),
    ("quotes.products", routes::quote::PRODUCTS),
    ("users.by_email", routes::login::BY_EMAIL),
    ("users.sample", routes::login::SAMPLE),
    ("orders.by_key", ordering::KNOWN),
    ("stock.take", ordering::TAKE_STOCK),
    ("stock.give_back", ordering::GIVE_BACK),
    ("order_attempts.insert", ordering::ATTEMPT),
    ("order_attempts.forget", ordering::FORGET),
    ("order_attempts.undo", ordering::UNDO),
    ("order_attempts.abandoned", ordering::reversal::ABANDONED),
    ("order_attempts.to_undo", ordering::reversal::TO_UNDO),
    ("order_attempts.undone", ordering::reversal::UNDONE),
    ("orders.record", ordering::RECORD),
    ("users.email", ordering::EMAIL),
    ("orders.page", ordering::PAGE),
    ("orders.one", ordering::ONE),
    ("order_lines.of_orders", ordering::LINES),
    ("outbox.mark", ordering::outbox::MARK),
    ("outbox.waiting", ordering::outbox::WAITING),
    ("worker.order", worker::ORDER),
    ("worker.confirm", worker::CONFIRM),
];
