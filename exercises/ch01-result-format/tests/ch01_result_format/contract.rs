//! One table of cases, run over every implementation.

use crate::page::{answer, body, read, search};
use fixture::Database;
use http::{HeaderMap, HeaderValue, header};
use result_format::{ResultFormat, SEAM};
use serde_json::{Value, json};
use std::{io::Read as _, time::Duration};
use variant::Variant;

/// Product 1 is sold out by having no stock row and has texts that need care; ten products match equally well.
const AWKWARD: &str = "
    delete from stock where product_id = 1;
    update products set name = 'Zwölfkant Ω 富士 🪑 <b>\"quoted\"</b> \\ zygomorph', rating = 4.3, description = '',
        specifications = '{}' where id = 1;
    update products set name = 'quixotic', brand = 'Same', category = 'Same', keywords = '' where id between 40 and 49;";

async fn catalogue() -> Database {
    let database = Database::new("format").await;
    database.run(AWKWARD).await;
    database
}

#[tokio::test]
async fn clients_read_the_same_from_every_implementation() {
    let database = catalogue().await;
    let cases = [
        ("many results", search("wireless", 1, 20)),
        ("the second page", search("wireless", 2, 5)),
        ("the largest page", search("black or white or oak", 1, 50)),
        ("one result", search("zygomorph", 1, 20)),
        ("no result", search("xyzzy", 1, 20)),
        ("past the end", search("quixotic", 9, 10)),
        ("equal ranks", search("quixotic", 1, 20)),
        ("a phrase and an exclusion", search("\"desk lamp\" -brass", 1, 20)),
        ("words beyond ASCII", search("富士", 1, 20)),
        ("stop words only", search("the of and", 1, 20)),
        ("what no query grammar knows", search("\"' & | ! ( <-> \\ :*", 1, 20)),
    ];
    for (name, search) in &cases {
        let wanted = read(ResultFormat::Flawed, &database, search).await;
        for format in ResultFormat::under_test() {
            assert_eq!(read(format, &database, search).await, wanted, "{format:?}: {name}");
        }
    }
    database.drop().await;
}

#[tokio::test]
async fn a_page_says_what_was_asked_how_much_there_is_and_what_was_found() {
    let database = catalogue().await;
    for format in ResultFormat::under_test() {
        let page = read(format, &database, &search("zygomorph", 1, 20)).await;
        assert_eq!((&page["query"], &page["page"], &page["page_size"]), (&json!("zygomorph"), &json!(1), &json!(20)));
        assert_eq!((&page["total"], page["recommended"].as_array().unwrap().len()), (&json!(1), 1));
        let hit = &page["hits"][0];
        assert_eq!(hit["name"], "Zwölfkant Ω 富士 🪑 <b>\"quoted\"</b> \\ zygomorph", "{format:?}");
        assert_eq!((&hit["rating"], &hit["available"]), (&json!(4.3), &json!(0)), "{format:?}");
        assert_eq!((&hit["viewed_recently"], hit["related"].as_array().unwrap().len()), (&json!(1), 3), "{format:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn equal_ranks_come_by_id_and_pages_neither_overlap_nor_miss() {
    let database = catalogue().await;
    let ids = |page: &Value| -> Vec<i64> {
        page["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_i64().unwrap()).collect()
    };
    for format in ResultFormat::under_test() {
        let mut seen = Vec::new();
        for number in 1..=4 {
            let page = read(format, &database, &search("quixotic", number, 3)).await;
            assert_eq!(page["total"], 10, "{format:?}");
            seen.extend(ids(&page));
        }
        assert_eq!(seen, (40..=49).collect::<Vec<_>>(), "{format:?}");
        let past = read(format, &database, &search("quixotic", 5, 3)).await;
        assert_eq!((ids(&past), &past["total"]), (Vec::new(), &json!(10)), "{format:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_search_that_is_dropped_gives_its_connection_back() {
    let database = catalogue().await;
    let wide = search("black or white or oak", 1, 50);
    for format in ResultFormat::under_test() {
        for micros in (0..12).map(|n| n * 200) {
            let _ = tokio::time::timeout(Duration::from_micros(micros), format.find(&database.pool, &wide)).await;
        }
        let found = tokio::time::timeout(Duration::from_secs(10), format.find(&database.pool, &wide)).await;
        assert_eq!(found.unwrap().unwrap().ids().len(), 50, "{format:?}");
    }
    database.drop().await;
}

#[tokio::test]
async fn searches_at_the_same_time_do_not_mix_their_pages() {
    let database = catalogue().await;
    for format in ResultFormat::under_test() {
        let (lamp, desk, none) = (search("lamp", 1, 5), search("desk", 1, 5), search("xyzzy", 1, 5));
        let alone = (
            read(format, &database, &lamp).await,
            read(format, &database, &desk).await,
            read(format, &database, &none).await,
        );
        let together = tokio::join!(
            read(format, &database, &lamp),
            read(format, &database, &desk),
            read(format, &database, &none)
        );
        assert_eq!(together, alone, "{format:?}");
    }
    database.drop().await;
}

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
    let built: Vec<_> = variant::under_test(SEAM).iter().map(|one| ResultFormat::try_from(one).unwrap()).collect();
    assert_eq!(built, ResultFormat::under_test());
    assert!(ResultFormat::try_from(&Variant::Trap("cache".to_owned())).is_err());
}
