//! The answer as HTTP: its headers, conditional requests and encodings.

use crate::page::{answer, body, search};
use fixture::Database;
use http::{HeaderMap, HeaderValue, header};
use result_format::{ResultFormat, SEAM};
use std::io::Read as _;
use variant::Variant;

fn with(name: header::HeaderName, value: &HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([(name, value.clone())])
}

#[tokio::test]
async fn a_client_that_has_the_page_gets_304_and_no_body() {
    let database = Database::new("format").await;
    let lamp = search("lamp", 1, 20);
    for format in ResultFormat::under_test() {
        let first = answer(format, &database, &lamp, &HeaderMap::new()).await;
        assert_eq!(first.headers()["content-type"], "application/json", "{format:?}");
        let tag = first.headers()["etag"].clone();
        let again = answer(format, &database, &lamp, &with(header::IF_NONE_MATCH, &tag)).await;
        assert_eq!((again.status().as_u16(), &again.headers()["etag"]), (304, &tag), "{format:?}");
        assert!(body(again).await.is_empty(), "{format:?}");
        let other = HeaderValue::from_static("\"something else\"");
        let changed = answer(format, &database, &lamp, &with(header::IF_NONE_MATCH, &other)).await;
        assert_eq!(changed.status(), 200, "{format:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_client_that_accepts_gzip_reads_the_same_page() {
    let database = Database::new("format").await;
    let lamp = search("lamp", 1, 20);
    for format in ResultFormat::under_test() {
        let plain = body(answer(format, &database, &lamp, &HeaderMap::new()).await).await;
        let gzip = HeaderValue::from_static("br, gzip;q=0.8");
        let response = answer(format, &database, &lamp, &with(header::ACCEPT_ENCODING, &gzip)).await;
        let compressed = response.headers().get("content-encoding").is_some();
        let bytes = body(response).await;
        let mut decoded = Vec::new();
        if compressed {
            flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut decoded).unwrap();
        }
        assert_eq!(if compressed { &decoded } else { &bytes }, &plain, "{format:?}");
        let refuses = HeaderValue::from_static("gzip;q=0, identity");
        let response = answer(format, &database, &lamp, &with(header::ACCEPT_ENCODING, &refuses)).await;
        assert!(response.headers().get("content-encoding").is_none(), "{format:?}");
    }
    database.drop().await;
}

#[test]
fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let traps = variant::SEAMS.iter().find(|seam| seam.id == SEAM).unwrap().traps;
    let traps = traps.iter().map(|trap| Variant::Trap((*trap).to_owned()));
    let variants = [Variant::Flawed, Variant::Yours, Variant::Fixed].into_iter().chain(traps);
    let built: Vec<_> = variants.map(|variant| ResultFormat::try_from(&variant).unwrap()).collect();
    assert_eq!(built, ResultFormat::under_test());
    assert!(ResultFormat::try_from(&Variant::Trap("cache".to_owned())).is_err());
}
