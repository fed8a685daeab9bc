//! An origin on a port of its own: it answers as it is told, counts, and can go away.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
    routing::any,
};
use http::{HeaderMap, Method};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What it says under one path.
#[derive(Clone, Default)]
pub(crate) struct Says {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// How long it takes.
    pub(crate) delay: Duration,
    /// The body is the value of this header of the request.
    pub(crate) echoes: Option<&'static str>,
}

impl Says {
    pub(crate) fn body(body: &str) -> Self {
        Self { status: 200, body: body.to_owned(), ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Fresh for a minute.
    pub(crate) fn fresh(body: &str) -> Self {
        Self::body(body).with("cache-control", "s-maxage=60")
    }
}

/// What it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Default)]
struct Book {
    says: BTreeMap<String, Says>,
    asked: Vec<Asked>,
}

pub(crate) struct Origin {
    pub(crate) url: String,
    book: Arc<Mutex<Book>>,
    server: JoinHandle<()>,
}

impl Origin {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::<Mutex<Book>>::default();
        let app = Router::new().fallback(any(answer)).with_state(book.clone());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, book, server }
    }

    /// What it says under a path from now on.
    pub(crate) fn says(&self, path: &str, says: Says) {
        self.book.lock().unwrap().says.insert(path.to_owned(), says);
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.book.lock().unwrap().asked.clone()
    }

    /// How often.
    pub(crate) fn times(&self) -> usize {
        self.asked().len()
    }

    /// It does not listen any more. A connection that is still there is answered 503.
    pub(crate) fn go_away(&self) {
        self.server.abort();
        for says in self.book.lock().unwrap().says.values_mut() {
            *says = Says { status: 503, body: "away".to_owned(), ..Says::default() };
        }
    }
}

async fn answer(State(book): State<Arc<Mutex<Book>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().as_str().to_owned();
    let body = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    let says = {
        let mut book = book.lock().unwrap();
        let headers = parts.headers.clone();
        book.asked.push(Asked { method: parts.method.clone(), path: path.clone(), headers, body });
        let key = if book.says.contains_key(&path) { path } else { parts.uri.path().to_owned() };
        book.says.get(&key).cloned().unwrap_or(Says { status: 404, ..Says::default() })
    };
    tokio::time::sleep(says.delay).await;
    let mut response = Response::builder().status(says.status);
    for (name, value) in &says.headers {
        response = response.header(*name, value);
    }
    let tag = says.headers.iter().find(|(name, _)| *name == "etag").map(|(_, tag)| tag.as_str());
    let known = parts.headers.get("if-none-match").and_then(|known| known.to_str().ok());
    if says.status == 200 && tag.is_some() && known.is_some_and(|known| Some(known) == tag) {
        return response.status(304).body(Body::empty()).unwrap();
    }
    let echoed = says.echoes.and_then(|name| parts.headers.get(name)).map(|value| value.to_str().unwrap().to_owned());
    response.body(Body::from(echoed.unwrap_or(says.body))).unwrap()
}
