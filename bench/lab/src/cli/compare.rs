//! What `compare` is asked.

use clap::Args;
use http::Method;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Two running services and the load that both get.
#[derive(Debug, Args)]
pub struct Compare {
    /// The one it is compared with: http://HOST:PORT
    #[arg(value_name = "BASE_URL")]
    pub base: String,
    /// The other one; the same twice must come out as the same
    #[arg(value_name = "CANDIDATE_URL")]
    pub candidate: String,
    /// Path and query of a request; may be given several times. {term} stands for each of --terms
    #[arg(long, value_name = "PATH", conflicts_with_all = ["grpc", "load", "exercise"])]
    pub get: Vec<String>,
    /// A unary gRPC call: /package.Service/Method, with --body as its message in JSON
    #[arg(long, value_name = "METHOD", conflicts_with_all = ["load", "exercise"])]
    pub grpc: Option<String>,
    /// The interfaces as protoc --descriptor_set_out --include_imports writes them; asked of the server where left out
    #[arg(long, value_name = "FILE", requires = "grpc")]
    pub descriptors: Option<PathBuf>,
    /// A file with [load], as an exercise.toml has it
    #[arg(long, value_name = "FILE", conflicts_with = "exercise")]
    pub load: Option<PathBuf>,
    /// The load of an exercise and its behaviour cases, as far as they take no customer
    #[arg(long, value_name = "ID")]
    pub exercise: Option<String>,
    /// The method instead of GET
    #[arg(long, default_value = "GET", conflicts_with_all = ["grpc", "load", "exercise"])]
    pub method: Method,
    /// A header of every request; may be given several times
    #[arg(long = "header", value_name = "NAME: VALUE", conflicts_with_all = ["load", "exercise"])]
    pub headers: Vec<String>,
    /// The body of every request
    #[arg(long, conflicts_with_all = ["load", "exercise"])]
    pub body: Option<String>,
    /// What {term} stands for, in path and body
    #[arg(long, value_delimiter = ',', conflicts_with_all = ["load", "exercise"])]
    pub terms: Vec<String>,
    /// The statuses that are right
    #[arg(long, value_delimiter = ',', default_values_t = [200], conflicts_with_all = ["load", "exercise"])]
    pub accept: Vec<u16>,
    /// Requests per second, to each in its turn; 50 where no file says otherwise
    #[arg(long, value_parser = rate)]
    pub rate: Option<f64>,
    /// How long both are driven, together
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(6..=3600))]
    pub seconds: u64,
    /// HTTP/2 without TLS, by prior knowledge
    #[arg(long, conflicts_with_all = ["load", "exercise"])]
    pub http2: bool,
    /// How much longer still counts as not slower, percent
    #[arg(long, default_value_t = 5.0, value_parser = margin)]
    pub margin: f64,
    /// How many milliseconds longer still count as not slower, where that is more than the percentage
    #[arg(long, default_value_t = 0.0, value_parser = margin_ms)]
    pub margin_ms: f64,
    /// Ask both the same first, and compare what they answer
    #[arg(long)]
    pub same_answers: bool,
    /// With --same-answers: compare only what stands at this JSON pointer (* for every element); may be given several times
    #[arg(long, value_name = "POINTER", requires = "same_answers")]
    pub read: Vec<String>,
    /// With --same-answers: leave out what stands at this JSON pointer; may be given several times
    #[arg(long, value_name = "POINTER", requires = "same_answers")]
    pub ignore: Vec<String>,
    /// Listen for OTLP here, over gRPC and HTTP, and show where the time of both goes; give both services this address as theirs
    #[arg(long, value_name = "HOST:PORT", num_args = 0..=1, default_missing_value = "127.0.0.1:4317")]
    pub otlp: Option<SocketAddr>,
    /// Send load to an address that is neither this machine nor a private network
    #[arg(long)]
    pub yes_this_is_mine: bool,
}

fn rate(text: &str) -> Result<f64, String> {
    within(text, 0.5, 20_000.0, "requests per second")
}

fn margin(text: &str) -> Result<f64, String> {
    within(text, 0.1, 100.0, "percent")
}

fn margin_ms(text: &str) -> Result<f64, String> {
    within(text, 0.0, 10_000.0, "milliseconds")
}

fn within(text: &str, low: f64, high: f64, unit: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    if (low..=high).contains(&value) { Ok(value) } else { Err(format!("{low} to {high} {unit}")) }
}
