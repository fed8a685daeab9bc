//! Which way would give each server, without starting anything: what a doctor wants to know.

use crate::stack::check_url;
use crate::{Needs, Provider, Server, StackError, Surroundings, answer, docker, engine, native};

/// What was found for one server.
#[derive(Debug)]
pub struct Finding {
    /// The server.
    pub server: Server,
    /// The way that would give it, or why none does; the error's message ends with the remedy.
    pub outcome: Result<Provider, StackError>,
    /// Where it is: an address, an image, a program, or the package that would be installed.
    pub detail: String,
}

/// Looks at URLs (does the server answer?), at the Docker engine, and at the machine's programs.
pub async fn probe(surroundings: &Surroundings, needs: Needs) -> Result<Vec<Finding>, StackError> {
    let forced = surroundings.forced()?;
    let allowed = |provider| forced.is_none_or(|only| only == provider);
    let engine = if allowed(Provider::Docker) { engine::connect().await } else { Err("not wanted".to_owned()) };
    let mut findings = Vec::new();
    for server in needs.servers() {
        let url = surroundings.url(server).filter(|_| allowed(Provider::Environment));
        let (outcome, detail) = if let Some(url) = url {
            let detail = answer::address(server, url).unwrap_or_default();
            (check_url(server, url, false).await.map(|()| Provider::Environment), detail)
        } else if forced == Some(Provider::Environment) {
            (Err(StackError::Unset(server.variable())), String::new())
        } else if engine.is_ok() {
            (Ok(Provider::Docker), docker::image(server))
        } else if forced == Some(Provider::Docker) {
            (Err(StackError::NoEngine(engine.as_ref().err().cloned().unwrap_or_default())), String::new())
        } else {
            native::probe(server, surroundings)
        };
        findings.push(Finding { server, outcome, detail });
    }
    Ok(findings)
}
