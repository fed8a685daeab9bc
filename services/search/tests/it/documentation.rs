//! What is documented is what is there: the OpenAPI document and the statements.

use crate::service::Service;
use product_lookup::ProductLookup;
use related_products::RelatedProducts;
use result_format::ResultFormat;
use search::routes::{
    categories::COUNTS,
    price,
    product::{AVAILABLE, BY_SKU, PRODUCT},
};
use sqlx::{AssertSqlSafe, Connection as _};

#[tokio::test]
async fn the_open_api_document_has_every_route_and_its_schemas() {
    let service = Service::flawed().await;
    let document = service.get("/openapi.json").await;
    assert_eq!(document.status, 200);
    for path in [
        "/v1/search",
        "/v1/searches/trending",
        "/v1/products",
        "/v1/products/{id}",
        "/v1/products/by-sku/{sku}",
        "/v1/products/{id}/related",
        "/v1/categories",
    ] {
        assert!(document.json["paths"][path]["get"].is_object(), "{path}");
    }
    assert!(document.json["paths"]["/v1/products/{id}/price"]["put"].is_object());
    let answers = |path: &str, method: &str| document.json["paths"][path][method]["responses"].clone();
    for path in ["/v1/products/{id}", "/v1/products/{id}/related", "/v1/products/by-sku/{sku}"] {
        assert!(answers(path, "get")["400"].is_object(), "{path}");
    }
    for status in ["400", "401", "404", "413", "415", "422"] {
        assert!(answers("/v1/products/{id}/price", "put")[status].is_object(), "{status}");
    }
    // The limits that the service enforces are the ones that it documents.
    let limit = |path: &str, name: &str| {
        let parameters = document.json["paths"][path]["get"]["parameters"].as_array().unwrap();
        parameters.iter().find(|one| one["name"] == name).unwrap()["schema"].clone()
    };
    for (path, name, least, most) in [
        ("/v1/search", "q", "minLength", ("maxLength", 100)),
        ("/v1/search", "page", "minimum", ("maximum", 1000)),
        ("/v1/search", "page_size", "minimum", ("maximum", 50)),
        ("/v1/products", "contains", "minLength", ("maxLength", 50)),
        ("/v1/products", "limit", "minimum", ("maximum", 50)),
    ] {
        let schema = limit(path, name);
        assert_eq!(schema[most.0], most.1, "{path} {name}: {schema}");
        assert!(schema[least].as_u64().is_some_and(|least| least > 0), "{path} {name}: {schema}");
    }
    assert!(limit("/v1/products/by-sku/{sku}", "sku")["pattern"].is_string());
    let price = &document.json["components"]["schemas"]["NewPrice"];
    assert_eq!(
        (&price["properties"]["price_cents"]["maximum"], &price["additionalProperties"]),
        (&100_000_000.into(), &false.into())
    );
    for schema in ["SearchPage", "Hit", "Card", "ProductPage", "Trend", "Lookup"] {
        assert!(document.json["components"]["schemas"][schema].is_object(), "{schema}");
    }
    service.stop().await;
}

#[tokio::test]
async fn every_statement_is_one_that_the_schema_understands() {
    let service = Service::flawed().await;
    let related = RelatedProducts::ALL.map(RelatedProducts::statement);
    let format = ResultFormat::ALL.map(ResultFormat::statement);
    let lookup = ProductLookup::ALL.map(ProductLookup::statement);
    let own = [PRODUCT, AVAILABLE, BY_SKU, COUNTS, price::SET, result_format::COUNT];
    let mut connection = service.db.acquire().await.unwrap().detach();
    for statement in related.into_iter().chain(format).chain(lookup).chain(own) {
        let prepared =
            sqlx::raw_sql(AssertSqlSafe(format!("prepare checked as {statement}"))).execute(&mut connection).await;
        assert!(prepared.is_ok(), "{prepared:?}\n{statement}");
        sqlx::raw_sql("deallocate checked").execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    service.stop().await;
}
