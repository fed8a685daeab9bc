//! The orders of the last 30 days: popular products and busy customers first, as in any shop.

use crate::{
    Catalogue, Rows,
    row_rng::{Purpose, RowRng},
    vocabulary::Kind,
};
use shop::OrderStatus;

const HISTORY_US: u64 = 30 * 86_400_000_000;

/// An order of the history.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its id; a later order has a greater one.
    pub id: u64,
    /// Who placed it.
    pub user: u64,
    /// How long ago, in microseconds; below 30 days.
    pub age_us: u64,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was ordered; no product twice.
    pub lines: Vec<OrderedProduct>,
}

/// A line of an order.
#[derive(Clone, Copy, Debug)]
pub struct OrderedProduct {
    /// The product's id.
    pub product: u64,
    /// How many.
    pub quantity: u32,
    /// The price of one, in cents.
    pub unit_price_cents: u64,
}

impl Catalogue {
    /// The order with this id, 1 to the number of orders.
    #[must_use]
    pub fn order(&self, id: u64) -> Order {
        Order::new(self, id)
    }
}

impl Order {
    fn new(catalogue: &Catalogue, id: u64) -> Self {
        let (products, users) = (u64::from(catalogue.size().products), u64::from(catalogue.size().users));
        let orders = u64::from(catalogue.size().orders);
        let mut rng = RowRng::new(Purpose::Order, id);
        let user = catalogue.users.id(catalogue.popularity.sample(&mut rng, users));
        // Evenly spread, each in a slot of its own: the last hour always has its seven hundredth part of the history.
        let slot = HISTORY_US / orders;
        let age_us = slot * (orders - id) + rng.below(slot.max(1));
        let status = if rng.chance(3) { OrderStatus::Cancelled } else { OrderStatus::Confirmed };

        let first = catalogue.products.id(catalogue.popularity.sample(&mut rng, products));
        let line = |product, rng: &mut RowRng| OrderedProduct {
            product,
            quantity: rng.pick_quantity(),
            unit_price_cents: Kind::of(catalogue.products.rank(product)).price_cents(product),
        };
        let mut lines = vec![line(first, &mut rng)];
        // 1 to 6 lines, 2.5 on average. Half of the later ones are what the shop suggested beside the first.
        let more = [0, 0, 0, 1, 1, 1, 2, 2, 3, 5][rng.below(10) as usize];
        let beside = if more > 0 { catalogue.related(first) } else { Vec::new() };
        for _ in 0..more {
            let product = if rng.chance(50) && !beside.is_empty() {
                beside[rng.below(beside.len().min(4) as u64) as usize].0
            } else {
                catalogue.products.id(catalogue.popularity.sample(&mut rng, products))
            };
            if lines.iter().all(|other| other.product != product) {
                lines.push(line(product, &mut rng));
            }
        }
        Self { id, user, age_us, status, lines }
    }

    /// What the order costs, in cents.
    #[must_use]
    pub fn total_cents(&self) -> u64 {
        self.lines.iter().map(|line| line.unit_price_cents * u64::from(line.quantity)).sum()
    }

    pub(crate) fn encode(&self, now_us: i64, rows: &mut Rows) {
        let reference = format!("pay_{:012}", self.id);
        rows.row(6)
            .bigint(self.id)
            .bigint(self.user)
            .text(self.status.as_str())
            .bigint(self.total_cents())
            .timestamp(now_us - self.age_us as i64)
            .text(&reference);
    }

    pub(crate) fn encode_lines(&self, rows: &mut Rows) {
        for (index, line) in self.lines.iter().enumerate() {
            rows.row(5)
                .bigint(self.id)
                .integer(index as u32 + 1)
                .bigint(line.product)
                .integer(line.quantity)
                .bigint(line.unit_price_cents);
        }
    }
}

impl RowRng {
    /// Mostly one, sometimes two to four.
    fn pick_quantity(&mut self) -> u32 {
        [1, 1, 1, 1, 1, 1, 1, 2, 2, 4][self.below(10) as usize]
    }
}
