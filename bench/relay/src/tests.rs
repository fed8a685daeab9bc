//! The distance, on real sockets.

use super::{Protocol, Relay, RelayStats};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Serves each connection with `serve`, a thread for each, until the process ends.
fn serve(serve: impl Fn(TcpStream) + Send + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, serve) = (stream.unwrap(), serve.clone());
            stream.set_nodelay(true).unwrap();
            thread::spawn(move || serve(stream));
        }
    });
    address
}

fn echo() -> SocketAddr {
    serve(|mut stream| {
        let mut buffer = [0; 64 * 1024];
        while let Ok(bytes @ 1..) = stream.read(&mut buffer) {
            if stream.write_all(&buffer[..bytes]).is_err() {
                return;
            }
        }
    })
}

fn connect(relay: &Relay) -> TcpStream {
    let stream = TcpStream::connect(relay.address()).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Sorted times of `count` round trips of one small message.
fn round_trips(mut stream: &TcpStream, count: usize) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..count)
        .map(|_| {
            let sent = Instant::now();
            stream.write_all(b"GET\n").unwrap();
            stream.read_exact(&mut [0; 4]).unwrap();
            sent.elapsed()
        })
        .collect();
    times.sort();
    times
}

#[tokio::test]
async fn a_round_trip_takes_the_distance_to_well_below_a_millisecond() {
    let relay = Relay::start(echo(), millis(5)).await.unwrap();
    let stream = connect(&relay);
    for distance in [millis(5), Duration::from_micros(300), millis(1)] {
        relay.set_round_trip(distance);
        let times = round_trips(&stream, 100);
        assert!(times[1] >= distance, "never too early: {:?} of {distance:?}", times[1]);
        let error = times[50] - distance;
        assert!(error < Duration::from_micros(900), "{distance:?}: {error:?} too long at p50");
    }
}

#[tokio::test]
async fn many_messages_under_way_wait_once_and_arrive_in_order() {
    let relay = Relay::start(echo(), millis(40)).await.unwrap();
    let stream = connect(&relay);
    round_trips(&stream, 1);
    let began = Instant::now();
    let mut sending = stream.try_clone().unwrap();
    let sender = thread::spawn(move || {
        for number in 0..400_u32 {
            sending.write_all(&number.to_be_bytes()).unwrap();
            thread::sleep(Duration::from_micros(50));
        }
    });
    let mut receiving = &stream;
    for number in 0..400_u32 {
        let mut bytes = [0; 4];
        receiving.read_exact(&mut bytes).unwrap();
        assert_eq!(u32::from_be_bytes(bytes), number);
    }
    sender.join().unwrap();
    // Sending takes some 50 ms; one distance comes on top, not four hundred.
    assert!(began.elapsed() >= millis(40) && began.elapsed() < millis(400), "{:?}", began.elapsed());
}

#[tokio::test]
async fn large_transfers_arrive_whole_and_are_not_slowed_by_the_distance() {
    let relay = Relay::start(echo(), millis(2)).await.unwrap();
    let stream = connect(&relay);
    let sent: Vec<u8> = (0..8_000_000_u32).map(|i| ((i * 31) >> 3) as u8).collect();
    let (mut sending, payload) = (stream.try_clone().unwrap(), sent.clone());
    let began = Instant::now();
    let sender = thread::spawn(move || sending.write_all(&payload).unwrap());
    let mut received = vec![0; sent.len()];
    (&stream).read_exact(&mut received).unwrap();
    sender.join().unwrap();
    assert!(received == sent);
    assert!(began.elapsed() < Duration::from_secs(4), "8 MB there and back took {:?}", began.elapsed());
    assert_eq!(relay.stats().bytes_up, 8_000_000);
    assert_eq!(relay.stats().bytes_down, 8_000_000);
}

#[tokio::test]
async fn a_bandwidth_is_kept_by_all_connections_together() {
    let relay = Relay::start(echo(), Duration::ZERO).await.unwrap();
    relay.set_bandwidth(Some(1_000_000));
    let began = Instant::now();
    let pairs: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = connect(&relay);
            thread::spawn(move || {
                stream.write_all(&[7; 100_000]).unwrap();
                stream.read_exact(&mut [0; 100_000]).unwrap();
            })
        })
        .collect();
    pairs.into_iter().for_each(|pair| pair.join().unwrap());
    // 200 kB at 1 MB/s is 200 ms one way; the way back overlaps all but its last chunk.
    let took = began.elapsed();
    assert!((millis(195)..millis(600)).contains(&took), "{took:?}");

    relay.set_bandwidth(None);
    let stream = connect(&relay);
    let began = Instant::now();
    (&stream).write_all(&[7; 100_000]).unwrap();
    (&stream).read_exact(&mut [0; 100_000]).unwrap();
    assert!(began.elapsed() < millis(100), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_receiver_that_does_not_read_stops_the_sender() {
    let silent = serve(|stream| {
        thread::sleep(Duration::from_secs(20));
        drop(stream);
    });
    let relay = Relay::start(silent, millis(1)).await.unwrap();
    let mut stream = connect(&relay);
    stream.set_write_timeout(Some(millis(500))).unwrap();
    let mut written = 0;
    while let Ok(bytes) = stream.write(&[0; 64 * 1024]) {
        written += bytes;
        assert!(written < 200_000_000, "the relay buffers without bound");
    }
    assert!(relay.stats().bytes_up < 40_000_000, "{:?}", relay.stats());
}

#[tokio::test]
async fn one_side_may_finish_while_the_other_goes_on() {
    let answer_at_end = serve(|mut stream| {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        write!(stream, "{} bytes", all.len()).unwrap();
    });
    let relay = Relay::start(answer_at_end, millis(10)).await.unwrap();
    let mut stream = connect(&relay);
    stream.write_all(b"twelve bytes").unwrap();
    let began = Instant::now();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "12 bytes");
    assert!(began.elapsed() >= millis(10), "the end travels as long as the bytes do: {:?}", began.elapsed());
}

#[tokio::test]
async fn a_cut_breaks_live_connections_and_new_ones_work() {
    let relay = Relay::start(echo(), millis(1)).await.unwrap();
    let stream = connect(&relay);
    round_trips(&stream, 1);
    relay.cut();
    let broken = (&stream).read(&mut [0; 4]).unwrap_err();
    assert_eq!(broken.kind(), std::io::ErrorKind::ConnectionReset);
    round_trips(&connect(&relay), 1);
    let RelayStats { connections, refused, .. } = relay.stats();
    assert_eq!((connections, refused), (2, 0));
}

#[tokio::test]
async fn an_upstream_that_is_taken_away_resets_everybody_until_it_is_given_back() {
    let relay = Relay::start(echo(), millis(1)).await.unwrap();
    let stream = connect(&relay);
    round_trips(&stream, 1);
    relay.take_away(true);
    assert!((&stream).read(&mut [0; 4]).is_err(), "the connection alive is broken");
    for _ in 0..3 {
        let mut stream = connect(&relay);
        let _ = stream.write_all(b"ping");
        assert!(!matches!(stream.read(&mut [0; 4]), Ok(1..)), "a new one gets nowhere");
    }
    relay.take_away(false);
    round_trips(&connect(&relay), 1);
    assert_eq!(relay.stats().refused, 3);
}

#[tokio::test]
async fn a_stall_holds_everything_back_until_it_ends() {
    let relay = Relay::start(echo(), millis(1)).await.unwrap();
    let stream = connect(&relay);
    round_trips(&stream, 1);
    relay.stall(true);
    (&stream).write_all(b"held").unwrap();
    stream.set_read_timeout(Some(millis(150))).unwrap();
    assert!((&stream).read(&mut [0; 4]).is_err(), "nothing comes through");
    relay.stall(false);
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut held = [0; 4];
    (&stream).read_exact(&mut held).unwrap();
    assert_eq!(&held, b"held");
}

#[tokio::test]
async fn an_upstream_that_is_not_there_closes_the_client_and_is_counted() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let relay = Relay::start(gone, millis(1)).await.unwrap();
    let began = Instant::now();
    let end = (&connect(&relay)).read(&mut [0; 4]);
    assert!(!matches!(end, Ok(1..)), "{end:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(relay.stats().refused, 1);
}

#[tokio::test]
async fn opening_a_connection_costs_a_round_trip_before_the_first_byte() {
    let relay = Relay::start(echo(), millis(20)).await.unwrap();
    let began = Instant::now();
    let stream = connect(&relay);
    round_trips(&stream, 1);
    assert!(began.elapsed() >= millis(40), "one to open, one to ask: {:?}", began.elapsed());
    let again = round_trips(&stream, 20)[0];
    assert!(again >= millis(20) && again < millis(35), "{again:?}");
}

#[tokio::test]
async fn a_dropped_relay_frees_its_port_and_ends_its_connections() {
    let relay = Relay::start(echo(), millis(1)).await.unwrap();
    let (stream, address) = (connect(&relay), relay.address());
    round_trips(&stream, 1);
    drop(relay);
    assert!(!matches!((&stream).read(&mut [0; 4]), Ok(1..)));
    let refused = (0..100).any(|_| {
        thread::sleep(millis(10));
        TcpStream::connect(address).is_err()
    });
    assert!(refused);
}

/// CPU time of the calling thread so far.
fn thread_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.try_into().unwrap())
}

/// Prints the precision and the cost; run by hand, optimised:
/// `cargo test --profile perf --lib -- --ignored --nocapture what_the_distance_reaches`.
#[tokio::test]
#[ignore = "a measurement, for a quiet machine"]
async fn what_the_distance_reaches() {
    timer::wake_without_slack();
    let upstream = echo();
    let direct = TcpStream::connect(upstream).unwrap();
    direct.set_nodelay(true).unwrap();
    let plain = round_trips(&direct, 4000);
    println!("no relay: p50 {:?}, p99 {:?}", plain[2000], plain[3960]);
    let carrying = Relay::start(upstream, millis(1)).await.unwrap();
    let counting = Relay::counting(upstream, millis(1), Protocol::Redis).await.unwrap();
    let clock = super::clock::clock().unwrap();
    let handle = clock.handle();
    let cases = [Duration::ZERO, Duration::from_micros(300), millis(1), millis(5)]
        .into_iter()
        .flat_map(|distance| [("carrying", &carrying, distance), ("counting", &counting, distance)]);
    for (kind, relay, distance) in cases {
        let stream = connect(relay);
        relay.set_round_trip(distance);
        round_trips(&stream, 50);
        let cpu = handle.spawn(async { thread_cpu_time() }).await.unwrap();
        let times = round_trips(&stream, 2000);
        let cpu = handle.spawn(async { thread_cpu_time() }).await.unwrap() - cpu;
        println!(
            "{kind}, {distance:?}: too long by p50 {:?}, p99 {:?}, max {:?}; CPU {:?} a round trip",
            times[1000] - distance,
            times[1980] - distance,
            times[1999] - distance,
            cpu / 2000
        );
    }
}
