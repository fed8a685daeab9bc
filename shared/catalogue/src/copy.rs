//! Rows in Postgres' binary COPY format: lengths before values, so nothing needs to be escaped or parsed.

/// A table the loader fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Products with description and specifications.
    Products,
    /// How many of each product there are.
    Stock,
    /// Products shown beside a product.
    Related,
    /// Registered users.
    Users,
    /// The orders of the last 30 days.
    Orders,
    /// What was ordered.
    OrderLines,
}

impl Table {
    /// Every table, in an order that no foreign key forbids.
    pub const ALL: [Self; 6] =
        [Self::Products, Self::Users, Self::Stock, Self::Related, Self::Orders, Self::OrderLines];

    /// Its name in the schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Stock => "stock",
            Self::Related => "related_products",
            Self::Users => "users",
            Self::Orders => "orders",
            Self::OrderLines => "order_lines",
        }
    }

    /// The statement that takes its rows. The columns are named: a column added later does not shift the others.
    #[must_use]
    pub fn copy_statement(self) -> String {
        let columns = match self {
            Self::Products => {
                "id, sku, name, brand, category, price_cents, image_url, rating, keywords, description, \
                 specifications, created_at"
            }
            Self::Stock => "product_id, available",
            Self::Related => "product_id, related_id, score",
            Self::Users => "id, email, name, password_hash",
            Self::Orders => "id, user_id, status, total_cents, placed_at, payment_reference",
            Self::OrderLines => "order_id, line_no, product_id, quantity, unit_price_cents",
        };
        format!("copy {} ({columns}) from stdin (format binary)", self.name())
    }
}

/// Microseconds from the Unix epoch to Postgres' own, 2000-01-01.
const POSTGRES_EPOCH_US: i64 = 946_684_800_000_000;

/// A buffer of encoded rows.
#[derive(Debug, Default)]
pub struct Rows {
    bytes: Vec<u8>,
    count: u64,
}

impl Rows {
    /// What a COPY starts with: the signature, no flags, no extension.
    const HEADER: &'static [u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

    /// The beginning of a COPY: the header, which is sent with the first rows.
    #[must_use]
    pub fn begin() -> Self {
        Self { bytes: Self::HEADER.to_vec(), count: 0 }
    }

    /// The end of a COPY.
    pub fn end(&mut self) {
        self.bytes.extend((-1_i16).to_be_bytes());
    }

    /// The rows encoded so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Forgets the rows, keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
    }

    /// Starts a row of `columns` values.
    pub(crate) fn row(&mut self, columns: i16) -> &mut Self {
        self.bytes.extend(columns.to_be_bytes());
        self.count += 1;
        self
    }

    pub(crate) fn bigint(&mut self, value: u64) -> &mut Self {
        self.value(&(value as i64).to_be_bytes())
    }

    pub(crate) fn integer(&mut self, value: u32) -> &mut Self {
        self.value(&(value as i32).to_be_bytes())
    }

    pub(crate) fn real(&mut self, value: f32) -> &mut Self {
        self.value(&value.to_be_bytes())
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.value(value.as_bytes())
    }

    /// JSON text as `jsonb`: its binary form is a version byte, 1, before the text.
    pub(crate) fn jsonb(&mut self, json: &str) -> &mut Self {
        self.bytes.extend((json.len() as i32 + 1).to_be_bytes());
        self.bytes.push(1);
        self.bytes.extend_from_slice(json.as_bytes());
        self
    }

    /// A moment in microseconds since the Unix epoch as `timestamptz`.
    pub(crate) fn timestamp(&mut self, unix_us: i64) -> &mut Self {
        self.value(&(unix_us - POSTGRES_EPOCH_US).to_be_bytes())
    }

    fn value(&mut self, value: &[u8]) -> &mut Self {
        self.bytes.extend((value.len() as i32).to_be_bytes());
        self.bytes.extend_from_slice(value);
        self
    }
}
