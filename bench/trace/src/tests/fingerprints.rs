//! Statements and paths without their literals.

use crate::fingerprint::{path, sql};
use proptest::prelude::*;

fn normal(text: &str) -> String {
    sql(text).text
}

#[test]
fn literals_placeholders_blanks_and_case_do_not_make_another_statement() {
    let want = "select name from products where id = ? and sku = ?";
    for text in [
        "SELECT name FROM products WHERE id = $1 AND sku = $2",
        "select name\n  from products\n where id = 17 and sku = 'A-1'",
        "select name from products where id = -- the id\n 17.5e3 and /* sku */ sku = 'it''s';",
        "  select name from products where id = 0x1F and sku = 'ünï' ; ",
    ] {
        assert_eq!(normal(text), want, "{text}");
    }
}

#[test]
fn lists_of_any_length_are_one_statement() {
    for text in ["id in (1, 2, 3)", "id IN ($1)", "id in ( $1,$2 )"] {
        assert_eq!(normal(text), "id in (?+)");
    }
    assert_eq!(normal("id = ANY($1)"), "id = any(?+)");
    assert_eq!(normal("insert into t (a, b) values ($1, $2), ($3, $4), (5, 'x')"), "insert into t (a, b) values (?+)");
    assert_eq!(normal("select lower($1), coalesce(a, 0)"), "select lower(?), coalesce(a, ?)");
}

#[test]
fn names_with_digits_and_quoted_names_stay() {
    assert_eq!(normal("select t1.c2 from \"Table 3\" t1"), "select t1.c2 from \"Table 3\" t1");
}

#[test]
fn different_statements_stay_different() {
    assert_ne!(normal("select a from t where id = 1"), normal("select b from t where id = 1"));
}

#[test]
fn literals_are_told_apart_and_placeholders_are_hidden() {
    assert_ne!(sql("select 1 where id = 1").literals, sql("select 1 where id = 2").literals);
    assert_eq!(sql("select a where id = $1").literals, None);
    assert_eq!(sql("select a where id = $1 limit 4").literals, None);
}

#[test]
fn ids_in_paths_become_their_kind() {
    for (raw, want) in [
        ("/v1/products/42", "/v1/products/{int}"),
        ("/v1/products/42?expand=all#top", "/v1/products/{int}"),
        ("/carts/7f3f1a9c-8f3e-4b38-9a3a-0d9d6d1f2f10/lines", "/carts/{uuid}/lines"),
        ("/blob/deadbeef01", "/blob/{hex}"),
        ("/feedface/decade", "/feedface/decade"),
        ("/", "/"),
    ] {
        assert_eq!(path(raw).text, want);
    }
}

proptest! {
    #[test]
    fn any_text_can_be_normalised_and_does_not_grow_much(text in "\\PC{0,80}") {
        path(&text);
        let once = normal(&text);
        prop_assert!(once.len() <= text.len() * 3 + 3);
    }

    #[test]
    fn a_statement_with_other_numbers_and_strings_is_the_same(a in 0u64.., b in "[a-z]{0,9}", n in 1usize..20) {
        let list = vec!["7"; n].join(", ");
        let text = format!("select * from t where a = {a} and b = '{b}' and c in ({list})");
        prop_assert_eq!(normal(&text), "select * from t where a = ? and b = ? and c in (?+)");
    }
}
