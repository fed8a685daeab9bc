//! Publishing to a real RabbitMQ: every arrival a message the broker has, latency until it says so.

use super::{HALF_A_SECOND, whole};
use crate::{Driver, Mix, Protocol, Request, Reuse, Schedule, SliceResult};
use lapin::options::{BasicGetOptions, QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection, ConnectionProperties};
use stack::{Needs, Stack};

/// Names the driver's broker; nobody listens there, since nothing is asked of it.
fn base() -> http::Uri {
    http::Uri::from_static("http://127.0.0.1:9")
}

struct Broker {
    _stack: Stack,
    _connection: Connection,
    channel: Channel,
    url: String,
    prefix: String,
}

async fn broker() -> Broker {
    let stack = stack::test_stack(Needs { rabbitmq: true, ..Needs::NONE }).await.unwrap();
    let url = stack.amqp_url().unwrap().to_owned();
    let connection = Connection::connect(&url, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let prefix = format!("lab-{}.", uuid::Uuid::new_v4());
    Broker { _stack: stack, _connection: connection, channel, url, prefix }
}

async fn drive(broker: &Broker, request: Request) -> SliceResult {
    let mix = Mix::new(vec![(1.0, request)]).unwrap();
    let schedule = Schedule::poisson(100.0, HALF_A_SECOND, &mix, 2);
    let driver = Driver::new(Protocol::Http1).unwrap();
    driver.publish_at(&base(), &broker.url, &broker.prefix);
    driver.slice(&base(), &mix, &schedule, whole()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_arrival_is_a_confirmed_message_with_its_trace() {
    let broker = broker().await;
    let queue = format!("{}work", broker.prefix);
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    broker.channel.queue_declare(queue.as_str().into(), durable, FieldTable::default()).await.unwrap();
    for (reuse, connections) in [(Reuse::Kept, 1), (Reuse::PerRequest, u64::MAX)] {
        let request = Request { connection: reuse, ..Request::publish("/queues/work", r#"{"order": 7}"#).unwrap() };
        let result = drive(&broker, request).await;
        assert_eq!((result.errors, result.latency.len()), (0, result.offered), "{:?}", result.error_kinds);
        assert_eq!(result.connections_opened, connections.min(result.offered));
        assert!(result.latency.min() > 0 && result.samples.iter().all(|sample| sample.status == 200));

        let mut traces = Vec::new();
        let options = BasicGetOptions { no_ack: true };
        while let Some(got) = broker.channel.basic_get(queue.as_str().into(), options).await.unwrap() {
            assert_eq!(got.delivery.data, br#"{"order": 7}"#);
            let headers = got.delivery.properties.headers().clone().unwrap();
            let Some(AMQPValue::LongString(trace)) = headers.inner().get("traceparent") else { panic!("{headers:?}") };
            traces.push(trace.to_string()[3..35].to_owned());
        }
        let mut noted: Vec<String> =
            result.samples.iter().map(|sample| format!("{:032x}", u128::from_be_bytes(sample.trace_id))).collect();
        traces.sort();
        noted.sort();
        assert_eq!(traces, noted, "each message once");
    }
    broker.channel.queue_delete(queue.as_str().into(), QueueDeleteOptions::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_no_queue_takes_is_an_error() {
    let broker = broker().await;
    let lost = drive(&broker, Request::publish("/queues/nowhere", "{}").unwrap()).await;
    assert_eq!((lost.errors, lost.latency.len()), (lost.offered, 0));
    assert_eq!(lost.error_kinds.keys().collect::<Vec<_>>(), ["no queue takes it"]);
    // An exchange that is not there ends the channel; what follows is an error too, not a hang.
    let gone = drive(&broker, Request::publish("/exchanges/nowhere/key", "{}").unwrap()).await;
    assert_eq!(gone.errors, gone.offered, "{:?}", gone.error_kinds);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_every_message_is_an_error() {
    let mix = Mix::new(vec![(1.0, Request::publish("/queues/work", "{}").unwrap())]).unwrap();
    let schedule = Schedule::constant(100.0, HALF_A_SECOND, &mix, 1);
    let driver = Driver::new(Protocol::Http1).unwrap();
    let unknown = driver.slice(&base(), &mix, &schedule, whole()).await;
    assert_eq!(unknown.error_kinds.get("no broker to publish at"), Some(&50));
    // Port 1: nobody listens.
    driver.publish_at(&base(), "amqp://guest:guest@127.0.0.1:1/%2f", "");
    let away = driver.slice(&base(), &mix, &schedule, whole()).await;
    assert!(
        away.errors == 50 && away.error_kinds.keys().all(|kind| kind.starts_with("cannot connect")),
        "{:?}",
        away.error_kinds
    );
    assert!(driver.once(&base(), &Request::publish("/queues/work", "{}").unwrap(), false).await.is_err());
}
