//! Product pages, by id and by SKU, and related products.

use crate::service::Service;

#[tokio::test]
async fn a_product_page_is_the_same_by_id_and_by_sku_and_from_the_cache() {
    for variants in ["", "*=fixed", "ch06-product-pages=trap:jitter", "ch06-product-pages=trap:leader"] {
        is_the_same_by_id_and_by_sku_and_from_the_cache(variants).await;
    }
}

async fn is_the_same_by_id_and_by_sku_and_from_the_cache(variants: &str) {
    let service = Service::with(&[("VARIANTS", variants)]).await;
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

#[tokio::test]
async fn a_page_shows_new_texts_once_two_lifetimes_are_over() {
    for variants in ["", "*=fixed"] {
        let service = Service::with(&[("VARIANTS", variants), ("PRODUCT_CACHE_TTL_MS", "50")]).await;
        service.get("/v1/products/7").await;
        sqlx::query("update products set name = 'Größer 富士' where id = 7").execute(&service.db).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(120)).await;
        assert_eq!(service.get("/v1/products/7").await.json["name"], "Größer 富士", "{variants}");
        service.stop().await;
    }
}

#[tokio::test]
async fn a_product_is_looked_up_by_any_part_of_its_name_or_its_sku() {
    for variants in ["", "*=fixed", "ch07-product-lookup=trap:btree"] {
        let service = Service::with(&[("VARIANTS", variants)]).await;
        sqlx::query("update products set name = '100% Größe_7' where id = 7").execute(&service.db).await.unwrap();
        let sku = service.get("/v1/products/7").await.json["sku"].as_str().unwrap().to_owned();
        for fragment in [sku.as_str(), "-000007", "100%25", "röße_", "0% G"] {
            let found = service.get(&format!("/v1/products?contains={}", fragment.replace(' ', "%20"))).await;
            assert_eq!((found.status.as_u16(), &found.json["total"]), (200, &1.into()), "{variants}: {fragment}");
            assert_eq!(found.json["products"][0]["id"], 7, "{variants}: {fragment}");
        }
        let many = service.get("/v1/products?contains=-000&limit=3").await;
        assert_eq!(many.json["products"].as_array().unwrap().len(), 3, "{variants}");
        assert!(many.json["total"].as_i64() > Some(3), "{variants}");
        service.stop().await;
    }
}

#[tokio::test]
async fn a_lookup_that_breaks_a_rule_is_told_which() {
    let service = Service::flawed().await;
    let long = format!("contains={}", "x".repeat(51));
    for (query, says) in [
        ("", "missing field `contains`"),
        ("contains=ab", "3 to 50 characters"),
        ("contains=%E5%AF%8C%E5%A3%AB", "3 to 50 characters"),
        (long.as_str(), "3 to 50 characters"),
        ("contains=a%00bc", "zero byte"),
        ("contains=lamp&limit=0", "limit must be"),
        ("contains=lamp&limit=51", "limit must be"),
    ] {
        let answer = service.get(&format!("/v1/products?{query}")).await;
        assert_eq!((answer.status.as_u16(), &answer.json["status"]), (400, &400.into()), "{query}");
        assert!(answer.json["detail"].as_str().unwrap().contains(says), "{query}: {}", answer.json);
    }
    service.stop().await;
}
