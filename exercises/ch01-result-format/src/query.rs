//! The main query of a search: full text, ranked and counted, with the columns an implementation asks for.

use shop::ProductId;
use sqlx::{FromRow, PgPool, Row as _, postgres::PgRow};
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};

/// What was asked for; the caller has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The words, as `websearch_to_tsquery` reads them.
    pub q: String,
    /// The page, from 1.
    pub page: u32,
    /// Hits on a page.
    pub page_size: u32,
}

/// The search with these columns of `products`; `stock` brings `available`.
macro_rules! search_sql {
    ($columns:literal) => {
        concat!(
            "
    with matches as (
        select id, ts_rank(search, query) as rank, count(*) over () as total
        from products, websearch_to_tsquery('english', $1) as query
        where search @@ query
        order by rank desc, id
        limit $2 offset $3
    )
    select matches.total, matches.id as hit, coalesce(stock.available, 0) as available, ",
            $columns,
            "
    from matches
    join products on products.id = matches.id
    left join stock on stock.product_id = matches.id
    order by matches.rank desc, matches.id"
        )
    };
}
pub(crate) use search_sql;

/// How many products match: for a page past the last result, where no row carries the total.
pub const COUNT: &str = "select count(*) from products where search @@ websearch_to_tsquery('english', $1)";

/// A page of hits, best match first.
#[derive(Debug)]
pub(crate) struct Page<R> {
    pub(crate) total: i64,
    pub(crate) ids: Vec<ProductId>,
    pub(crate) rows: Vec<R>,
}

impl<R> Page<R>
where
    R: for<'r> FromRow<'r, PgRow>,
{
    pub(crate) async fn read(pool: &PgPool, sql: &'static str, search: &Search) -> Result<Self, sqlx::Error> {
        let query = async {
            let rows = sqlx::query(sql)
                .bind(&search.q)
                .bind(i64::from(search.page_size))
                .bind(i64::from(search.page_size) * i64::from(search.page.saturating_sub(1)))
                .fetch_all(pool)
                .await?;
            Span::current().record(names::DB_RETURNED_ROWS, rows.len());
            Ok::<_, sqlx::Error>(rows)
        };
        let found = query.instrument(db_span!("search.hits", sql)).await?;
        let total = match found.first() {
            Some(row) => row.try_get("total")?,
            None if search.page > 1 => count(pool, search).await?,
            None => 0,
        };
        let ids = found.iter().map(|row| row.try_get("hit").map(ProductId)).collect::<Result<_, _>>()?;
        let rows = found.iter().map(R::from_row).collect::<Result<_, _>>()?;
        Ok(Self { total, ids, rows })
    }
}

async fn count(pool: &PgPool, search: &Search) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT).bind(&search.q).fetch_one(pool).instrument(db_span!("search.count", COUNT)).await
}
