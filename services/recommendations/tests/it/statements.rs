//! Every statement fits the schema.

use crate::service::Service;
use sqlx::{Column as _, Executor as _, SqlStr, Statement as _};

#[tokio::test]
async fn every_statement_prepares_and_gives_a_card() {
    let service = Service::start().await;
    let mut connection = service.db.acquire().await.unwrap();
    assert_eq!(recommendations::STATEMENTS.len(), 4);
    for &(name, sql) in recommendations::STATEMENTS {
        let prepared = (&mut *connection).prepare(SqlStr::from_static(sql)).await;
        let prepared = prepared.unwrap_or_else(|error| panic!("{name}: {error}"));
        let columns: Vec<_> = prepared.columns().iter().map(|column| column.name()).collect();
        assert_eq!(columns[..5], ["id", "sku", "name", "price_cents", "score"], "{name}");
    }
    drop(connection);
    service.stop().await;
}
