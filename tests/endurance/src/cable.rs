//! A cable to a server: it carries every connection, and can be cut for a while.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// A cable; clones are the same.
#[derive(Clone)]
pub(crate) struct Cable {
    port: u16,
    whole: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Cable {
    /// To `host:port`.
    pub(crate) async fn to(target: String) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let cable = Self { port, whole: Arc::new(AtomicBool::new(true)), cut: Arc::default() };
        let carried = cable.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                if !carried.whole.load(Ordering::SeqCst) {
                    continue;
                }
                let (target, cut) = (target.clone(), carried.cut.clone());
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(target).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = cut.notified() => {}
                    }
                });
            }
        });
        Ok(cable)
    }

    /// `127.0.0.1:port`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Ends every connection; new ones are closed at once.
    pub(crate) fn cut(&self) {
        self.whole.store(false, Ordering::SeqCst);
        self.cut.notify_waiters();
    }

    /// New connections are carried again.
    pub(crate) fn mend(&self) {
        self.whole.store(true, Ordering::SeqCst);
    }
}
