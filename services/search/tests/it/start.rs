//! A start that does not succeed ends soon, and says why.

use search::Settings;
use serving::{Shutdown, settings::Reader};
use std::time::Duration;

/// An address that accepts connections and never says a word.
pub(crate) async fn silent() -> (tokio::net::TcpListener, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[tokio::test]
async fn an_address_that_never_answers_as_a_database_ends_the_start_with_a_message() {
    let (_listener, address) = silent().await;
    let database = format!("postgres://shop@{address}/shop");
    let settings = Settings::read(Reader::from_pairs([
        ("DATABASE_URL", database.as_str()),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("RECOMMENDATIONS_URL", "http://127.0.0.1:1"),
    ]))
    .unwrap();
    let start = search::app(&settings, Shutdown::by_hand());
    let error = tokio::time::timeout(Duration::from_secs(20), start).await.unwrap().unwrap_err();
    assert_eq!(format!("{error:#}"), "DATABASE_URL: no answer within 5 s");
    // A signal ends it sooner.
    let shutdown = Shutdown::by_hand();
    shutdown.begin();
    assert!(shutdown.unless_begun(search::app(&settings, shutdown.clone())).await.is_none());
}
