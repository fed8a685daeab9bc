//! gRPC: messages that are right, nearly right, nested without end, or no messages at all, in frames that lie.

use super::{judge::Judge, services::Services, value};
use crate::client::Client;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use rand::{Rng, RngExt as _};
use std::time::Duration;

const METHODS: [&str; 7] = [
    "/shop.recommendations.v1.Recommendations/ForProduct",
    "/shop.recommendations.v1.Recommendations/ForProducts",
    "/shop.recommendations.v1.Recommendations/ForEachProduct",
    "/shop.recommendations.v1.Recommendations/Trending",
    "/grpc.health.v1.Health/Check",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/shop.recommendations.v1.Recommendations/Nothing",
];

pub(super) async fn run(
    services: &Services,
    requests: u64,
    random: &mut impl Rng,
    judge: &mut Judge,
) -> anyhow::Result<()> {
    let client = Client::http2(Duration::from_secs(30));
    for _ in 0..requests {
        let method = METHODS[random.random_range(0..METHODS.len())];
        let body = frames(random);
        let mut request = Request::post(format!("{}{method}", services.url("recommendations")))
            .header("te", "trailers")
            .header("content-type", ["application/grpc", "application/grpc+proto"][random.random_range(0..2)]);
        if random.random_bool(0.2) {
            request = request.header("grpc-timeout", ["1S", "0n", "99999999H", "soon"][random.random_range(0..4)]);
        }
        if random.random_bool(0.2) {
            request = request.header("grpc-encoding", ["gzip", "identity", "zstd"][random.random_range(0..3)]);
        }
        let said = format!("{method} {body:02x?}");
        let answer = client.send(request.body(Full::new(Bytes::from(body)))?).await;
        judge.grpc("grpc", || said, &answer);
    }
    Ok(())
}

/// One message in a frame, or something like it.
fn frames(random: &mut impl Rng) -> Vec<u8> {
    let mut message = match random.random_range(0..4) {
        // product_id or ids and limit, as three of the methods have them.
        0 => [vec![0x08], varint(value::number(random).unsigned_abs()), vec![0x10], varint(random.random_range(0..60))]
            .concat(),
        1 => fields(random, 0),
        2 => (0..random.random_range(0..200)).map(|_| random.random()).collect(),
        _ => nested(random.random_range(1..400)),
    };
    if random.random_bool(0.3) {
        message = value::mutated(&message, random);
    }
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let (flag, said) = match random.random_range(0..10) {
        0 => (random.random(), length),
        1 => (0, random.random()),
        2 => (1, length),
        _ => (0, length),
    };
    let mut all = vec![flag];
    all.extend(said.to_be_bytes());
    all.extend(message);
    if random.random_bool(0.1) {
        all.extend(all.clone());
    }
    all
}

/// Fields of any number and any wire type.
fn fields(random: &mut impl Rng, depth: u32) -> Vec<u8> {
    let mut all = Vec::new();
    for _ in 0..random.random_range(0..6) {
        let (number, kind) = (random.random_range(0..20_u64), random.random_range(0..8_u64));
        all.extend(varint((number << 3) | kind));
        match kind {
            0 => all.extend(varint(value::number(random).cast_unsigned())),
            1 => all.extend(random.random::<[u8; 8]>()),
            2 => {
                let inner = if depth < 5 { fields(random, depth + 1) } else { value::text(random).into_bytes() };
                all.extend(varint(inner.len() as u64));
                all.extend(inner);
            }
            5 => all.extend(random.random::<[u8; 4]>()),
            _ => {}
        }
    }
    all
}

/// A message in a message in a message.
fn nested(levels: u32) -> Vec<u8> {
    (0..levels).fold(Vec::new(), |inner, _| [vec![0x0a], varint(inner.len() as u64), inner].concat())
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut all = Vec::new();
    while value >= 0x80 {
        all.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    all.push(value as u8);
    all
}
