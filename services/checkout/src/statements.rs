//! Every statement of both programs, so that a test can let the database check them.

use crate::{cart, database, fulfilment, ordering, routes, state, worker};

/// Name and text.
pub const STATEMENTS: &[(&str, &str)] = &[
    ("products.any", database::CATALOGUE),
    ("cart.lines", cart::LINES),
    ("products.exists", cart::PRODUCT_EXISTS),
    ("bestsellers.cards", routes::bestsellers::CARDS),
    ("quotes.products", routes::quote::PRODUCTS),
    ("users.by_email", routes::login::BY_EMAIL),
    ("users.sample", state::SAMPLE_HASH),
    ("orders.by_key", ordering::KNOWN),
    ("orders.earlier", ordering::EARLIER),
    ("stock.take", ordering::TAKE_STOCK),
    ("stock.lock", ordering::LOCK_STOCK),
    ("stock.give_back", ordering::GIVE_BACK),
    ("order_attempts.insert", ordering::ATTEMPT),
    ("order_attempts.forget", ordering::FORGET),
    ("order_attempts.undo", ordering::UNDO),
    ("order_attempts.abandoned", ordering::ABANDONED),
    ("order_attempts.to_undo", ordering::TO_UNDO),
    ("order_attempts.undone", ordering::UNDONE),
    ("orders.record", ordering::RECORD),
    ("cart_clearings.of_user", ordering::OF_USER),
    ("cart_clearings.left", ordering::LEFT),
    ("cart_clearings.delete", ordering::CLEARED),
    ("users.email", fulfilment::EMAIL),
    ("orders.page", ordering::PAGE),
    ("orders.one", ordering::ONE),
    ("order_lines.of_orders", ordering::LINES),
    ("outbox.mark", ordering::MARK),
    ("outbox.waiting", ordering::WAITING),
    ("worker.order", worker::ORDER),
    ("worker.confirm", fulfilment::CONFIRM),
];
