//! What the port offers beside the four RPCs: gRPC health and reflection, and plain HTTP health.

use crate::service::Service;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_stream::StreamExt as _;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

const NAME: &str = "shop.recommendations.v1.Recommendations";

#[tokio::test]
async fn the_health_service_says_that_recommendations_serves_until_the_shutdown() {
    let service = Service::start().await;
    let mut health = HealthClient::new(service.channel.clone());
    let check = || HealthCheckRequest { service: NAME.to_owned() };
    let mut watch = health.watch(check()).await.unwrap().into_inner();
    assert_eq!(health.check(check()).await.unwrap().into_inner().status(), ServingStatus::Serving);
    assert_eq!(watch.next().await.unwrap().unwrap().status(), ServingStatus::Serving);
    service.shutdown.begin();
    assert_eq!(watch.next().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    service.stop().await;
}

#[tokio::test]
async fn reflection_lists_the_service_and_describes_it() {
    let service = Service::start().await;
    let mut reflection = ServerReflectionClient::new(service.channel.clone());
    let ask = |message| ServerReflectionRequest { host: String::new(), message_request: Some(message) };
    let asked = [
        ask(MessageRequest::ListServices(String::new())),
        ask(MessageRequest::FileContainingSymbol(format!("{NAME}.ForProduct"))),
    ];
    let mut answers = reflection.server_reflection_info(tokio_stream::iter(asked)).await.unwrap().into_inner();
    let Some(MessageResponse::ListServicesResponse(list)) = answers.next().await.unwrap().unwrap().message_response
    else {
        panic!("no list of services");
    };
    let names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    assert!(
        names.iter().any(|name| name == NAME) && names.iter().any(|name| name == "grpc.health.v1.Health"),
        "{names:?}"
    );
    let described = answers.next().await.unwrap().unwrap().message_response;
    assert!(matches!(described, Some(MessageResponse::FileDescriptorResponse(_))), "{described:?}");
    drop(answers);
    service.stop().await;
}

#[tokio::test]
async fn plain_http_health_shares_the_port() {
    let service = Service::start().await;
    assert!(http1(&service, "/healthz").await.starts_with("HTTP/1.1 200"));
    assert!(http1(&service, "/readyz").await.starts_with("HTTP/1.1 200"));
    service.lose_database().await;
    assert!(http1(&service, "/healthz").await.starts_with("HTTP/1.1 200"));
    let unready = http1(&service, "/readyz").await;
    assert!(unready.starts_with("HTTP/1.1 503") && unready.contains("postgres"), "{unready}");
    service.stop().await;
}

async fn http1(service: &Service, path: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}
