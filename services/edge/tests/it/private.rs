//! Answers for one person, however their headers are spelled: never given to a second one.

use crate::{line::Line, origin::Says};

/// Asks twice, as two people. Whether the second got what was made for the first.
async fn is_shared(headers: &[(&'static str, &str)]) -> bool {
    let line = Line::open().await;
    let mut says = Says { echoes: Some("x-who"), ..Says::body("") };
    for (name, value) in headers {
        says = says.with(name, value);
    }
    line.origin.says("/me", says);
    assert_eq!(line.get_with("/me", &[("x-who", "ada")]).await.body, "ada");
    let second = line.get_with("/me", &[("x-who", "bob")]).await;
    assert_eq!(second.is_hit(), second.body == "ada", "{}", second.said());
    second.body == "ada"
}

#[tokio::test]
async fn what_must_not_be_shared_is_not_in_any_spelling() {
    for directive in ["private", "no-store", "no-cache"] {
        let upper = directive.to_ascii_uppercase();
        let title: String =
            directive.char_indices().map(|(at, c)| if at % 3 == 0 { c.to_ascii_uppercase() } else { c }).collect();
        for spelled in [directive, &upper, &title] {
            for line in [
                format!("{spelled}, max-age=60"),
                format!("max-age=60,\t{spelled} "),
                format!("max-age=60 , {spelled}=\"x-a, x-b\""),
                format!("{spelled}; max-age=60"),
                format!("x=\"a,b\", {spelled}, {spelled}, s-maxage=60"),
            ] {
                assert!(!is_shared(&[("cache-control", &line)]).await, "{line}");
                // With a validator, what may only be validated first could be stored; what is private not even for that.
                if directive != "no-cache" {
                    assert!(!is_shared(&[("cache-control", &line), ("etag", "\"v1\"")]).await, "{line}");
                }
            }
            assert!(!is_shared(&[("cache-control", "max-age=60"), ("cache-control", spelled)]).await, "{spelled}");
        }
    }
    for said in ["max-age=60, max-age=0", "s-maxage=0, max-age=60", "S-MaxAge=soon, Max-Age=60", "x=\"max-age=60\""] {
        assert!(!is_shared(&[("cache-control", said)]).await, "{said}");
    }
    assert!(!is_shared(&[("cache-control", "Public, Max-Age=60"), ("vary", "X-Who")]).await);
    assert!(!is_shared(&[("cache-control", "Public, Max-Age=60"), ("vary", "accept"), ("vary", "*")]).await);
    assert!(!is_shared(&[("cache-control", "max-age=60"), ("set-cookie", "id=ada")]).await);
}

#[tokio::test]
async fn what_may_be_shared_is_in_every_spelling() {
    for said in ["public, s-maxage=60", "Public, S-MaxAge=60", "PUBLIC,S-MAXAGE=\"60\"", " max-age = 60 ", "MAX-AGE=60"]
    {
        assert!(is_shared(&[("cache-control", said)]).await, "{said}");
    }
}

#[tokio::test]
async fn what_a_client_demands_counts_in_every_spelling() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("x"));
    line.get("/a").await;
    for said in ["no-cache", "No-Cache", "NO-CACHE", "Max-Age=0", "max-age=\"0\"", "x=\",\", No-Cache"] {
        assert!(!line.get_with("/a", &[("cache-control", said)]).await.is_hit(), "{said}");
    }
    assert!(!line.get_with("/a", &[("pragma", "No-Cache")]).await.is_hit());
    assert_eq!(line.get_with("/b", &[("cache-control", "Only-If-Cached")]).await.status, 504);
    // Not even kept for whoever comes next.
    line.get_with("/c", &[("cache-control", "No-Store")]).await;
    line.origin.says("/c", Says::fresh("c"));
    line.get_with("/c", &[("cache-control", "No-Store")]).await;
    assert!(!line.get("/c").await.is_hit());
}
