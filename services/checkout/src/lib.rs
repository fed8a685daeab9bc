//! Checkout: carts, orders and payments over REST and GraphQL, and the worker that fulfils orders.

pub mod broker;
pub mod cart;
mod database;
mod error;
mod fulfilment;
mod graphql;
pub mod identity;
pub mod ordering;
pub mod partner;
mod recommendations;
mod redis_connection;
mod router;
mod routes;
pub mod sales;
mod seams;
pub mod settings;
mod state;
mod statements;
pub mod worker;

pub use error::Error;
pub use seams::runtime;
pub use statements::STATEMENTS;

use axum::Router;
use ordering::OrderService;
use serving::Shutdown;
use settings::Settings;
use state::AppState;
use std::pin::Pin;

/// The allocator of both programs: it gives memory back sooner than the system's, and is faster with many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The running service.
pub struct App {
    /// To be served.
    pub router: Router,
    orders: OrderService,
}

/// Connects to everything, starts the background work for orders, and builds the router.
///
/// # Errors
/// When the database or Redis does not answer, or an address cannot be read.
pub fn start(settings: &Settings, shutdown: Shutdown) -> Starting<'_, App> {
    Box::pin(async move {
        let state = AppState::connect(settings).await?;
        let orders = state.orders.clone();
        orders.start(&shutdown).await;
        Ok(App { router: router::router(state, settings.graphiql, shutdown), orders })
    })
}

/// What a start will lead to. Boxed, so that its code is compiled with this library and not again in each program.
pub type Starting<'a, T> = Pin<Box<dyn Future<Output = anyhow::Result<T>> + Send + 'a>>;

impl App {
    /// Waits, after the shutdown began, until the orders being placed are through and the background work has ended.
    pub async fn finish(self) {
        self.orders.finish().await;
    }
}
