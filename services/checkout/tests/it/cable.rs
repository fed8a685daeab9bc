//! A cable to a server that can be cut and mended, so that no test stops a server others use.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
};

pub struct Cable {
    port: u16,
    whole: Arc<AtomicBool>,
    cut: Arc<Notify>,
    unplugged: Arc<Notify>,
}

impl Cable {
    /// Forwards connections to `host:port`.
    pub async fn to(target: String) -> Self {
        Self::from(TcpListener::bind("127.0.0.1:0").await.unwrap(), target)
    }

    /// As [`Cable::to`], to a partners' URL, which leads through the cable afterwards.
    pub fn into_partners(url: &mut String) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let target = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let cable = Self::from(TcpListener::from_std(listener).unwrap(), target);
        *url = format!("http://127.0.0.1:{}", cable.port);
        cable
    }

    fn from(listener: TcpListener, target: String) -> Self {
        let port = listener.local_addr().unwrap().port();
        let (whole, cut) = (Arc::new(AtomicBool::new(true)), Arc::new(Notify::new()));
        let unplugged = Arc::new(Notify::new());
        let cable = Self { port, whole: whole.clone(), cut: cut.clone(), unplugged: unplugged.clone() };
        tokio::spawn(async move {
            let accepted = async || {
                tokio::select! {
                    accepted = listener.accept() => accepted.ok(),
                    () = unplugged.notified() => None,
                }
            };
            while let Some((mut near, _)) = accepted().await {
                if !whole.load(Ordering::SeqCst) {
                    continue;
                }
                let (target, cut) = (target.clone(), cut.clone());
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(target).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = cut.notified() => {}
                    }
                });
            }
        });
        cable
    }

    /// Redis' URL, through the cable.
    pub fn redis_url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The broker's URL, through the cable.
    pub fn url(&self, amqp_url: &str) -> String {
        let mut uri: lapin::uri::AMQPUri = amqp_url.parse().unwrap();
        uri.authority.host = "127.0.0.1".to_owned();
        uri.authority.port = self.port;
        let user = &uri.authority.userinfo;
        format!("amqp://{}:{}@127.0.0.1:{}/%2f", user.username, user.password, self.port)
    }

    pub fn cut(&self) {
        self.whole.store(false, Ordering::SeqCst);
        self.cut.notify_waiters();
    }

    /// Cuts it for good: who connects is refused.
    pub fn unplug(&self) {
        self.cut();
        self.unplugged.notify_one();
    }

    pub fn mend(&self) {
        self.whole.store(true, Ordering::SeqCst);
    }
}

/// Host and port of a Redis' URL.
pub fn redis_target(url: &str) -> String {
    url.trim_start_matches("redis://").trim_end_matches('/').to_owned()
}

/// Host and port of a broker's URL.
pub fn target(amqp_url: &str) -> String {
    let uri: lapin::uri::AMQPUri = amqp_url.parse().unwrap();
    format!("{}:{}", uri.authority.host, uri.authority.port)
}
