//! What each implementation makes of the schema, and that every variant of the setting has an implementation.

use fixture::Database;
use related_products::{RelatedProducts, SEAM};
use variant::Variant;

const INDEXES: &str = "select count(*) from pg_indexes where indexname = 'related_products_score_idx'";

#[tokio::test]
async fn the_index_exists_only_where_the_trap_runs() {
    let database = Database::new("related").await;
    for (implementation, wanted) in [
        (RelatedProducts::Index, 1_i64),
        (RelatedProducts::Index, 1),
        (RelatedProducts::Flawed, 0),
        (RelatedProducts::Fixed, 0),
    ] {
        implementation.prepare(&database.pool).await.unwrap();
        let indexes: i64 = sqlx::query_scalar(INDEXES).fetch_one(&database.pool).await.unwrap();
        assert_eq!(indexes, wanted, "{implementation:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn two_processes_that_start_together_both_get_the_schema_they_want() {
    let database = Database::new("related").await;
    for _ in 0..5 {
        RelatedProducts::Flawed.prepare(&database.pool).await.unwrap();
        let both = tokio::join!(
            RelatedProducts::Index.prepare(&database.pool),
            RelatedProducts::Index.prepare(&database.pool)
        );
        assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    }
    database.drop().await;
}

#[test]
fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let built: Vec<_> = variant::under_test(SEAM).iter().map(|one| RelatedProducts::try_from(one).unwrap()).collect();
    assert_eq!(built, RelatedProducts::under_test());
    assert!(RelatedProducts::try_from(&Variant::Trap("cache".to_owned())).is_err());
}
