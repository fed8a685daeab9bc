//! The distance: TCP relays that put a dependency half a round trip away in each direction.
//!
//! ```
//! use relay::Relay;
//! use std::time::{Duration, Instant};
//! use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> anyhow::Result<()> {
//! let database = TcpListener::bind("127.0.0.1:0").await?;
//! let relay = Relay::start(database.local_addr()?, Duration::from_millis(4)).await?;
//! let mut client = TcpStream::connect(relay.address()).await?;
//! let (mut server, _) = database.accept().await?;
//! let sent = Instant::now();
//! client.write_all(b"ping").await?;
//! server.read_exact(&mut [0; 4]).await?;
//! assert!(sent.elapsed() >= Duration::from_millis(2), "one way is half of the round trip");
//! relay.cut();
//! assert!(client.read(&mut [0; 4]).await.is_err(), "the cable is cut");
//! # Ok(())
//! # }
//! ```
//!
//! The program `relay` is a service of the shop: it holds a line to each dependency, and is told over HTTP to change them
//! (`docs/shop.md`, or `relay --help`).
//!
//! What it reaches (2026-11-23, two shared cores, Linux 6.18 in a virtual machine, optimised build, 2000 round trips of four
//! bytes each through the test `what_the_distance_reaches`). No quiet moment was to be had: compilers kept the load at
//! 6 to 10. A round trip is longer than asked by, at two priorities, the higher one standing in for a quiet machine:
//!
//! | round trip | ordinary p50 | ordinary p99 | real-time (`chrt -f 10`) p50 | real-time p99 |
//! | --- | --- | --- | --- | --- |
//! | 0.3 ms | 0.18 to 0.19 ms | 0.5 to 6.9 ms | 0.20 ms | 0.35 to 0.81 ms |
//! | 1 ms | 0.20 to 0.21 ms | 3.0 to 8.4 ms | 0.25 to 0.28 ms | 0.36 to 0.55 ms |
//! | 5 ms | 0.29 to 0.32 ms | 4.4 to 11.2 ms | 0.35 to 0.39 ms | 1.4 to 4.4 ms |
//!
//! CPU of the relays' thread: 0.12 to 0.21 ms a round trip (0.15 to 0.29 at real-time priority), nearly all of it four
//! wake-ups into cold caches. The surplus at p50 is the same for all arms; measure again on a quiet machine.

mod clock;
mod connection;
mod count;
mod distances;
mod line;
mod server;

pub use count::{Protocol, Traffic};
pub use distances::{Distances, FARTHEST_MS};
pub use server::{Relay, RelayStats};

#[cfg(test)]
mod tests;
