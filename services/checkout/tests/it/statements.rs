//! Every statement of both programs, checked by the database itself.

use crate::shop::TestShop;
use sqlx::AssertSqlSafe;

#[tokio::test]
async fn every_statement_fits_the_schema() {
    let shop = TestShop::open().await;
    let mut connection = shop.db.acquire().await.unwrap();
    for (at, (name, statement)) in checkout::STATEMENTS.iter().enumerate() {
        let prepare = AssertSqlSafe(format!("prepare s{at} as {statement}"));
        if let Err(error) = sqlx::raw_sql(prepare).execute(&mut *connection).await {
            panic!("{name}: {error}");
        }
    }
    drop(connection);
    shop.close().await;
}
