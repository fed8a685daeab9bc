//! Searches that succeed.

use crate::service::{Service, recommendations};
use search::routes::search::SearchPage;

fn page(json: serde_json::Value) -> SearchPage {
    serde_json::from_value(json).unwrap()
}

#[tokio::test]
async fn a_search_finds_products_with_related_ones_and_recommendations() {
    let url = recommendations().await;
    for variants in ["", "*=fixed", "ch01-product-search=yours"] {
        let service = Service::with(&[("VARIANTS", variants), ("RECOMMENDATIONS_URL", &url)]).await;
        let answer = service.get("/v1/search?q=lamp&page_size=5").await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["content-type"].to_str().unwrap()),
            (200, &"application/json")
        );
        let page = page(answer.json);
        assert_eq!((page.query.as_str(), page.page, page.page_size, page.hits.len()), ("lamp", 1, 5, 5));
        assert!(page.total > 5);
        for hit in &page.hits {
            assert!(format!("{} {}", hit.name, hit.category).to_lowercase().contains("l"), "{hit:?}");
            assert_eq!((hit.currency.as_str(), hit.related.len()), ("EUR", 4), "{hit:?}");
            assert!(hit.related.iter().all(|related| related.id.0 != hit.id), "{hit:?}");
        }
        assert_eq!(page.recommended.len(), 1);
        assert_eq!(page.recommended[0].name, "goes with 5");
        service.stop().await;
    }
}

#[tokio::test]
async fn search_returns_an_empty_page_past_the_last_result() {
    let service = Service::flawed().await;
    let all = page(service.get("/v1/search?q=lamp").await.json).total;
    let past = page(service.get("/v1/search?q=lamp&page=900&page_size=50").await.json);
    assert_eq!((past.hits.len(), past.total, past.page), (0, all, 900));
    let none = page(service.get("/v1/search?q=xyzzy").await.json);
    assert_eq!((none.hits.len(), none.total), (0, 0));
    service.stop().await;
}

#[tokio::test]
async fn any_hundred_characters_are_searched_for_without_an_error() {
    let service = Service::flawed().await;
    for q in
        ["%22unclosed", "-", "a%20or%20or", "%27%3B%20drop%20table%20products", "%E5%AF%8C%E5%A3%AB", "%F0%9F%AA%91"]
    {
        let answer = service.get(&format!("/v1/search?q={q}")).await;
        assert_eq!(answer.status, 200, "{q}");
    }
    let answer = service.get(&format!("/v1/search?q={}", "%C3%9F".repeat(100))).await;
    assert_eq!(answer.status, 200, "a hundred characters of two bytes");
    service.stop().await;
}

#[tokio::test]
async fn opened_pages_and_searches_are_counted() {
    let service = Service::flawed().await;
    let first = page(service.get("/v1/search?q=lamp").await.json).hits.remove(0);
    assert_eq!(first.viewed_recently, 0);
    for _ in 0..3 {
        service.get(&format!("/v1/products/{}", first.id)).await;
    }
    let again = page(service.get("/v1/search?q=%20LAMP%20").await.json).hits.remove(0);
    assert_eq!((again.id, again.viewed_recently), (first.id, 3));
    service.get("/v1/search?q=desk").await;
    let trending = service.get("/v1/searches/trending").await;
    assert_eq!(trending.json, serde_json::json!([{"q": "lamp", "searches": 2}, {"q": "desk", "searches": 1}]));
    service.stop().await;
}
