//! Customers: each fills a cart with one product, or buys it at once, and asks under one key until there is an answer.

use super::{plan::Plan, shop::Shop};
use crate::client::{Answer, Client};
use anyhow::Context as _;
use http::{Method, StatusCode};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How long a customer asks for one order. A key whose attempt was killed is free again after a minute.
const PATIENCE: Duration = Duration::from_secs(240);

/// What one order asked for, and what became of it as far as its customer knows.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) user: i64,
    pub(super) product: i64,
    pub(super) quantity: i64,
    /// Nothing: no answer within [`PATIENCE`].
    pub(super) order: Option<i64>,
}

/// All orders by their keys; clones are the same.
#[derive(Clone, Default)]
pub(super) struct Ledger(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    wanted: BTreeMap<String, Wanted>,
    /// What no customer should ever be told.
    wrong: Vec<String>,
}

impl Ledger {
    /// Orders that were accepted.
    pub(super) fn accepted(&self) -> usize {
        self.inner().wanted.values().filter(|wanted| wanted.order.is_some()).count()
    }

    pub(super) fn all(&self) -> BTreeMap<String, Wanted> {
        self.inner().wanted.clone()
    }

    pub(super) fn wrong(&self) -> Vec<String> {
        self.inner().wrong.clone()
    }

    fn note(&self, key: &str, wanted: &Wanted) {
        self.inner().wanted.insert(key.to_owned(), wanted.clone());
    }

    fn complain(&self, what: String) {
        self.inner().wrong.push(what);
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Customer {
    user: i64,
    email: String,
    token: String,
    client: Client,
    addresses: Arc<RwLock<[Option<String>; 2]>>,
    random: ChaCha8Rng,
    ledger: Ledger,
    shop: &'static str,
}

/// Starts them all; each ends with its last order after `stop`.
pub(super) async fn start(
    shop: &Shop,
    plan: Plan,
    ledger: &Ledger,
    stop: &Arc<AtomicBool>,
) -> anyhow::Result<JoinSet<()>> {
    let mut customers = JoinSet::new();
    let users: Vec<(i64, String)> = sqlx::query_as("select id, email from users order by id limit $1")
        .bind(i64::try_from(plan.customers)?)
        .fetch_all(&shop.db)
        .await?;
    for (user, email) in users {
        let mut customer = Customer {
            user,
            email,
            token: String::new(),
            client: shop.client.clone(),
            addresses: shop.addresses.clone(),
            random: ChaCha8Rng::seed_from_u64(plan.seed.wrapping_add(user.unsigned_abs())),
            ledger: ledger.clone(),
            shop: shop.name,
        };
        customer.log_in().await.context("logging in")?;
        let stop = stop.clone();
        customers.spawn(async move {
            let mut number = 0;
            while !stop.load(Ordering::SeqCst) {
                number += 1;
                customer.order(number).await;
                let pause = customer.random.random_range(200..2_500);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        });
    }
    Ok(customers)
}

impl Customer {
    async fn order(&mut self, number: u32) {
        let key = format!("kill-{}-{number}", self.user);
        // Never the product of the order before: what a customer puts in anew must not look like what was ordered.
        let product = i64::from(self.random.random_range(0..200_u32)) * 2 + i64::from(number % 2) + 1;
        let quantity = i64::from(self.random.random_range(1..4_u32));
        let mut wanted = Wanted { user: self.user, product, quantity, order: None };
        self.ledger.note(&key, &wanted);
        let by_cart = self.random.random_bool(0.6);
        let mut body = json!({"payment_token": "tok_visa"});
        if by_cart {
            let put = json!({ "quantity": quantity });
            let path = format!("/v1/cart/items/{product}");
            if self.until(&key, Method::PUT, &path, &put, |answer| answer.status == StatusCode::OK).await.is_none() {
                return;
            }
        } else {
            body["items"] = json!([{"product_id": product, "quantity": quantity}]);
        }
        let decided = |answer: &Answer| {
            let busy = answer.status == StatusCode::CONFLICT && answer.json()["type"] == "/problems/in-progress";
            !answer.status.is_server_error() && !busy && answer.status != StatusCode::UNAUTHORIZED
        };
        let Some(answer) = self.until(&key, Method::POST, "/v1/orders", &body, decided).await else { return };
        wanted.order = answer.json()["id"].as_i64().filter(|_| answer.status.is_success());
        self.ledger.note(&key, &wanted);
        if wanted.order.is_none() {
            let said = answer.json();
            self.ledger.complain(format!("{}: {key} was answered {}: {said}", self.shop, answer.status));
        }
    }

    /// Asks one checkout or the other until there is an answer that decides.
    async fn until(
        &mut self,
        key: &str,
        method: Method,
        path: &str,
        body: &Value,
        decides: impl Fn(&Answer) -> bool,
    ) -> Option<Answer> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let answer = self.ask(method.clone(), path, key, body).await;
            match answer {
                Ok(answer) if decides(&answer) => return Some(answer),
                Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => drop(self.log_in().await),
                Ok(answer) if answer.status == StatusCode::INTERNAL_SERVER_ERROR => {
                    self.ledger.complain(format!("{}: {key}: {path} was answered 500", self.shop));
                }
                // Killed, refused, overloaded: later.
                Ok(_) | Err(_) => {}
            }
            let pause = self.random.random_range(50..400);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        self.ledger.complain(format!("{}: {key}: no answer to {path} within {PATIENCE:?}", self.shop));
        None
    }

    async fn ask(&mut self, method: Method, path: &str, key: &str, body: &Value) -> anyhow::Result<Answer> {
        let url = self.address().context("nobody is there")?;
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        self.client.call(method, &format!("{url}{path}"), &headers, Some(body)).await
    }

    async fn log_in(&mut self) -> anyhow::Result<()> {
        let url = self.address().context("nobody is there")?;
        let body = json!({"email": self.email, "password": "workshop"});
        let answer = self.client.call(Method::POST, &format!("{url}/v1/login"), &[], Some(&body)).await?;
        self.token = answer.json()["access_token"].as_str().context("no token")?.to_owned();
        Ok(())
    }

    fn address(&mut self) -> Option<String> {
        let first = self.random.random_range(0..2_usize);
        let addresses = self.addresses.read().unwrap_or_else(PoisonError::into_inner);
        addresses[first].clone().or_else(|| addresses[1 - first].clone())
    }
}
