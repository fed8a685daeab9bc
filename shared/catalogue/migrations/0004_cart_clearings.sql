-- Carts that may still hold what was ordered: orders are here in Postgres, carts in Redis, and no transaction spans both.
--
-- A row comes in the transaction that stores an order of a cart, and goes when the ordered lines are out of the cart. What is
-- left over was interrupted (a crash, a Redis that was away); checkout finds it here and tries again until it succeeds.
create table cart_clearings (
    -- The order's event in the outbox: names this piece of work, in Redis as well.
    event_id    bigint      primary key,
    user_id     bigint      not null,
    product_ids bigint[]    not null,
    quantities  integer[]   not null check (cardinality(quantities) = cardinality(product_ids)),
    created_at  timestamptz not null default now()
);

-- The next order of the same customer must not buy the same lines again, so it looks here first.
create index cart_clearings_user_idx on cart_clearings (user_id);
