//! What the readers count, on bytes written out by hand; and what they do with any split of them, and with garbage.

use super::{Protocol, Reader, Tally, Traffic};
use proptest::prelude::*;
use std::sync::Arc;

const PROTOCOLS: [Protocol; 4] = [Protocol::Postgres, Protocol::Redis, Protocol::Http, Protocol::Amqp];

/// Bytes in one direction; true is up.
type Part = (bool, Vec<u8>);

fn read(protocol: Protocol, parts: &[Part]) -> Traffic {
    let tally = Arc::new(Tally::default());
    let mut reader = Reader::new(protocol, tally.clone());
    for (up, bytes) in parts {
        if *up { reader.up(bytes) } else { reader.down(bytes) }
    }
    drop(reader);
    tally.snapshot()
}

fn calls(traffic: &Traffic) -> Vec<(&str, u64)> {
    traffic.calls.iter().map(|(label, count)| (&**label, *count)).collect()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 4).to_be_bytes();
    [&[kind][..], &length, body].concat()
}

fn startup() -> Vec<u8> {
    let body = b"\0\x03\0\0user\0me\0\0";
    [&(body.len() as u32 + 4).to_be_bytes()[..], body].concat()
}

fn begun() -> Vec<Part> {
    vec![(true, startup()), (false, [message(b'R', &[0; 4]), message(b'Z', b"I")].concat())]
}

fn ask(statement: &str) -> Vec<u8> {
    let bind = format!("\0{statement}\0\0\0\0\0\0\0");
    [message(b'B', bind.as_bytes()), message(b'E', b"\0\0\0\0\0")].concat()
}

fn parse(name: &str, text: &str) -> Vec<u8> {
    message(b'P', format!("{name}\0{text}\0\0\0").as_bytes())
}

/// A conversation with Postgres: a ping, a prepared statement run twice in a pipeline, a transaction, three statements in one
/// Query, a COPY.
fn conversation() -> Vec<Part> {
    let (done, ready) = (|tag: &str| message(b'C', format!("{tag}\0").as_bytes()), || message(b'Z', b"I"));
    let row = || message(b'D', b"\0\x01\0\0\0\x04\0\0\0\x07");
    [
        begun(),
        vec![
            (true, message(b'S', b"")),
            (false, ready()),
            (true, [parse("s1", "select n from t"), message(b'D', b"Ss1\0"), message(b'S', b"")].concat()),
            (false, [message(b'1', b""), message(b't', b"\0\0"), message(b'n', b""), ready()].concat()),
            (true, [ask("s1"), ask("s1"), message(b'S', b"")].concat()),
            (
                false,
                [message(b'2', b""), row(), row(), done("SELECT 2"), message(b'2', b""), done("SELECT 0"), ready()]
                    .concat(),
            ),
            (true, message(b'Q', b"BEGIN\0")),
            (false, [done("BEGIN"), ready()].concat()),
            (true, message(b'Q', b"select 1; select 2; set x = 1\0")),
            (false, [row(), done("SELECT 1"), row(), done("SELECT 1"), done("SET"), ready()].concat()),
            (true, message(b'Q', b"copy t from stdin\0")),
            (false, message(b'G', b"\0\0\0")),
            (true, [message(b'd', b"1\t2\n"), message(b'c', b"")].concat()),
            (false, [done("COPY 1"), ready()].concat()),
            (true, message(b'Q', b"COMMIT\0")),
            (false, [done("COMMIT"), ready()].concat()),
            (true, message(b'X', b"")),
        ],
    ]
    .concat()
}

#[test]
fn statements_are_counted_as_they_are_answered_and_neither_pings_nor_preparing_are_any() {
    let traffic = read(Protocol::Postgres, &conversation());
    let expected = [("copy t from stdin", 1), ("select 1; select 2; set x = 1", 2), ("select n from t", 2)];
    assert_eq!(calls(&traffic), expected);
    assert_eq!((traffic.control, traffic.upkeep, traffic.rows, traffic.unsure), (2, 1, 4, 0));
}

#[test]
fn a_statement_that_fails_is_one_and_what_was_skipped_after_it_is_none() {
    let error = || message(b'E', b"SERROR\0C22012\0\0");
    let mut parts = begun();
    parts.extend([
        (true, [parse("a", "select 1/0"), ask("a"), ask("a"), message(b'S', b"")].concat()),
        (false, [message(b'1', b""), message(b'2', b""), error(), message(b'Z', b"I")].concat()),
        // In preparing nothing has run.
        (true, [parse("b", "selekt"), message(b'S', b"")].concat()),
        (false, [error(), message(b'Z', b"I")].concat()),
        (true, [ask("a"), message(b'S', b"")].concat()),
        (false, [message(b'2', b""), message(b'C', b"SELECT 1\0"), message(b'Z', b"I")].concat()),
        // Sent, and the connection breaks.
        (true, message(b'Q', b"select pg_sleep(9)\0")),
    ]);
    let traffic = read(Protocol::Postgres, &parts);
    assert_eq!(calls(&traffic), [("select 1/0", 2), ("select pg_sleep(9)", 1)]);
}

#[test]
fn encryption_that_is_refused_is_no_hindrance_and_one_that_is_granted_cannot_be_read() {
    let ssl = [&8_u32.to_be_bytes()[..], &80_877_103_u32.to_be_bytes()].concat();
    let asked = |answer: &[u8]| [vec![(true, ssl.clone()), (false, answer.to_vec())], conversation()].concat();
    assert_eq!(read(Protocol::Postgres, &asked(b"N")), read(Protocol::Postgres, &conversation()));
    assert_eq!(read(Protocol::Postgres, &asked(b"S")).unsure, 1);
}

fn redis() -> Vec<u8> {
    [
        &b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*4\r\n$6\r\nCLIENT\r\n$7\r\nSETINFO\r\n$8\r\nLIB-NAME\r\n$5\r\nredis\r\n"[..],
        b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$12\r\n*1\r\n$4\r\nPING\r\n",
        b"*2\r\n$3\r\nget\r\n$1\r\nk\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n",
        b"*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*1\r\n$4\r\nEXEC\r\n",
        b"incr  n\r\nPING\r\n\r\n*0\r\n",
    ]
    .concat()
}

#[test]
fn commands_are_counted_in_pipelines_and_lines_and_a_value_that_looks_like_one_is_none() {
    let traffic = read(Protocol::Redis, &[(true, redis())]);
    assert_eq!(calls(&traffic), [("GET", 2), ("INCR", 2), ("SET", 1)]);
    assert_eq!((traffic.control, traffic.upkeep, traffic.unsure), (2, 3, 0));
}

fn http1() -> Vec<u8> {
    [
        &b"POST /payment/charge HTTP/1.1\r\nhost: p\r\ncontent-length: 30\r\n\r\nGET /email HTTP/1.1\r\nhost: p\r\n"[..],
        b"POST /tax/rates?country=DE HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n0a;x=y\r\nGET /1234\n\r\n0\r\na: b\r\n\r\n",
        b"GET /tax/rates HTTP/1.1\r\nhost: p\r\n\r\n",
    ]
    .concat()
}

fn frame(kind: u8, stream: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_be_bytes();
    [&length[1..], &[kind, 4][..], &stream.to_be_bytes(), body].concat()
}

fn http2() -> Vec<u8> {
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(4, 0, &[0; 12]),
        frame(1, 1, b"head"),
        frame(1, 3, b"head"),
        frame(0, 3, &[1; 30]),
        frame(0, 1, b"\0\0\0\0\0"),
        frame(1, 1, b"trailers"),
        frame(6, 0, &[0; 8]),
        frame(1, 5, b""),
    ]
    .concat()
}

#[test]
fn requests_are_counted_by_their_doors_and_a_body_that_looks_like_one_is_none() {
    let traffic = read(Protocol::Http, &[(true, http1())]);
    assert_eq!(calls(&traffic), [("GET /tax/rates", 1), ("POST /payment/charge", 1), ("POST /tax/rates", 1)]);
    let traffic = read(Protocol::Http, &[(true, http2())]);
    assert_eq!((calls(&traffic), traffic.unsure), (vec![("HTTP/2", 3)], 0));
}

fn amqp_frame(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 0, 1][..], &(body.len() as u32).to_be_bytes(), body, &[0xCE]].concat()
}

fn amqp() -> Vec<u8> {
    let publish = amqp_frame(1, b"\0\x3C\0\x28\0\0\x06orders\x0Corder.placed\0");
    let content = [amqp_frame(2, &[0; 14]), amqp_frame(3, &publish)].concat();
    [b"AMQP\0\0\x09\x01".to_vec(), amqp_frame(1, b"\0\x0A\0\x0B\0"), amqp_frame(8, b""), publish, content].concat()
}

#[test]
fn messages_are_counted_and_one_inside_another_is_none() {
    assert_eq!(calls(&read(Protocol::Amqp, &[(true, amqp())])), [("orders/order.placed", 1)]);
}

/// Cuts every part where `cuts` says; the order of the directions stays.
fn cut(parts: &[Part], cuts: &[usize]) -> Vec<Part> {
    let mut cuts = cuts.iter().cycle();
    let mut pieces = Vec::new();
    for (up, bytes) in parts {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let length = cuts.next().map_or(1, |cut| 1 + cut % 37).min(rest.len());
            pieces.push((*up, rest[..length].to_vec()));
            rest = &rest[length..];
        }
    }
    pieces
}

fn conversations() -> [(Protocol, Vec<Part>); 5] {
    [
        (Protocol::Postgres, conversation()),
        (Protocol::Redis, vec![(true, redis())]),
        (Protocol::Http, vec![(true, http1())]),
        (Protocol::Http, vec![(true, http2())]),
        (Protocol::Amqp, vec![(true, amqp())]),
    ]
}

proptest! {
    #[test]
    fn any_split_of_the_bytes_gives_the_same_counts(cuts in proptest::collection::vec(any::<usize>(), 1..200)) {
        for (protocol, parts) in conversations() {
            prop_assert_eq!(read(protocol, &cut(&parts, &cuts)), read(protocol, &parts));
        }
    }

    #[test]
    fn garbage_never_panics(parts in proptest::collection::vec((any::<bool>(), any::<Vec<u8>>()), 0..20)) {
        for protocol in PROTOCOLS {
            read(protocol, &parts);
        }
    }

    #[test]
    fn a_conversation_with_bytes_changed_never_panics_and_one_that_makes_no_sense_is_told(
        at: usize, with: u8, cuts in proptest::collection::vec(any::<usize>(), 1..50)
    ) {
        for (protocol, mut parts) in conversations() {
            let total: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
            let mut at = at % total;
            for (_, bytes) in &mut parts {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = with;
                    break;
                }
                at -= bytes.len();
            }
            prop_assert!(read(protocol, &cut(&parts, &cuts)).unsure <= 1);
        }
    }
}

#[test]
fn bytes_of_another_protocol_are_told() {
    for protocol in PROTOCOLS {
        let noise = (0..400_u32).map(|n| (n * 89 % 251) as u8 | 0x80);
        let noise: Vec<u8> = noise.chain(*b"\r\n\r\n").collect();
        assert_eq!(read(protocol, &[(true, noise)]).unsure, 1, "{protocol:?}");
    }
}

/// Prints what the reading costs; run by hand, optimised:
/// `cargo test --profile perf --lib -- --ignored --nocapture what_reading_costs`.
#[test]
#[ignore = "a measurement, for a quiet machine"]
fn what_reading_costs() {
    let row = message(b'D', &[&b"\0\x02\0\0\0\x04\0\0\0\x07\0\0\0\x64"[..], &[b'x'; 100]].concat());
    let answer = |rows: usize| {
        [message(b'2', b""), row.repeat(rows), message(b'C', b"SELECT 20\0"), message(b'Z', b"I")].concat()
    };
    let sync = message(b'S', b"");
    let parts = |rows| [(true, [ask("s1"), sync.clone()].concat()), (false, answer(rows))];
    let get = b"*2\r\n$3\r\nGET\r\n$9\r\nviews:123\r\n".to_vec();
    let post = http1();
    let kinds: [(&str, Protocol, Vec<Part>, usize); 5] = [
        ("a statement with 20 rows", Protocol::Postgres, parts(20).into(), 100_000),
        ("a statement with 2,000 rows", Protocol::Postgres, parts(2_000).into(), 5_000),
        ("a command of Redis", Protocol::Redis, vec![(true, get)], 1_000_000),
        ("three requests of HTTP/1.1", Protocol::Http, vec![(true, post)], 100_000),
        ("a message", Protocol::Amqp, vec![(true, amqp()[8..].to_vec())], 100_000),
    ];
    for (what, protocol, parts, times) in kinds {
        let tally = Arc::new(Tally::default());
        let mut reader = Reader::new(protocol, tally.clone());
        match protocol {
            Protocol::Postgres => {
                reader.up(&[startup(), parse("s1", "select n from t where n = $1")].concat());
                reader.down(&[message(b'R', &[0; 4]), message(b'Z', b"I")].concat());
            }
            Protocol::Amqp => reader.up(&amqp()[..8]),
            Protocol::Redis | Protocol::Http => {}
        }
        let begun = std::time::Instant::now();
        for _ in 0..times {
            for (up, bytes) in &parts {
                if *up { reader.up(bytes) } else { reader.down(bytes) }
            }
        }
        let each = begun.elapsed() / times as u32;
        let bytes: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
        println!("{what}: {each:?}, {:.2} ns a byte of {bytes}", each.as_nanos() as f64 / bytes as f64);
        assert_eq!(tally.snapshot().unsure, 0);
    }
}
