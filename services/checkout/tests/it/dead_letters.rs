//! Dead letters: when a message becomes one, what is known about it, and the two ways back.

use crate::{
    client::Client,
    shop::{ADMIN, TestShop, eventually, serve},
};
use checkout::worker;
use lapin::{BasicProperties, options::BasicPublishOptions};
use serde_json::json;
use serving::settings::Reader;

/// An order whose email fails until it is dead, and a client of the worker's admin routes.
async fn dead_order(shop: &TestShop) -> (i64, Client) {
    shop.partner_fails("email", json!({"mode": "status", "status": 503})).await;
    let worker = shop.worker().await;
    let admin = Client::new(&serve(worker.router()).await);
    let client = shop.with_cart(1, 5).await;
    let order = client.post("/v1/orders", json!({"payment_token": "tok_visa"})).await;
    let dead = shop.topology().dead;
    eventually("dead-lettered", async || shop.waiting_in(&dead).await == 1).await;
    (order.body["id"].as_i64().unwrap(), admin.with("authorization", &format!("Bearer {ADMIN}")))
}

#[tokio::test]
async fn a_dead_letter_says_why_and_comes_back_over_the_admin_route() {
    let shop = TestShop::open().await;
    let (order, admin) = dead_order(&shop).await;
    // Looking changes nothing, however often.
    for _ in 0..3 {
        let listed = admin.get("/admin/dead-letters").await;
        assert_eq!((listed.status.as_u16(), &listed.body["total"]), (200, &json!(1)), "{:?}", listed.body);
        let letter = &listed.body["dead_letters"][0];
        assert_eq!((letter["order_id"].as_i64(), letter["retries"].as_u64()), (Some(order), Some(3)), "{letter}");
        assert!(letter["reason"].as_str().unwrap().contains("the email"), "{letter}");
        assert!(letter["dead_since"].as_str().unwrap().starts_with("20"), "{letter}");
        assert!(letter["id"].as_str().unwrap().starts_with("outbox-"), "{letter}");
    }
    shop.partner_fails("email", json!({"mode": "none"})).await;
    let none = admin.post("/admin/dead-letters/put-back", json!({"ids": ["outbox-0"]})).await;
    assert_eq!((none.status.as_u16(), &none.body["put_back"]), (200, &json!(0)));
    let id = admin.get("/admin/dead-letters").await.body["dead_letters"][0]["id"].clone();
    let back = admin.post("/admin/dead-letters/put-back", json!({ "ids": [id] })).await;
    assert_eq!((back.status.as_u16(), &back.body["put_back"]), (200, &json!(1)));
    eventually("confirmed", async || shop.status_of(order).await == "confirmed").await;
    assert_eq!(admin.get("/admin/dead-letters").await.body, json!({"total": 0, "dead_letters": []}));
    assert_eq!((shop.emails_to(1).await.len(), shop.partner_saw("warehouse", "effects").await), (1, 1));
    shop.close().await;
}

#[tokio::test]
async fn the_command_lists_dead_letters_and_puts_them_back_without_a_worker() {
    let shop = TestShop::open().await;
    let (order, _) = dead_order(&shop).await;
    let prefix = shop.settings.broker.prefix.clone();
    let run = async |words: &[&str]| {
        let reader = Reader::from_pairs([("AMQP_URL", shop.amqp_url.as_str()), ("AMQP_PREFIX", &prefix)]);
        worker::dead_letters(words, reader).await
    };
    let listed = run(&["list"]).await.unwrap();
    assert!(listed.starts_with("1 dead letters\noutbox-") && listed.contains(&format!("order {order} ")), "{listed}");
    assert!(listed.contains("after 3 retries") && listed.contains("the email"), "{listed}");
    // Still failing: dead again, and not put back for ever.
    assert_eq!(run(&["put-back", "all"]).await.unwrap(), "1 put back\n");
    let dead = shop.topology().dead;
    eventually("dead again", async || shop.waiting_in(&dead).await == 1).await;
    shop.partner_fails("email", json!({"mode": "none"})).await;
    assert_eq!(run(&["put-back", "all"]).await.unwrap(), "1 put back\n");
    eventually("confirmed", async || shop.status_of(order).await == "confirmed").await;
    assert_eq!(run(&["list"]).await.unwrap(), "0 dead letters\n");
    for wrong in [&["list", "many"][..], &["put-back"], &["remove", "all"], &[]] {
        assert!(run(wrong).await.unwrap_err().to_string().contains("usage"), "{wrong:?}");
    }
    shop.close().await;
}

#[tokio::test]
async fn many_dead_letters_keep_their_order_and_one_of_them_can_be_taken() {
    let shop = TestShop::open().await;
    let admin = Client::new(&serve(shop.worker().await.router()).await);
    let admin = admin.with("authorization", &format!("Bearer {ADMIN}"));
    let (_connection, channel) = shop.channel().await;
    for n in 0..30 {
        let properties = BasicProperties::default().with_message_id(format!("poison-{n:02}").into());
        let (queue, options) = (shop.topology().queue, BasicPublishOptions::default());
        channel.basic_publish("".into(), queue.into(), options, b"no JSON", properties).await.unwrap().await.unwrap();
    }
    let dead = shop.topology().dead;
    eventually("all are dead", async || shop.waiting_in(&dead).await == 30).await;
    let ids = async |path: &str| -> Vec<String> {
        let listed = admin.get(path).await.body;
        assert_eq!(listed["total"], 30);
        let letters = listed["dead_letters"].as_array().unwrap();
        letters.iter().map(|letter| letter["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = ids("/admin/dead-letters?limit=7").await;
    assert_eq!(first.len(), 7);
    assert_eq!(ids("/admin/dead-letters?limit=7").await, first, "they keep their places");
    // One that can never be worked on comes back here at once, behind the others.
    let back = admin.post("/admin/dead-letters/put-back", json!({"ids": [first[3]]})).await;
    assert_eq!(back.body["put_back"], 1);
    eventually("back at the end", async || ids("/admin/dead-letters").await.last() == Some(&first[3])).await;
    shop.close().await;
}

#[tokio::test]
async fn nobody_looks_at_dead_letters_without_the_token_and_a_vague_wish_is_refused() {
    let shop = TestShop::open().await;
    let admin = Client::new(&serve(shop.worker().await.router()).await);
    assert_eq!(admin.get("/admin/dead-letters").await.status, 401);
    assert_eq!(admin.post("/admin/dead-letters/put-back", json!({"all": true})).await.status, 401);
    let admin = admin.with("authorization", &format!("Bearer {ADMIN}"));
    for limit in ["0", "1001", "x"] {
        assert_eq!(admin.get(&format!("/admin/dead-letters?limit={limit}")).await.status, 400, "{limit}");
    }
    for (wrong, status) in
        [(json!({}), 422), (json!({"all": true, "ids": ["a"]}), 422), (json!({"every": 1}), 422), (json!([[[]]]), 422)]
    {
        assert_eq!(admin.post("/admin/dead-letters/put-back", wrong.clone()).await.status, status, "{wrong}");
    }
    shop.close().await;
}
