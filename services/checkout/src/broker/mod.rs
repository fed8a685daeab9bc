//! RabbitMQ: the names and queues both programs agree on, and publishing with confirms.

mod dead_letters;
pub(crate) mod headers;
mod publisher;
mod topology;

pub use dead_letters::{DeadLetter, DeadLetters, Listed, Which};
pub use publisher::{Message, PublishError, Publisher};
pub use topology::{ORDER_PLACED, RETRY_STEPS, Topology};

use lapin::{Connection, ConnectionProperties};
use std::time::Duration;

/// How long a broker may take to let us in.
const CONNECT: Duration = Duration::from_secs(5);

/// Connects, without lapin's own recovery: whoever loses a connection makes a new one and declares what it needs, which
/// is the same path as the first start and so the one that is always tested.
///
/// # Errors
/// When the broker does not answer within five seconds.
pub(crate) async fn connect(url: &str, name: &str) -> anyhow::Result<Connection> {
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    Ok(tokio::time::timeout(CONNECT, Connection::connect(url, properties)).await??)
}
