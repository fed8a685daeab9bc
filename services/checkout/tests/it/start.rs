//! A start that does not succeed ends soon, and says why.

use crate::{
    client::Client,
    shop::{TestShop, serve},
};
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

#[tokio::test]
async fn a_database_without_a_catalogue_ends_the_start_of_both_programs_and_one_that_lost_it_is_not_ready() {
    let shop = TestShop::open().await;
    let worker = shop.worker().await;
    let health = Client::new(&serve(worker.router()).await);
    for client in [&health, &shop.client] {
        assert_eq!(client.get("/readyz").await.status, 200);
    }
    for statement in ["truncate products cascade", "drop table products cascade"] {
        sqlx::query(statement).execute(&shop.db).await.unwrap();
        for client in [&health, &shop.client] {
            assert_eq!(client.get("/readyz").await.status, 503, "{statement}");
        }
        let service = checkout::start(&shop.settings, Shutdown::by_hand()).await.err().unwrap();
        let worker = worker::start(&shop.worker_settings(&shop.amqp_url), Shutdown::by_hand()).await.err().unwrap();
        for error in [service, worker] {
            assert_eq!(format!("{error:#}"), "DATABASE_URL: the database has no catalogue; `seed` loads it");
        }
    }
    shop.close().await;
}
