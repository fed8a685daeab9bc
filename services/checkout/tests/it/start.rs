//! A start that does not succeed ends soon, and says why.

use checkout::{
    settings::{Settings, WorkerSettings},
    worker,
};
use serving::{Shutdown, settings::Reader};
use std::time::Duration;
use tokio::{net::TcpListener, time::timeout};

#[tokio::test]
async fn an_address_that_never_answers_as_a_database_ends_the_start_of_both_programs_with_a_message() {
    // Accepts connections and never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let database = format!("postgres://shop@{}/shop", listener.local_addr().unwrap());
    let reader = || {
        Reader::from_pairs([
            ("DATABASE_URL", database.as_str()),
            ("REDIS_URL", "redis://127.0.0.1:1"),
            ("AMQP_URL", "amqp://127.0.0.1:1"),
            ("PARTNERS_URL", "http://127.0.0.1:1"),
            ("TOKEN_SECRET", "a secret of more than thirty-two bytes"),
        ])
    };
    let limit = Duration::from_secs(20);
    let settings = Settings::read(reader()).unwrap();
    let service = timeout(limit, checkout::start(&settings, Shutdown::by_hand())).await.unwrap().err();
    let settings = WorkerSettings::read(reader()).unwrap();
    let worker = timeout(limit, worker::start(&settings, Shutdown::by_hand())).await.unwrap().err();
    for error in [service, worker] {
        assert_eq!(format!("{:#}", error.unwrap()), "DATABASE_URL: no answer within 5 s");
    }
}
