//! The books at the end: what customers were told, what is stored, what the partners did, and what is left over anywhere.

use super::{
    customer::{Ledger, Wanted},
    shop::{STOCK, Shop},
};
use crate::program::binary;
use http::Method;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

/// Nothing waits any more: no event, no cart, no attempt, no order that is not confirmed.
const SETTLED: &str = "select not exists (select from outbox where published_at is null)
    and not exists (select from cart_clearings) and not exists (select from order_attempts)
    and not exists (select from orders where id > $1 and status <> 'confirmed')";

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) kills: u64,
    pub(super) accepted: u64,
    pub(super) lost: u64,
    pub(super) doubled: u64,
    pub(super) full_carts: u64,
    pub(super) deadlocks: u64,
    pub(super) dead_letters: u64,
    /// Everything that is not as it should be, in words.
    wrong: Vec<String>,
}

impl Books {
    /// Whether nothing is wrong.
    pub(super) fn holds(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Waits until nothing is left to do, and reads everything.
    pub(super) async fn read(shop: &mut Shop, ledger: &Ledger, kills: u64, outage: Duration) -> anyhow::Result<Self> {
        // The longest delay before a retry whose schedule began with the outage, and a minute for abandoned attempts.
        let patience = outage * 4 + Duration::from_secs(120);
        let settled = shop.eventually(patience, SETTLED).await?;
        let mut books = Self { kills, wrong: ledger.wrong(), ..Self::default() };
        if !settled {
            books.wrong.push(format!("not settled after {} s: {}", patience.as_secs(), leftovers(shop).await?));
        }
        let wanted = ledger.all();
        books.accepted = u64::try_from(wanted.values().filter(|one| one.order.is_some()).count())?;
        books.compare_orders(shop, &wanted).await?;
        books.compare_stock(shop).await?;
        books.compare_partners(shop).await?;
        books.look_into_carts(shop, &wanted).await?;
        books.dead_letters = dead_letters(shop).await?;
        if books.dead_letters > 0 {
            books.wrong.push(format!("{} dead letters", books.dead_letters));
        }
        let deadlocks: i64 =
            sqlx::query_scalar("select deadlocks from pg_stat_database where datname = current_database()")
                .fetch_one(&shop.db)
                .await?;
        books.deadlocks = u64::try_from(deadlocks)?;
        if deadlocks > 0 {
            books.wrong.push(format!("{deadlocks} deadlocks"));
        }
        books.wrong.extend(shop.crashes());
        Ok(books)
    }

    /// Accepted is stored, once, as it was wanted; and nothing else is.
    async fn compare_orders(&mut self, shop: &Shop, wanted: &BTreeMap<String, Wanted>) -> anyhow::Result<()> {
        type Row = (i64, i64, Option<String>, Vec<i64>, Vec<i32>);
        let rows: Vec<Row> = sqlx::query_as(
            "select o.id, o.user_id, o.idempotency_key, array_agg(l.product_id), array_agg(l.quantity)
             from orders o join order_lines l on l.order_id = o.id where o.id > $1 group by o.id",
        )
        .bind(shop.first_order)
        .fetch_all(&shop.db)
        .await?;
        let mut stored: BTreeSet<i64> = BTreeSet::new();
        for (id, user, key, products, quantities) in rows {
            stored.insert(id);
            let Some(one) = key.as_ref().and_then(|key| wanted.get(key)) else {
                self.doubled += 1;
                self.wrong.push(format!("order {id} of user {user} was never asked for"));
                continue;
            };
            let quantities: Vec<i64> = quantities.into_iter().map(i64::from).collect();
            if (user, &products, &quantities) != (one.user, &vec![one.product], &vec![one.quantity]) {
                self.doubled += 1;
                self.wrong.push(format!("order {id} has {quantities:?} of {products:?}, and was to be {one:?}"));
            }
            if one.order.is_some_and(|told| told != id) {
                self.doubled += 1;
                self.wrong.push(format!("order {id} was told as {:?}", one.order));
            }
        }
        for (key, one) in wanted {
            if one.order.is_some_and(|order| !stored.contains(&order)) {
                self.lost += 1;
                self.wrong.push(format!("{key} was accepted as {:?} and is not there", one.order));
            }
        }
        Ok(())
    }

    /// What is gone from the shelves is what was ordered.
    async fn compare_stock(&mut self, shop: &Shop) -> anyhow::Result<()> {
        let off: Vec<(i64, i64)> = sqlx::query_as(
            "select s.product_id, $2 - s.available - coalesce(sold.pieces, 0) from stock s
             left join (select product_id, sum(quantity) as pieces from order_lines where order_id > $1 group by 1) sold
                 on sold.product_id = s.product_id
             where s.available <> $2 - coalesce(sold.pieces, 0)",
        )
        .bind(shop.first_order)
        .bind(STOCK)
        .fetch_all(&shop.db)
        .await?;
        self.wrong.extend(off.iter().map(|(product, by)| format!("the stock of product {product} is off by {by}")));
        Ok(())
    }

    /// Each order is charged, shipped and written to its customer about, once.
    async fn compare_partners(&mut self, shop: &Shop) -> anyhow::Result<()> {
        let base = shop.partners.url.clone().unwrap_or_default();
        let get = async |path: String| -> anyhow::Result<Value> {
            Ok(shop.client.call(Method::GET, &format!("{base}{path}"), &[], None).await?.json())
        };
        let orders: Vec<(i64, Option<String>)> =
            sqlx::query_as("select id, payment_reference from orders where id > $1")
                .bind(shop.first_order)
                .fetch_all(&shop.db)
                .await?;
        let books = get("/admin/books".to_owned()).await?;
        let mut unpaid: BTreeMap<&str, i64> = BTreeMap::new();
        for (order, reference) in &orders {
            if let Some(other) = unpaid.insert(reference.as_deref().unwrap_or_default(), *order) {
                self.doubled += 1;
                self.wrong.push(format!("orders {other} and {order} share the charge {reference:?}, or have none"));
            }
        }
        for charge in books["charges"].as_array().into_iter().flatten().filter(|charge| charge["status"] == "captured")
        {
            let reference = charge["reference"].as_str().unwrap_or_default();
            if unpaid.remove(reference).is_none() {
                self.doubled += 1;
                self.wrong.push(format!("the charge {reference} was captured for no order, or twice"));
            }
        }
        for (reference, order) in unpaid {
            self.lost += 1;
            self.wrong.push(format!("order {order} is not paid: no captured charge {reference}"));
        }
        let shipped: BTreeSet<i64> =
            books["shipments"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
        for (order, _) in orders.iter().filter(|(order, _)| !shipped.contains(order)) {
            self.lost += 1;
            self.wrong.push(format!("order {order} is not shipped"));
        }
        for partner in ["email", "warehouse"] {
            let effects =
                get(format!("/admin/partners/{partner}/calls")).await?["effects"].as_u64().unwrap_or_default();
            let orders = u64::try_from(orders.len())?;
            if effects != orders {
                self.lost += orders.saturating_sub(effects);
                self.doubled += effects.saturating_sub(orders);
                self.wrong.push(format!("{orders} orders and {effects} effects at {partner}"));
            }
        }
        Ok(())
    }

    /// Carts hold nothing: what was put in was ordered. A customer whose last order got no answer may have one left.
    async fn look_into_carts(&mut self, shop: &Shop, wanted: &BTreeMap<String, Wanted>) -> anyhow::Result<()> {
        let open: BTreeSet<i64> = wanted.values().filter(|one| one.order.is_none()).map(|one| one.user).collect();
        let users: BTreeSet<i64> = wanted.values().map(|one| one.user).filter(|user| !open.contains(user)).collect();
        for user in users {
            let lines = shop.lines_in_cart(user).await?;
            if lines > 0 {
                self.full_carts += 1;
                self.wrong.push(format!("the cart of user {user} still has {lines} lines"));
            }
        }
        Ok(())
    }
}

async fn leftovers(shop: &Shop) -> anyhow::Result<String> {
    let (events, carts, attempts, open): (i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from outbox where published_at is null), (select count(*) from cart_clearings),
            (select count(*) from order_attempts), (select count(*) from orders where id > $1 and status <> 'confirmed')",
    )
    .bind(shop.first_order)
    .fetch_one(&shop.db)
    .await?;
    Ok(format!("{events} events, {carts} carts, {attempts} attempts, {open} orders"))
}

/// As the worker's own command counts them.
async fn dead_letters(shop: &Shop) -> anyhow::Result<u64> {
    let mut command = tokio::process::Command::new(binary("order-worker")?);
    command.env_clear().envs(shop.broker_environment.iter().map(|(name, value)| (name, value)));
    let output = command.args(["dead-letters", "list"]).output().await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.split_whitespace().next().and_then(|word| word.parse().ok());
    number.ok_or_else(|| anyhow::anyhow!("dead letters: {}", String::from_utf8_lossy(&output.stderr)))
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, accepted, lost, doubled, full_carts, deadlocks, dead_letters, wrong } = self;
        write!(
            f,
            "  kills {kills}, accepted {accepted}, lost {lost}, doubled {doubled}, carts not emptied {full_carts}, \
             deadlocks {deadlocks}, dead letters {dead_letters}"
        )?;
        for line in wrong.iter().take(20) {
            write!(f, "\n  WRONG: {line}")?;
        }
        if wrong.len() > 20 {
            write!(f, "\n  ... and {} more", wrong.len() - 20)?;
        }
        Ok(())
    }
}
