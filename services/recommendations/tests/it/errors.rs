//! What is refused, and what happens when the database is away.

use crate::service::Service;
use proto::recommendations::v1::{ForEachProductRequest, ForProductRequest, ForProductsRequest, TrendingRequest};
use tonic::Code;

#[tokio::test]
async fn a_request_against_the_rules_is_refused_with_the_rule() {
    let service = Service::start().await;
    let mut client = service.client.clone();
    let for_product = |product_id, limit| ForProductRequest { product_id, limit };
    let refused = [
        client.for_product(for_product(0, 5)).await.unwrap_err(),
        client.for_product(for_product(-1, 5)).await.unwrap_err(),
        client.for_product(for_product(1, 51)).await.unwrap_err(),
        client.trending(TrendingRequest { limit: 51 }).await.unwrap_err(),
        client.for_products(ForProductsRequest { product_ids: vec![], limit: 5 }).await.unwrap_err(),
        client.for_products(ForProductsRequest { product_ids: (1..=101).collect(), limit: 5 }).await.unwrap_err(),
        client.for_products(ForProductsRequest { product_ids: vec![1, 0], limit: 5 }).await.unwrap_err(),
        client.for_each_product(ForEachProductRequest { product_ids: vec![], limit: 5 }).await.unwrap_err(),
        client
            .for_each_product(ForEachProductRequest { product_ids: (1..=101).collect(), limit: 5 })
            .await
            .unwrap_err(),
        client.for_each_product(ForEachProductRequest { product_ids: vec![-1], limit: 5 }).await.unwrap_err(),
        client.for_each_product(ForEachProductRequest { product_ids: vec![1], limit: 51 }).await.unwrap_err(),
    ];
    for status in refused {
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        assert!(status.message().contains("1 to") || status.message().contains("positive"), "{status:?}");
    }
    service.stop().await;
}

#[tokio::test]
async fn an_unknown_product_is_not_found() {
    let service = Service::start().await;
    let request = ForProductRequest { product_id: 999_999, limit: 5 };
    let status = service.client.clone().for_product(request).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::NotFound, "there is no product 999999"));
    service.stop().await;
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused_unread() {
    let service = Service::start().await;
    let request = ForProductsRequest { product_ids: vec![i64::MAX; 20_000], limit: 5 };
    let status = service.client.clone().for_products(request).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    service.stop().await;
}

#[tokio::test]
async fn without_its_database_the_service_is_unavailable_and_says_nothing_internal() {
    let service = Service::start().await;
    let mut client = service.client.clone();
    client.for_product(ForProductRequest { product_id: 1, limit: 5 }).await.unwrap();
    service.lose_database().await;
    // First a connection that was cut, then a new one that cannot be made.
    for _ in 0..3 {
        let status = client.for_product(ForProductRequest { product_id: 1, limit: 5 }).await.unwrap_err();
        assert_eq!(
            (status.code(), status.message()),
            (Code::Unavailable, "the database does not answer"),
            "{status:?}"
        );
    }
    service.stop().await;
}
