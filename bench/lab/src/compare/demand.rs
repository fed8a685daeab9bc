//! What both services are asked, and how often: from flags, from a file, or from an exercise.

use crate::cli::Compare as Options;
use crate::context::Context;
use crate::exercise::{Arrivals, Case, Exercise, RequestTemplate, mix};
use crate::exit::Failure;
use crate::pipeline::SEED;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Uri, header};
use load::{DescriptorPool, Mix, Protocol, Request, reflected, with_terms};
use std::time::Duration;

/// Two slices of each side make a round, and an interval takes at least six of them.
const FEWEST_ROUNDS: u64 = 6;
/// The length of a slice where there is time enough.
const SLICE: Duration = Duration::from_secs(1);
/// Arrivals per second where nothing else is said.
const RATE: f64 = 50.0;
/// After this long a request is given up.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The load of a comparison.
#[derive(Debug)]
pub struct Demand {
    /// The requests.
    pub mix: Mix,
    /// What the mix was made from, where that says what of an answer is read; empty for flags.
    pub templates: Vec<RequestTemplate>,
    /// An exercise's cases, where answers are to be compared.
    pub cases: Vec<Case>,
    /// Arrivals per second.
    pub rate_rps: f64,
    /// How they are spread.
    pub arrivals: Arrivals,
    /// Rounds.
    pub rounds: usize,
    /// Length of a slice.
    pub slice: Duration,
    /// After this long a request is given up.
    pub timeout: Duration,
    /// What requests are spoken in.
    pub protocol: Protocol,
}

/// Makes the load that the options ask for.
///
/// # Errors
/// Exit 2 for what is no load: no request, an unknown exercise, a file that cannot be read, customers.
pub async fn demand(context: &Context, options: &Options, base: &Uri) -> Result<Demand, Failure> {
    let rounds = (options.seconds / (4 * SLICE.as_secs())).max(FEWEST_ROUNDS);
    let slice = Duration::from_secs_f64(options.seconds as f64 / (4 * rounds) as f64).min(SLICE);
    let plain = |mix: Mix, protocol: Protocol| Demand {
        mix,
        templates: Vec::new(),
        cases: Vec::new(),
        rate_rps: options.rate.unwrap_or(RATE),
        arrivals: Arrivals::default(),
        rounds: rounds as usize,
        slice,
        timeout: TIMEOUT,
        protocol,
    };
    if let Some(id) = &options.exercise {
        let exercise = context.course.get(id)?.drawn(SEED)?;
        let asked = |case: &&Case| options.same_answers && case.customer.number() == 0;
        let cases = exercise.behaviour.iter().filter(asked).cloned().collect();
        return Ok(Demand { cases, ..of_load(&exercise, options, plain)? });
    }
    if let Some(file) = &options.load {
        let text = std::fs::read_to_string(file).map_err(|error| {
            Failure::usage(format!("{} cannot be read: {error}", file.display())).remedy("--load FILE, or --get PATH")
        })?;
        let exercise = Exercise::of_load_alone(&text).map_err(|error| {
            Failure::usage(format!("{}: {error}", file.display())).remedy("[load] as an exercise.toml has it")
        })?;
        return of_load(&exercise.drawn(SEED)?, options, plain);
    }
    let protocol = if options.http2 { Protocol::Http2 } else { Protocol::Http1 };
    Ok(plain(of_flags(options, base).await?, protocol))
}

fn of_load(exercise: &Exercise, options: &Options, plain: impl Fn(Mix, Protocol) -> Demand) -> Result<Demand, Failure> {
    let load = &exercise.load;
    let customers = load.requests.iter().any(|request| request.needs_customers());
    if customers {
        return Err(Failure::usage(
            "this load is asked by customers of the workshop's own shop, who must log in there",
        )
        .remedy("choose another exercise, or write a load without `customer` and `{email}`"));
    }
    let made = plain(mix(exercise)?, load.protocol.unwrap_or(Protocol::Http1));
    let rate_rps = options.rate.unwrap_or(load.rate_rps);
    let templates = load.requests.clone();
    Ok(Demand { templates, rate_rps, arrivals: load.arrivals, timeout: load.timeout(), ..made })
}

async fn of_flags(options: &Options, base: &Uri) -> Result<Mix, Failure> {
    let usage = |error: anyhow::Error| Failure::usage(format!("{error:#}")).remedy("cargo lab compare --help");
    let mut requests = Vec::new();
    let body = options.body.clone().unwrap_or_default();
    if let Some(method) = &options.grpc {
        let interfaces = interfaces(options, base, method).await?;
        requests.push(Request::grpc(&interfaces, method.as_str(), body.clone()).map_err(usage)?);
    }
    for path in &options.get {
        let mut request = Request { method: options.method.clone(), ..Request::get(path.as_str()) };
        if options.body.is_some() {
            request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            request.body = Bytes::from(body.clone());
        }
        requests.push(request);
    }
    if requests.is_empty() {
        return Err(Failure::usage("nothing is asked of the two services")
            .remedy("say what: --get /path, --grpc METHOD, --load FILE or --exercise ID"));
    }
    let mut weighted = Vec::new();
    for mut request in requests {
        request.accept.clone_from(&options.accept);
        for line in &options.headers {
            let (name, value) = header_of(line)?;
            request.headers.insert(name, value);
        }
        weighted.extend(with_terms(1.0, request, "{term}", &options.terms, 0.0).map_err(usage)?);
    }
    Mix::new(weighted).map_err(usage)
}

fn header_of(line: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let none = || Failure::usage(format!("{line:?} is no header")).remedy("--header 'name: value'");
    let (name, value) = line.split_once(':').ok_or_else(none)?;
    let mut value = HeaderValue::from_str(value.trim()).map_err(|_| none())?;
    let name: HeaderName = name.trim().parse().map_err(|_| none())?;
    value.set_sensitive(name == header::AUTHORIZATION || name == header::COOKIE);
    Ok((name, value))
}

async fn interfaces(options: &Options, base: &Uri, method: &str) -> Result<DescriptorPool, Failure> {
    let Some(file) = &options.descriptors else {
        return reflected(base, method).await.map_err(|error| {
            Failure::unfit(format!("the interfaces cannot be asked of the server: {error:#}")).remedy(
                "a file has them too: protoc --include_imports --descriptor_set_out=FILE …, then --descriptors FILE",
            )
        });
    };
    let read = std::fs::read(file).map_err(|error| error.to_string());
    let pool = read.and_then(|bytes| DescriptorPool::decode(bytes.as_slice()).map_err(|error| error.to_string()));
    pool.map_err(|error| {
        Failure::usage(format!("{}: {error}", file.display()))
            .remedy("it is written by protoc --include_imports --descriptor_set_out=FILE …")
    })
}

#[cfg(test)]
mod tests {
    use super::header_of;

    #[test]
    fn a_header_has_a_name_and_a_value_and_secrets_are_marked() {
        let (name, value) = header_of("Authorization:  Bearer x").unwrap();
        assert_eq!((name.as_str(), value.to_str().unwrap(), value.is_sensitive()), ("authorization", "Bearer x", true));
        for wrong in ["authorization", ": x", "a b: c", "name: \u{7}"] {
            assert!(header_of(wrong).is_err(), "{wrong:?}");
        }
    }
}
