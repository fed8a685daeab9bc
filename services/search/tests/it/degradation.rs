//! What happens when something the service needs goes away.

use crate::service::{NOBODY, Service};
use search::Settings;
use serving::{Shutdown, settings::Reader};
use stack::Needs;

#[tokio::test]
async fn a_search_without_recommendations_is_still_a_search() {
    let service = Service::flawed().await;
    let answer = service.get("/v1/search?q=lamp").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json["recommended"], serde_json::json!([]));
    assert_eq!(service.get("/readyz").await.status, 200);
    service.stop().await;
}

#[tokio::test]
async fn a_page_that_redis_cannot_read_is_made_again() {
    let service = Service::flawed().await;
    let fresh = service.get("/v1/products/7").await;
    let mut redis = redis::Client::open(service.redis_url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let pages: Vec<String> = redis::cmd("KEYS").arg("search_*:page:7").query_async(&mut redis).await.unwrap();
    assert!(!pages.is_empty());
    for page in pages {
        redis::cmd("SET").arg(page).arg("not a page").exec_async(&mut redis).await.unwrap();
    }
    assert_eq!(service.get("/v1/products/7").await.json, fresh.json);
    service.stop().await;
}

#[tokio::test]
async fn a_database_that_goes_away_is_a_503_that_gives_nothing_away() {
    let service = Service::flawed().await;
    service.lose_database().await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let answer = service.get("/v1/search?q=lamp").await;
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        let text = answer.json.to_string();
        assert!(!text.contains("search_") && !text.contains("postgres"), "{text}");
        statuses.push(answer.status.as_u16());
    }
    assert!(statuses.iter().all(|status| *status >= 500), "{statuses:?}");
    assert_eq!(service.get("/healthz").await.status, 200);
    assert_eq!(service.get("/readyz").await.status, 503);
    service.stop().await;
}

#[tokio::test]
async fn a_service_does_not_start_on_a_database_without_a_catalogue() {
    let stack = stack::test_stack(Needs::NONE.with_postgres().with_redis()).await.unwrap();
    let settings = Settings::read(Reader::from_pairs([
        ("DATABASE_URL", stack.database_url().unwrap()),
        ("REDIS_URL", stack.redis_url().unwrap()),
        ("RECOMMENDATIONS_URL", NOBODY),
    ]));
    let error = search::app(&settings.unwrap(), Shutdown::by_hand()).await.unwrap_err().to_string();
    assert!(error.contains("`seed` loads it"), "{error}");
    stack.stop().await.unwrap();
}
