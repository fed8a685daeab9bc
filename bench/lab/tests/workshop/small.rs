//! A small server that waits, answers and counts, and may tell a collector about it.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

/// The server, for as long as the test program runs.
pub struct Small {
    pub url: String,
    asked: Arc<AtomicU64>,
}

/// Where the spans of its requests go, and how many statements each request claims to have sent.
pub struct Tells {
    pub collector: String,
    pub statements: u64,
}

struct Conduct {
    wait: Duration,
    status: &'static str,
    body: &'static str,
    tells: Option<Tells>,
    asked: Arc<AtomicU64>,
}

impl Small {
    pub fn new(wait_ms: u64, status: &'static str, body: &'static str) -> Self {
        Self::telling(wait_ms, status, body, None)
    }

    pub fn telling(wait_ms: u64, status: &'static str, body: &'static str, tells: Option<Tells>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicU64::new(0));
        let wait = Duration::from_millis(wait_ms);
        let conduct = Arc::new(Conduct { wait, status, body, tells, asked: asked.clone() });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let conduct = conduct.clone();
                thread::spawn(move || serve(stream, &conduct));
            }
        });
        Self { url, asked }
    }

    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

fn serve(stream: TcpStream, conduct: &Conduct) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let (mut line, mut length, mut parent) = (String::new(), 0, None);
        while {
            line.clear();
            reader.read_line(&mut line)?
        } > 2
        {
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            parent = lower.strip_prefix("traceparent:").map(|value| value.trim().to_owned()).or(parent);
        }
        if line.is_empty() {
            return Ok(());
        }
        reader.read_exact(&mut vec![0; length])?;
        conduct.asked.fetch_add(1, Ordering::Relaxed);
        let began = SystemTime::now();
        thread::sleep(conduct.wait);
        let Conduct { status, body, .. } = conduct;
        // In one piece: of several, the last would wait for the acknowledgement of the first.
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
        (&stream).write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
        if let (Some(tells), Some(parent)) = (&conduct.tells, parent.filter(|parent| parent.ends_with("-01"))) {
            tell(tells, &parent, began)?;
        }
    }
}

/// Sends a server span of now, with its statements side by side in it, as an OTLP exporter does.
fn tell(tells: &Tells, parent: &str, began: SystemTime) -> std::io::Result<()> {
    let ns = |at: SystemTime| at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len() / 2).filter_map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()).collect()
    };
    let words: Vec<&str> = parent.split('-').collect();
    let span = |id: u64, parent: Vec<u8>, kind: i32, attributes: Vec<KeyValue>| Span {
        trace_id: hex(words[1]),
        span_id: (id + 1).to_be_bytes().to_vec(),
        parent_span_id: parent,
        name: "GET".to_owned(),
        kind,
        start_time_unix_nano: ns(began),
        end_time_unix_nano: ns(SystemTime::now()),
        attributes,
        ..Span::default()
    };
    let mut spans = vec![span(0, hex(words[2]), 2, Vec::new())];
    for n in 1..=tells.statements {
        let statement = format!("select name from lamps where id = {n}");
        let attributes = vec![text("db.system.name", "postgresql"), text("db.query.text", &statement)];
        spans.push(span(n, 1_u64.to_be_bytes().to_vec(), 3, attributes));
    }
    let resource = Some(Resource { attributes: vec![text("service.name", "lamps")], ..Resource::default() });
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
    let body = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/x-protobuf\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(&tells.collector)?;
    stream.write_all(&[head.as_bytes(), &body].concat())?;
    stream.read_to_end(&mut Vec::new()).map(drop)
}

fn text(key: &str, value: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(value.to_owned())) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}
