//! Every statement of every implementation, checked by the database itself.

use fixture::Database;
use sqlx::AssertSqlSafe;

#[tokio::test]
async fn every_statement_fits_the_schema() {
    let database = Database::new("details").await;
    let mut connection = database.pool.acquire().await.unwrap();
    for (implementation, statements) in order_details::STATEMENTS {
        assert!(!statements.is_empty(), "{implementation} has none");
        for (at, (name, statement)) in statements.iter().enumerate() {
            let prepare = AssertSqlSafe(format!("prepare {implementation}_{at} as {statement}"));
            if let Err(error) = sqlx::raw_sql(prepare).execute(&mut *connection).await {
                panic!("{implementation}, {name}: {error}");
            }
        }
    }
    drop(connection);
    database.drop().await;
}
