-- The name under which Redis remembers that the lines of an order were taken out of the cart: the order's attempt. An event's
-- number would not do. It begins at one again in a new database, and Redis may still remember the old database's numbers.
alter table cart_clearings add column attempt_id text not null default gen_random_uuid()::text;
