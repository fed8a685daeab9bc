-- Orders on their way: stock is reserved and the payment partner may have been asked, but no order stands yet.
--
-- A row is written before any money moves and goes away in the transaction that stores the order. What is left over was
-- interrupted (a crash, a partner that never answered); checkout finds it here, voids the charge and gives the stock back.
-- No foreign keys: a row lives for about a second, and the loader truncates the tables it would refer to.
create table order_attempts (
    -- Also the idempotency key of the charge: asking the payment partner twice for one attempt charges once.
    id              text        primary key,
    user_id         bigint      not null,
    -- The client's own name for the attempt, if it gave one.
    idempotency_key text,
    product_ids     bigint[]    not null,
    quantities      integer[]   not null check (cardinality(quantities) = cardinality(product_ids)),
    -- What is charged, and with which token: asking again under the same key needs the same words.
    amount_cents    bigint      not null check (amount_cents > 0),
    payment_token   text        not null,
    -- 'reserved': stock is taken, the charge is being made. 'voiding': stock is back, the charge must be undone.
    state           text        not null default 'reserved' check (state in ('reserved', 'voiding')),
    created_at      timestamptz not null default now()
);

-- One attempt at a time per user and key; one that is being undone does not stand in the way of the next.
create unique index order_attempts_key_idx on order_attempts (user_id, idempotency_key)
    where state = 'reserved' and idempotency_key is not null;
