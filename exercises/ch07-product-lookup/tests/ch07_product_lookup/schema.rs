//! What each implementation makes of the schema, and what Postgres makes of the statement with it.

use fixture::Database;
use product_lookup::{ProductLookup, SEAM};
use sqlx::{AssertSqlSafe, Executor as _, Row as _};
use variant::Variant;

const INDEXES: &str = "
    select coalesce(string_agg(indexname::text, ' ' order by indexname), '') from pg_indexes
    where indexname in ('products_fragment_idx', 'products_name_idx')";

#[tokio::test]
async fn an_index_exists_only_where_its_implementation_runs() {
    let database = Database::new("lookup").await;
    for (implementation, wanted) in [
        (ProductLookup::Fixed, "products_fragment_idx"),
        (ProductLookup::Fixed, "products_fragment_idx"),
        (ProductLookup::BTree, "products_name_idx"),
        (ProductLookup::Flawed, ""),
        (ProductLookup::Yours, ""),
    ] {
        implementation.prepare(&database.pool).await.unwrap();
        let indexes: String = sqlx::query_scalar(INDEXES).fetch_one(&database.pool).await.unwrap();
        assert_eq!(indexes, wanted, "{implementation:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn two_processes_that_start_together_both_get_the_schema_they_want() {
    let database = Database::new("lookup").await;
    for _ in 0..3 {
        ProductLookup::Flawed.prepare(&database.pool).await.unwrap();
        let both =
            tokio::join!(ProductLookup::Fixed.prepare(&database.pool), ProductLookup::Fixed.prepare(&database.pool));
        assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    }
    database.drop().await;
}

/// Ten times the small catalogue: with 500 rows Postgres rightly reads them all.
const MORE: &str = "
    insert into products (id, sku, name, brand, category, price_cents, image_url, rating, keywords, description,
        specifications, created_at)
    select id + 1000 * n, sku || '-' || n, name, brand, category, price_cents, image_url, rating, keywords, description,
        specifications, created_at
    from products, generate_series(1, 9) as n";

/// Whether the plan reads the whole table: asked for a plan that knows the fragment, and for one that is kept for all.
#[tokio::test]
async fn only_the_fixed_version_does_not_read_every_product() {
    let database = Database::new("lookup").await;
    database.run(MORE).await;
    for (implementation, reads_all) in
        [(ProductLookup::Flawed, true), (ProductLookup::BTree, true), (ProductLookup::Fixed, false)]
    {
        implementation.prepare(&database.pool).await.unwrap();
        database.run("analyze products").await;
        for mode in ["force_custom_plan", "force_generic_plan"] {
            let mut connection = database.pool.acquire().await.unwrap();
            let explain = format!(
                "set plan_cache_mode = {mode}; prepare looked (text, bigint) as {}; ",
                implementation.statement()
            );
            connection.execute(sqlx::raw_sql(AssertSqlSafe(explain))).await.unwrap();
            let explain = sqlx::raw_sql("explain execute looked ('%quixotic%', 20)");
            let rows = connection.fetch_all(explain).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            let plan = plan.join("\n");
            assert_eq!(!plan.contains("Bitmap Index Scan"), reads_all, "{implementation:?}, {mode}:\n{plan}");
            connection.execute("deallocate looked; reset plan_cache_mode").await.unwrap();
        }
    }
    database.drop().await;
}

#[test]
fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let built: Vec<_> = variant::under_test(SEAM).iter().map(|one| ProductLookup::try_from(one).unwrap()).collect();
    assert_eq!(built, ProductLookup::under_test());
    assert!(ProductLookup::try_from(&Variant::Trap("cache".to_owned())).is_err());
}
