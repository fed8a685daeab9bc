//! The whole catalogue: what every row is, from its number alone.

use crate::{
    Permutation, Product, Rows, Size, Table, Zipf, people,
    row_rng::{Purpose, RowRng},
};

/// Names the catalogue's content: the first digits of a hash over rows of every table, which a test computes. A change
/// of the generator makes the test fail until this is changed too, and it is part of a template's name: a database of
/// the old content is never taken for the new.
pub const FINGERPRINT: &str = "5c9932cc86";

/// 2024-01-01, in microseconds since the Unix epoch: the day the shop opened. Products are dated from here on.
const OPENING_US: i64 = 1_704_067_200_000_000;
const DAY_US: u64 = 86_400_000_000;

/// A catalogue of one size. It holds twelve bytes per product and makes every row when asked.
#[derive(Clone, Debug)]
pub struct Catalogue {
    size: Size,
    pub(crate) products: Permutation,
    pub(crate) users: Permutation,
    pub(crate) popularity: Zipf,
}

impl Catalogue {
    /// The catalogue of this size; there is only one.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let Size { products, users, .. } = size;
        Self {
            size,
            products: Permutation::new(products),
            users: Permutation::new(users),
            popularity: Zipf::new(products.max(users)),
        }
    }

    /// How large it is.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The product with this id, 1 to the number of products.
    #[must_use]
    pub fn product(&self, id: u64) -> Product {
        Product::new(id, self.products.rank(id))
    }

    /// How many products there are for sale of one, a few of them none at all; never none of the most popular.
    fn stock(&self, id: u64) -> u32 {
        let (rank, mut rng) = (self.products.rank(id), RowRng::new(Purpose::Stock, id));
        // The popular ones are stocked for a bench that orders all day.
        let popular = 2_000_000 / (rank + 10);
        if rank > 100 && rng.chance(3) { 0 } else { (rng.between(5, 400) + popular) as u32 }
    }

    /// The numbers from 1 that [`Catalogue::encode`] takes for a table: products, users or orders.
    #[must_use]
    pub fn sources(&self, table: Table) -> u64 {
        u64::from(match table {
            Table::Products | Table::Stock | Table::Related => self.size.products,
            Table::Users => self.size.users,
            Table::Orders | Table::OrderLines => self.size.orders,
        })
    }

    /// The sum of the sources of all tables: what a load counts its progress by.
    #[must_use]
    pub fn rows(&self) -> u64 {
        Table::ALL.iter().map(|&table| self.sources(table)).sum()
    }

    /// Appends the rows that one product, user or order has in a table. Orders are dated back from `now_us`, in
    /// microseconds since the Unix epoch; nothing else depends on it.
    pub fn encode(&self, table: Table, source: u64, now_us: i64, rows: &mut Rows) {
        match table {
            Table::Products => {
                let created = RowRng::new(Purpose::Opened, source).below(600 * DAY_US);
                self.product(source).encode(OPENING_US + created as i64, rows);
            }
            Table::Stock => {
                rows.row(2).bigint(source).integer(self.stock(source));
            }
            Table::Related => {
                for (other, score) in self.related(source) {
                    rows.row(3).bigint(source).bigint(other).real(score);
                }
            }
            Table::Users => people::encode(source, rows),
            Table::Orders => self.order(source).encode(now_us, rows),
            Table::OrderLines => self.order(source).encode_lines(rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Order;
    use sha2::{Digest as _, Sha256};
    use std::collections::BTreeSet;

    /// A moment to date the orders back from; any would do.
    const NOW_US: i64 = 1_750_000_000_000_000;

    fn digest(catalogue: &Catalogue, every: usize) -> String {
        let mut hash = Sha256::new();
        for table in Table::ALL {
            let mut rows = Rows::begin();
            for source in (1..=catalogue.sources(table)).step_by(every) {
                catalogue.encode(table, source, NOW_US, &mut rows);
            }
            hash.update(rows.bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_same_catalogue_is_drawn_on_every_machine() {
        let small = digest(&Catalogue::new(Size::small()), 1);
        let default = digest(&Catalogue::new(Size::default()), 41);
        let fingerprint = format!("{}{}", &small[..5], &default[..5]);
        assert_eq!(fingerprint, FINGERPRINT, "the content changed: write the new fingerprint down if that was meant");
    }

    #[test]
    fn a_million_products_are_drawn_from_the_same_words_without_making_the_others_first() {
        let catalogue = Catalogue::new(Size { products: 1_000_000, ..Size::default() });
        let product = catalogue.product(999_999);
        assert!(product.sku.ends_with("-999999"), "{}", product.sku);
        assert!(product.description().len() > 2_500);
    }

    #[test]
    fn every_product_has_twelve_others_beside_it_and_none_twice() {
        for size in [Size::small(), Size::default(), Size { products: 13, ..Size::small() }] {
            let catalogue = Catalogue::new(size);
            for id in (1..=u64::from(size.products)).step_by(size.products as usize / 13) {
                let related = catalogue.related(id);
                let others: BTreeSet<u64> = related.iter().map(|&(other, _)| other).collect();
                assert_eq!(others.len(), 12, "product {id}");
                assert!(
                    !others.contains(&id) && others.iter().all(|&other| (1..=size.products.into()).contains(&other))
                );
                assert!(related.is_sorted_by(|(_, one), (_, next)| one >= next), "product {id}: {related:?}");
            }
        }
    }

    #[test]
    fn a_catalogue_of_one_product_has_nothing_beside_it() {
        let catalogue = Catalogue::new(Size { products: 1, users: 1, orders: 3 });
        assert!(catalogue.related(1).is_empty());
        assert_eq!(catalogue.order(3).lines.len(), 1);
    }

    #[test]
    fn a_few_products_are_in_most_orders_and_a_few_users_place_them() {
        let catalogue = Catalogue::new(Size::default());
        let mut bought = vec![0_u32; 20_001];
        let mut placed = vec![0_u32; 5_001];
        let orders: Vec<Order> = (1..=6_000).map(|id| catalogue.order(id * 5)).collect();
        for order in &orders {
            placed[order.user as usize] += 1;
            order.lines.iter().for_each(|line| bought[line.product as usize] += 1);
        }
        let share_of_the_first = |mut counts: Vec<u32>, first: usize| {
            counts.sort_unstable_by(|a, b| b.cmp(a));
            f64::from(counts[..first].iter().sum::<u32>()) / f64::from(counts.iter().sum::<u32>())
        };
        // Zipf's law of exponent 1: the first percent of 20,000 has 56 % of the sales; suggestions beside take a little.
        let products = share_of_the_first(bought, 200);
        let users = share_of_the_first(placed, 50);
        assert!((0.40..0.65).contains(&products), "{products}");
        assert!((0.42..0.58).contains(&users), "{users}");
    }

    #[test]
    fn an_order_costs_what_its_lines_cost_and_later_orders_are_younger() {
        let catalogue = Catalogue::new(Size::small());
        let orders: Vec<Order> = (1..=400).map(|id| catalogue.order(id)).collect();
        for order in &orders {
            let sum: u64 = order.lines.iter().map(|line| line.unit_price_cents * u64::from(line.quantity)).sum();
            assert_eq!(order.total_cents(), sum);
            for line in &order.lines {
                assert_eq!(line.unit_price_cents, catalogue.product(line.product).price_cents);
            }
        }
        assert!(orders.is_sorted_by(|earlier, later| earlier.age_us > later.age_us));
    }
}
