//! The orders of the last 30 days: popular products and busy customers first, as in any shop.

use crate::{
    Catalogue, Rows,
    draw::{Draw, Purpose},
    related,
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

impl Order {
    pub(crate) fn new(catalogue: &Catalogue, id: u64) -> Self {
        let (products, users) = (u64::from(catalogue.size().products), u64::from(catalogue.size().users));
        let orders = u64::from(catalogue.size().orders);
        let mut draw = Draw::new(Purpose::Order, id);
        let user = catalogue.users.id(catalogue.popularity.draw(&mut draw, users));
        // Evenly spread, each in a slot of its own: the last hour always has its seven hundredth part of the history.
        let slot = HISTORY_US / orders;
        let age_us = slot * (orders - id) + draw.below(slot.max(1));
        let status = if draw.chance(3) { OrderStatus::Cancelled } else { OrderStatus::Confirmed };

        let first = catalogue.products.id(catalogue.popularity.draw(&mut draw, products));
        let line = |product, draw: &mut Draw| OrderedProduct {
            product,
            quantity: draw.pick_quantity(),
            unit_price_cents: Kind::of(catalogue.products.rank(product)).price_cents(product),
        };
        let mut lines = vec![line(first, &mut draw)];
        // 1 to 6 lines, 2.5 on average. Half of the later ones are what the shop suggested beside the first.
        let more = [0, 0, 0, 1, 1, 1, 2, 2, 3, 5][draw.below(10) as usize];
        let beside = if more > 0 { related::related(catalogue, first) } else { Vec::new() };
        for _ in 0..more {
            let product = if draw.chance(50) && !beside.is_empty() {
                beside[draw.below(beside.len().min(4) as u64) as usize].0
            } else {
                catalogue.products.id(catalogue.popularity.draw(&mut draw, products))
            };
            if lines.iter().all(|other| other.product != product) {
                lines.push(line(product, &mut draw));
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

impl Draw {
    /// Mostly one, sometimes two to four.
    fn pick_quantity(&mut self) -> u32 {
        [1, 1, 1, 1, 1, 1, 1, 2, 2, 4][self.below(10) as usize]
    }
}
