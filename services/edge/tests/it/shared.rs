//! Whose answers are whose: `Vary`, and the names of questions.

use crate::{line::Line, origin::Says};

fn spoken() -> Says {
    Says { echoes: Some("accept-language"), ..Says::fresh("en").with("vary", "Accept-Language") }
}

#[tokio::test]
async fn readers_of_different_languages_have_answers_of_their_own() {
    let line = Line::open().await;
    line.origin.says("/a", spoken());
    for round in 0..2 {
        for language in ["de", "fr"] {
            let answer = line.get_with("/a", &[("accept-language", language)]).await;
            assert_eq!((answer.body.as_str(), answer.is_hit()), (language, round == 1), "{}", answer.said());
        }
        assert_eq!(line.get("/a").await.body, "en");
    }
    assert_eq!(line.origin.times(), 3);
}

#[tokio::test]
async fn readers_who_ask_at_the_same_time_before_anything_is_known_get_their_own_language_too() {
    let line = Line::open().await;
    line.origin.says("/a", Says { delay: std::time::Duration::from_millis(50), ..spoken() });
    let (german, french) = tokio::join!(
        line.at_once(10, "/a", &[("accept-language", "de")]),
        line.at_once(10, "/a", &[("accept-language", "fr")])
    );
    assert!(german.iter().all(|answer| answer.body == "de") && french.iter().all(|answer| answer.body == "fr"));
    assert!(line.origin.times() <= 4, "{}", line.origin.times());
}

#[tokio::test]
async fn one_question_has_one_answer_however_it_is_spelled_and_the_origin_sees_its_name() {
    let line = Line::open().await;
    line.origin.says("/v1/search", Says::fresh("x"));
    line.get("/v1/search?q=lamp&page=2").await;
    assert!(line.get("/v1/search?utm_source=mail&page=2&q=lamp&gclid=1").await.is_hit());
    assert!(!line.get("/v1/search?q=lamp&page=3").await.is_hit());
    assert_eq!(line.origin.asked()[0].path, "/v1/search?page=2&q=lamp");
}

#[tokio::test]
async fn head_is_answered_from_what_get_gave_and_has_no_body() {
    let line = Line::open().await;
    line.origin.says("/a", Says::fresh("twelve bytes"));
    line.get("/a").await;
    let head = line.send("HEAD", "/a", &[], "").await;
    assert_eq!((head.status, head.body.as_str(), head.is_hit()), (200, "", true));
    assert_eq!(head.headers["content-length"], "12");
}

#[tokio::test]
async fn the_store_keeps_to_its_bound() {
    let line = Line::with("fixed", &[("CACHE_MB", "1")]).await;
    line.origin.says("/v1/large", Says::fresh(&"x".repeat(50_000)));
    // Many: the store is tidied up every few dozen entries, not at each.
    for n in 0..200 {
        line.get(&format!("/v1/large?n={n}")).await;
    }
    let before = line.origin.times();
    for n in 0..200 {
        line.get(&format!("/v1/large?n={n}")).await;
    }
    let again = line.origin.times() - before;
    assert!(again >= 100, "10 MB cannot be kept in one: only {again} of 200 were asked for again");
}
