//! `cargo lab serve`: a local page with the syllabus, the exercises' texts, past runs, and a live view of the run that is on.
//! Loopback only, works offline, and holds no bench lock: it reads what other commands write.

mod compare;
mod exercise;
mod guard;
mod layout;
mod live;
mod markdown;
mod notebook;
mod runs;
mod syllabus;
mod tail;
mod trouble;

use crate::exercise::Course;
use crate::exit::Failure;
use crate::report::assets;
use crate::state::Store;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long pages that are being answered may take when the server ends; the live view has ended before.
const GRACE: Duration = Duration::from_secs(2);

/// What every page is made from.
pub struct ServeState {
    root: PathBuf,
    store: Store,
    port: u16,
    /// Proves that a form was in a page of ours: made anew at every start.
    token: String,
    stopping: CancellationToken,
}

impl ServeState {
    /// The course as it is now: an exercise may be edited while the server runs.
    fn course(&self) -> Result<Course, Failure> {
        Course::read(&self.root)
    }
}

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    house: Arc<ServeState>,
}

impl Server {
    /// Takes the port on 127.0.0.1; 0 is any free one.
    ///
    /// # Errors
    /// Exit 3 when it is taken.
    pub async fn bind(root: PathBuf, store: Store, port: u16) -> Result<Self, Failure> {
        let refused = |error: std::io::Error| {
            let other = if port == u16::MAX { 8091 } else { port + 1 };
            Failure::unfit(format!("port {port} cannot be used: {error}")).remedy(format!(
                "stop what uses it, or choose another: cargo lab serve --port {other} (0: any free one)"
            ))
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let token = uuid::Uuid::new_v4().simple().to_string();
        let house = ServeState { root, store, port, token, stopping: CancellationToken::new() };
        Ok(Self { listener, house: Arc::new(house) })
    }

    /// Where it serves.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.house.port)
    }

    /// Serves until `stop` is done.
    ///
    /// # Errors
    /// Exit 3 when the listener fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Failure> {
        let stopping = self.house.stopping.clone();
        let stopped = stopping.clone();
        let serving = axum::serve(self.listener, router(self.house)).with_graceful_shutdown(async move {
            stop.await;
            stopping.cancel();
        });
        let late = async {
            stopped.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = serving => served.map_err(|error| Failure::unfit(format!("the server failed: {error}"))),
            () = late => Ok(()),
        }
    }
}

fn router(house: Arc<ServeState>) -> Router {
    let file = |kind: &'static str, text: &'static str| get(async move || ([(CONTENT_TYPE, kind)], text));
    let (css, script) = ("text/css; charset=utf-8", "text/javascript; charset=utf-8");
    Router::new()
        .route("/", get(syllabus::page))
        .route("/exercises/{id}", get(exercise::page))
        .route("/exercises/{id}/hints/{number}", post(exercise::hint))
        .route("/runs", get(runs::page))
        .route("/runs/{stem}", get(runs::report))
        .route("/notebook", get(notebook::page))
        .route("/compare", get(compare::page))
        .route("/live", get(live::page))
        .route("/live/events", get(live::events))
        .route("/assets/page.css", file(css, assets::PAGE_CSS))
        .route("/assets/uplot.css", file(css, assets::UPLOT_CSS))
        .route("/assets/uplot.js", file(script, assets::UPLOT_JS))
        .route("/assets/charts.js", file(script, assets::CHARTS_JS))
        .route("/assets/live.js", file(script, assets::LIVE_JS))
        .fallback(trouble::nothing_here)
        .layer(axum::extract::DefaultBodyLimit::max(guard::BODY))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&house), guard::guard))
        .with_state(house)
}
