//! One product: everything about it follows from its id and its rank in popularity.

use crate::{
    Rows,
    row_rng::{Purpose, RowRng},
    specifications,
    vocabulary::{BRANDS, KINDS, Kind, LINE_ENDS, LINE_STARTS, LINES_FROM_JAPAN},
};

/// A product of the catalogue, without its long texts; those are made on demand.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its id, from 1.
    pub id: u64,
    /// `DLP-000123`.
    pub sku: String,
    /// "Nordlys wireless desk lamp, brass".
    pub name: String,
    /// Who makes it.
    pub brand: &'static str,
    /// The department it is in.
    pub category: &'static str,
    /// Its price, in euro cents.
    pub price_cents: u64,
    /// Stars, 2.5 to 5.0 in steps of a tenth.
    pub rating: f32,
    /// A few words more to be found by, with its model code.
    pub keywords: String,
    pub(crate) noun: &'static str,
    pub(crate) line: String,
    pub(crate) finish: &'static str,
}

impl Kind {
    /// The kind of the product of this rank. Kinds take turns, so the popular products are spread over all of them.
    pub(crate) fn of(rank: u64) -> &'static Self {
        &KINDS[(rank % KINDS.len() as u64) as usize]
    }

    /// The price of a product of this kind, in euro cents: ends in 95, and is more often low than high. It has a
    /// sequence of its own, so that an order learns a price without making the whole product.
    pub(crate) fn price_cents(&self, id: u64) -> u64 {
        let mut rng = RowRng::new(Purpose::Price, id);
        let range = self.price.1 - self.price.0 + 1;
        (self.price.0 + rng.below(range).min(rng.below(range))) * 100 - 5
    }
}

impl Product {
    pub(crate) fn new(id: u64, rank: u64) -> Self {
        let kind = Kind::of(rank);
        let mut rng = RowRng::new(Purpose::Product, id);
        let line = if rng.chance(1) {
            rng.pick(&LINES_FROM_JAPAN).to_owned()
        } else {
            format!("{}{}", rng.pick(&LINE_STARTS), rng.pick(&LINE_ENDS))
        };
        let features = kind.family.features();
        let feature = match rng.below(10) {
            0..3 => Some(features[0]),
            3..8 => Some(rng.pick(&features[1..])),
            _ => None,
        };
        let finish = rng.pick(kind.family.finishes());
        let noun = kind.noun;
        let name = match feature {
            Some(feature) => format!("{line} {feature} {noun}, {finish}"),
            None => format!("{line} {noun}, {finish}"),
        };
        Self {
            id,
            sku: format!("{}-{id:06}", kind.code),
            name,
            brand: rng.pick(&BRANDS),
            category: kind.category,
            price_cents: kind.price_cents(id),
            // The better of two draws: most products have more than four stars, as everywhere.
            rating: rng.between(25, 50).max(rng.between(25, 50)) as f32 / 10.0,
            keywords: format!("{} {}{id}", kind.keywords, kind.code.to_lowercase()),
            noun,
            line,
            finish,
        }
    }

    /// Its specifications: a JSON object of 25 to 40 names, each with a text.
    #[must_use]
    pub fn specifications(&self) -> String {
        specifications::write(self.id, self.finish)
    }

    pub(crate) fn encode(&self, created_us: i64, rows: &mut Rows) {
        rows.row(12)
            .bigint(self.id)
            .text(&self.sku)
            .text(&self.name)
            .text(self.brand)
            .text(self.category)
            .bigint(self.price_cents)
            .text(&format!("https://images.example.com/products/{}.webp", self.sku))
            .real(self.rating)
            .text(&self.keywords)
            .text(&self.description())
            .jsonb(&self.specifications())
            .timestamp(created_us);
    }
}
