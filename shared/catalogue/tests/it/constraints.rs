//! What the schema refuses, constraint by constraint.

use crate::server::small;

/// A statement, and the name of the constraint (or the column) that must refuse it.
const REFUSED: [(&str, &str); 31] = [
    ("update products set price_cents = 0 where id = 1", "products_price_cents_check"),
    ("update products set name = '' where id = 1", "products_name_check"),
    ("update products set rating = 5.5 where id = 1", "products_rating_check"),
    ("update products set rating = -0.1 where id = 1", "products_rating_check"),
    ("update products set specifications = '[]' where id = 1", "products_specifications_check"),
    ("update products set sku = (select sku from products where id = 2) where id = 1", "products_sku_key"),
    ("update products set id = 2 where id = 1", "products_pkey"),
    ("update products set description = null where id = 1", "description"),
    ("update products set brand = null where id = 1", "brand"),
    ("delete from products where id in (select product_id from order_lines)", "order_lines_product_id_fkey"),
    ("update stock set available = -1 where product_id = 1", "stock_available_check"),
    ("insert into stock values (1, 5)", "stock_pkey"),
    ("insert into stock values (99999, 5)", "stock_product_id_fkey"),
    ("insert into related_products values (1, 1, 0.5)", "related_products_check"),
    ("update related_products set score = 0 where product_id = 1", "related_products_score_check"),
    ("insert into related_products values (1, 99999, 0.5)", "related_products_related_id_fkey"),
    ("insert into related_products select * from related_products limit 1", "related_products_pkey"),
    ("insert into users values (1, 'new@example.com', 'New', 'x')", "users_pkey"),
    ("insert into users select 99999, email, name, password_hash from users where id = 1", "users_email_key"),
    ("update users set name = '' where id = 1", "users_name_check"),
    ("insert into orders (user_id, status, total_cents) values (99999, 'placed', 5)", "orders_user_id_fkey"),
    ("insert into orders (user_id, status, total_cents) values (1, 'lost', 5)", "orders_status_check"),
    ("insert into orders (user_id, status, total_cents) values (1, 'placed', -5)", "orders_total_cents_check"),
    (
        "insert into orders (user_id, status, total_cents, idempotency_key) values (1, 'placed', 5, 'k'), (1, 'placed', 5, 'k')",
        "orders_idempotency_idx",
    ),
    ("insert into order_lines values (1, 1, 1, 1, 5)", "order_lines_pkey"),
    ("insert into order_lines values (1, 0, 1, 1, 5)", "order_lines_line_no_check"),
    ("insert into order_lines values (1, 90, 1, 100, 5)", "order_lines_quantity_check"),
    ("insert into order_lines values (1, 90, 1, 1, 0)", "order_lines_unit_price_cents_check"),
    ("insert into order_lines values (99999, 1, 1, 1, 5)", "order_lines_order_id_fkey"),
    ("insert into processed_messages values ('m'), ('m')", "processed_messages_pkey"),
    ("insert into co_purchases values (1, 1, 0.5)", "co_purchases_check"),
];

#[tokio::test]
async fn every_constraint_refuses_what_it_is_there_for() {
    let database = small("refuses").await;
    for (statement, name) in REFUSED {
        let error = sqlx::raw_sql(statement).execute(&database.pool).await.expect_err(statement);
        let refused = error.as_database_error().expect("an error of the database");
        let column = refused.downcast_ref::<sqlx::postgres::PgDatabaseError>().column();
        assert!(refused.constraint() == Some(name) || column == Some(name), "{statement}: {refused}");
    }
    database.close().await;
}

#[tokio::test]
async fn the_same_key_of_two_users_is_two_orders_and_orders_without_a_key_do_not_collide() {
    let database = small("keys").await;
    sqlx::raw_sql(
        "insert into orders (user_id, status, total_cents, idempotency_key) values (1, 'placed', 5, 'k'), (2, 'placed', 5, 'k');
         insert into orders (user_id, status, total_cents) values (1, 'placed', 5), (1, 'placed', 5)",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    database.close().await;
}

#[tokio::test]
async fn search_finds_by_name_brand_category_and_keyword_and_follows_a_change_of_the_name() {
    let database = small("search").await;
    for word in ["lamps", "lighting", "bluetooth", "日本橋 or kanso or fjord"] {
        let found =
            database.count(&format!("products where search @@ websearch_to_tsquery('english', '{word}')")).await;
        assert!((1..200).contains(&found), "{word}: {found}");
    }
    sqlx::raw_sql("update products set name = 'Quetzal' where id = 9").execute(&database.pool).await.unwrap();
    let found = database.count("products where search @@ to_tsquery('english', 'quetzal')").await;
    assert_eq!(found, 1);
    database.close().await;
}

/// On a server of somebody else, too, as long as its system has a locale that knows them.
#[tokio::test]
async fn upper_and_lower_case_are_known_beyond_ascii() {
    let database = small("letters").await;
    sqlx::raw_sql("update products set name = 'Žlutý Ærø 日本' where id = 9").execute(&database.pool).await.unwrap();
    for text in ["ŽLUTÝ", "žlutý", "Ærø", "ærØ"] {
        assert_eq!(database.count(&format!("products where name ilike '%{text}%'")).await, 1, "{text}");
    }
    database.close().await;
}
