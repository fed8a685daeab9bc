//! A start that does not succeed ends soon, and says why in the words of what failed.

use recommendations::Settings;
use serving::{Shutdown, settings::Reader};
use sqlx::{AssertSqlSafe, PgPool};
use stack::Needs;
use std::time::{Duration, Instant};

async fn start(database: &str, redis: &str) -> (Duration, String) {
    let reader = Reader::from_pairs([("DATABASE_URL", database), ("REDIS_URL", redis)]);
    let (settings, begun) = (Settings::read(reader).unwrap(), Instant::now());
    let error = recommendations::app(&settings, Shutdown::by_hand()).await.unwrap_err();
    (begun.elapsed(), format!("{error:#}"))
}

#[tokio::test]
async fn what_cannot_be_reached_is_named_soon_with_its_own_words() {
    let (took, text) = start("postgres://shop@127.0.0.1:1/shop", "redis://127.0.0.1:1").await;
    assert!(text.starts_with("DATABASE_URL: ") && text.contains("refused"), "{text}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("postgres://shop@{}/shop", silent.local_addr().unwrap());
    let (_, text) = start(&address, "redis://127.0.0.1:1").await;
    assert_eq!(text, "DATABASE_URL: no answer within 5 s");
}

#[tokio::test]
async fn an_empty_database_or_a_redis_that_is_away_ends_the_start() {
    let stack = stack::test_stack(Needs::NONE.with_postgres()).await.unwrap();
    let admin = stack.database_url().unwrap();
    let name = format!("recommendations_empty_{}", std::process::id());
    let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await.unwrap();
    let full = catalogue::clone_database(admin, &template, &name).await.unwrap();
    let (took, text) = start(&full, "redis://127.0.0.1:1").await;
    assert!(text.starts_with("REDIS_URL: ") && text.contains("refused"), "{text}");
    assert!(took < Duration::from_secs(4), "{took:?}");
    let db = PgPool::connect(&full).await.unwrap();
    for statement in ["truncate products cascade", "drop table products cascade"] {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&db).await.unwrap();
        let (_, text) = start(&full, "redis://127.0.0.1:1").await;
        assert_eq!(text, "DATABASE_URL: the database has no catalogue; `seed` loads it", "{statement}");
    }
    db.close().await;
    stack.drop_database(&name).await.unwrap();
    stack.stop().await.unwrap();
}
