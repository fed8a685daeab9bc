//! Product pages, by id and by SKU, and related products.

use crate::service::Service;

#[tokio::test]
async fn a_product_page_is_the_same_by_id_and_by_sku_and_from_the_cache() {
    let service = Service::flawed().await;
    let fresh = service.get("/v1/products/7").await;
    assert_eq!(fresh.status, 200);
    assert!(fresh.json["description_html"].as_str().unwrap().contains("<h1>"), "{}", fresh.json);
    let cached = service.get("/v1/products/7").await;
    assert_eq!(cached.json, fresh.json);
    let by_sku = service.get(&format!("/v1/products/by-sku/{}", fresh.json["sku"].as_str().unwrap())).await;
    assert_eq!(by_sku.json, fresh.json);
    service.stop().await;
}

#[tokio::test]
async fn stock_is_never_older_than_the_request_even_on_a_cached_page() {
    let service = Service::flawed().await;
    service.get("/v1/products/7").await;
    sqlx::query("update stock set available = 3 where product_id = 7").execute(&service.db).await.unwrap();
    assert_eq!(service.get("/v1/products/7").await.json["available"], 3);
    sqlx::query("delete from stock where product_id = 7").execute(&service.db).await.unwrap();
    assert_eq!(service.get("/v1/products/7").await.json["available"], 0);
    service.stop().await;
}

#[tokio::test]
async fn a_product_that_does_not_exist_is_a_404_and_a_wrong_sku_a_400() {
    let service = Service::flawed().await;
    for (path, status) in [
        ("/v1/products/99999", 404),
        ("/v1/products/-1", 404),
        ("/v1/products/99999/related", 404),
        ("/v1/products/by-sku/ZZZ-000001", 404),
        ("/v1/products/by-sku/lamp", 400),
        ("/v1/products/seven", 400),
        ("/v1/products/99999999999999999999", 400),
    ] {
        let answer = service.get(path).await;
        assert_eq!((answer.status.as_u16(), &answer.json["status"]), (status, &status.into()), "{path}");
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
    }
    service.stop().await;
}

#[tokio::test]
async fn related_products_are_those_that_a_search_shows() {
    let service = Service::flawed().await;
    let hit = service.get("/v1/search?q=lamp&page_size=1").await.json["hits"][0].clone();
    let related = service.get(&format!("/v1/products/{}/related", hit["id"])).await;
    assert_eq!(related.json, hit["related"]);
    service.stop().await;
}
