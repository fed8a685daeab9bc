-- Keys, foreign keys and indexes: the shop's promises about its data, and its ways to find it.
--
-- What a foreign key does not do: Postgres indexes the column that is referred to, not the column that refers. Every
-- referring column below that somebody searches by has an index of its own, or starts a primary key.

-- Small tables and their keys in memory: the default of 64 MB makes a large index build spill to disk.
set local maintenance_work_mem = '256MB';

alter table products add primary key (id);
alter table products add constraint products_sku_key unique (sku);
-- fastupdate off: products are read a thousand times for each time one is written, so no search should have to walk a
-- list of entries that are still to be merged.
create index products_search_idx on products using gin (search) with (fastupdate = off);
create index products_category_idx on products (category, id);

-- Nobody searches by these: no statistics, and `analyze` need not read them.
alter table products alter column description set statistics 0, alter column specifications set statistics 0;

alter table stock add primary key (product_id);
alter table stock add foreign key (product_id) references products (id) on delete cascade;

-- The primary key finds the rows of one product. It does not give them in the order of their score: with twelve rows
-- each there is not much to sort.
alter table related_products add primary key (product_id, related_id);
alter table related_products add foreign key (product_id) references products (id) on delete cascade;
alter table related_products add foreign key (related_id) references products (id) on delete cascade;

alter table users add primary key (id);
alter table users add constraint users_email_key unique (email);

alter table orders add primary key (id);
alter table orders add foreign key (user_id) references users (id);
-- "My orders", newest first, without a sort.
create index orders_user_idx on orders (user_id, placed_at desc);
-- "Trending": the orders of the last hour or day.
create index orders_placed_at_idx on orders (placed_at);
-- One order per user and key. Rows without a key, the whole history, are not in the index.
create unique index orders_idempotency_idx on orders (user_id, idempotency_key) where idempotency_key is not null;

alter table order_lines add primary key (order_id, line_no);
alter table order_lines add foreign key (order_id) references orders (id) on delete cascade;
alter table order_lines add foreign key (product_id) references products (id);
create index order_lines_product_idx on order_lines (product_id, order_id);

alter table outbox add primary key (id);
-- Only what still waits is indexed, so the index stays as small as the queue however long the table grows.
create index outbox_unpublished_idx on outbox (id) where published_at is null;

alter table processed_messages add primary key (message_id);

alter table co_purchases add primary key (product_id, other_id);
alter table co_purchases add foreign key (product_id) references products (id) on delete cascade;
alter table co_purchases add foreign key (other_id) references products (id) on delete cascade;
-- The best partners of one product, read from the index alone.
create index co_purchases_score_idx on co_purchases (product_id, score desc) include (other_id);
