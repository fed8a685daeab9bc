//! The stack itself: tries the three ways in order, and hands out URLs.

use std::fmt;
use std::pin::Pin;

use crate::docker::Container;
use crate::native::Native;
use crate::{
    Ledger, Needs, Progress, Provider, Server, StackError, Surroundings, answer, databases, docker, engine, fit,
    ledger, native, quiet,
};

/// Running servers. Stop it with [`Stack::stop`]; dropping it stops everything too, blocking for a moment.
pub struct Stack {
    given: Vec<Given>,
    containers: Vec<Container>,
    native: Option<Native>,
    /// The page that lists what was started here; none if everything came from the environment.
    ledger: Option<Ledger>,
}

struct Given {
    server: Server,
    provider: Provider,
    url: String,
}

impl Stack {
    /// Gets the servers: each from its URL in the environment if that is set, else from Docker, else from the machine's
    /// packages. Sweeps first. `WORKSHOP_STACK` forces one way.
    pub async fn start(needs: Needs, progress: Progress<'_>) -> Result<Stack, StackError> {
        Self::start_in(&Surroundings::here(), needs, progress).await
    }

    /// Gets all servers in one way, or fails.
    pub async fn start_with(provider: Provider, needs: Needs, progress: Progress<'_>) -> Result<Stack, StackError> {
        let here = Surroundings::here().with_variable("WORKSHOP_STACK", &provider.to_string());
        Self::start_in(&here, needs, progress).await
    }

    /// The same in other surroundings than this process's. Boxed, so that the three ways of getting servers are compiled here
    /// and not again in every program.
    pub fn start_in<'a>(
        surroundings: &'a Surroundings,
        needs: Needs,
        progress: Progress<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<Stack, StackError>> + Send + 'a>> {
        Box::pin(Self::get(surroundings, needs, progress))
    }

    async fn get(surroundings: &Surroundings, needs: Needs, progress: Progress<'_>) -> Result<Stack, StackError> {
        let forced = surroundings.forced()?;
        let mut stack = Stack { given: Vec::new(), containers: Vec::new(), native: None, ledger: None };
        let mut open = needs.servers();
        if forced.is_none_or(|only| only == Provider::Environment) {
            open = stack.take_urls(open, surroundings).await?;
        }
        match (open.first(), forced) {
            (None, _) => return Ok(stack),
            (Some(server), Some(Provider::Environment)) => return Err(StackError::Unset(server.variable())),
            _ => {}
        }
        let swept = ledger::sweep_in(surroundings.state()).await?;
        if !swept.is_empty() {
            progress(&format!("left by a run that did not end in order: {swept}"));
        }
        let ledger = Ledger::open_in(surroundings.state())?;
        stack.ledger = Some(ledger.clone());
        if forced != Some(Provider::Native) {
            open = stack.start_containers(open, forced, &ledger, progress).await?;
        }
        if !open.is_empty() {
            stack.start_programs(&open, surroundings, &ledger, progress).await?;
        }
        stack.given.sort_by_key(|given| given.server);
        Ok(stack)
    }

    /// Takes the servers whose URL is set, and returns the others.
    async fn take_urls(
        &mut self,
        servers: Vec<Server>,
        surroundings: &Surroundings,
    ) -> Result<Vec<Server>, StackError> {
        let mut others = Vec::new();
        for server in servers {
            match surroundings.url(server) {
                Some(url) => {
                    check_url(server, url, surroundings.are_servers_checked()).await?;
                    self.given.push(Given { server, provider: Provider::Environment, url: url.to_owned() });
                }
                None => others.push(server),
            }
        }
        Ok(others)
    }

    /// Starts what Docker can give, and returns the others. Where Docker is forced, what it cannot give is an error.
    async fn start_containers(
        &mut self,
        servers: Vec<Server>,
        forced: Option<Provider>,
        ledger: &Ledger,
        progress: Progress<'_>,
    ) -> Result<Vec<Server>, StackError> {
        let must = forced == Some(Provider::Docker);
        let engine = match engine::connect().await {
            Ok(engine) => engine,
            Err(why) if must => return Err(StackError::NoEngine(why)),
            Err(_) => return Ok(servers),
        };
        // Side by side: each takes seconds, most of them waiting.
        let starts = async |server: Server| {
            if servers.contains(&server) { Some(docker::start(server, &engine, ledger, progress).await) } else { None }
        };
        let [postgres, redis, rabbitmq] = Server::ALL;
        let (first, second, third) = tokio::join!(starts(postgres), starts(redis), starts(rabbitmq));
        let mut others = Vec::new();
        for (server, started) in Server::ALL.into_iter().zip([first, second, third]) {
            match started {
                None => {}
                Some(Ok(container)) => {
                    self.given.push(Given { server, provider: Provider::Docker, url: container.url.clone() });
                    self.containers.push(container);
                }
                Some(Err(error)) if must => return Err(error),
                Some(Err(error)) => {
                    progress(&format!("{error}; using the machine's own packages instead"));
                    others.push(server);
                }
            }
        }
        Ok(others)
    }

    async fn start_programs(
        &mut self,
        servers: &[Server],
        surroundings: &Surroundings,
        ledger: &Ledger,
        progress: Progress<'_>,
    ) -> Result<(), StackError> {
        let native = native::start(servers, surroundings, ledger, progress).await?;
        for (server, started) in &native.servers {
            self.given.push(Given { server: *server, provider: Provider::Native, url: started.url.clone() });
        }
        self.native = Some(native);
        Ok(())
    }

    /// The URL of a server, if it was asked for.
    pub fn url(&self, server: Server) -> Option<&str> {
        self.given.iter().find(|given| given.server == server).map(|given| given.url.as_str())
    }

    /// The URL of Postgres: a database for administration, from which others are created.
    pub fn database_url(&self) -> Option<&str> {
        self.url(Server::Postgres)
    }

    /// The URL of Redis.
    pub fn redis_url(&self) -> Option<&str> {
        self.url(Server::Redis)
    }

    /// The URL of RabbitMQ, its default virtual host. Users keep apart by a prefix before every name (`AMQP_PREFIX`):
    /// to create virtual hosts takes an administrator's tools, which a URL does not give.
    pub fn amqp_url(&self) -> Option<&str> {
        self.url(Server::RabbitMq)
    }

    /// The servers, and where each came from.
    pub fn providers(&self) -> Vec<(Server, Provider)> {
        self.given.iter().map(|given| (given.server, given.provider)).collect()
    }

    /// The URLs by the names of their environment variables, for a child process.
    pub fn variables(&self) -> Vec<(&'static str, &str)> {
        self.given.iter().map(|given| (given.server.variable(), given.url.as_str())).collect()
    }

    /// Creates database `name` as a copy of `template`, and returns its URL. Waits up to ten seconds for others to
    /// leave the template.
    pub async fn create_database_from(&self, template: &str, name: &str) -> Result<String, StackError> {
        databases::create_from(self.admin()?, template, name).await
    }

    /// Drops a database, and throws out whoever is connected to it. One that is not there is no error.
    pub async fn drop_database(&self, name: &str) -> Result<(), StackError> {
        databases::drop_database(self.admin()?, name).await
    }

    fn admin(&self) -> Result<&str, StackError> {
        self.database_url().ok_or(StackError::Unset(Server::Postgres.variable()))
    }

    /// Stops what was started here, side by side, and removes its data. Servers of the environment are left alone.
    pub fn stop(self) -> Pin<Box<dyn Future<Output = Result<(), StackError>> + Send>> {
        Box::pin(self.stop_all())
    }

    async fn stop_all(mut self) -> Result<(), StackError> {
        let mut stopping = tokio::task::JoinSet::new();
        for container in self.containers.drain(..) {
            stopping.spawn(container.stop());
        }
        if let Some(native) = self.native.take() {
            stopping.spawn(native.stop());
        }
        stopping.join_all().await.into_iter().collect()
    }

    /// Leaves the servers running after this process, for `cargo lab up`; [`ledger::stop_persistent`] ends them. The
    /// whole ledger page of this process becomes persistent: services recorded on it stay too.
    pub fn detach(mut self) -> Result<(), StackError> {
        if let Some(ledger) = &self.ledger {
            ledger.persist(&self.variables())?;
        }
        self.containers.drain(..).for_each(Container::release);
        if let Some(native) = self.native.take() {
            native.release();
        }
        Ok(())
    }
}

impl fmt::Display for Stack {
    /// One line for each server: what, from where, at which address. No passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, given) in self.given.iter().enumerate() {
            let address = answer::address(given.server, &given.url).unwrap_or_default();
            let end = if at + 1 == self.given.len() { "" } else { "\n" };
            write!(f, "{:<9} {:<11} {address}{end}", given.server.to_string(), given.provider.to_string())?;
        }
        Ok(())
    }
}

/// Can the URL be used, does its server answer, and can it do what is needed? The one place that asks, for a start as for the
/// doctor, before anything is made.
/// Where the server is known to be fit, only whether it answers.
pub(crate) async fn check_url(server: Server, url: &str, is_fit: bool) -> Result<(), StackError> {
    let variable = server.variable();
    fit::url_fits(server, url).map_err(|why| StackError::BadUrl { variable, why })?;
    let address = answer::address(server, url).map_err(|why| StackError::BadUrl { variable, why })?;
    let no_answer = |why| StackError::NoAnswer { server, variable, address: address.clone(), why };
    answer::answers(server, url).await.map_err(no_answer)?;
    if is_fit {
        return Ok(());
    }
    let fits = tokio::time::timeout(answer::TIMEOUT, fit::server_fits(server, url)).await;
    fits.map_err(|_| no_answer("no reply within 5 s".to_owned()))?.map_err(|why| StackError::NotEnough {
        server,
        variable,
        address: address.clone(),
        why,
    })
}

/// A stack for a test. Under `stack run` (as in `make test`) it is the one that all tests share, from the environment;
/// otherwise the one that `cargo lab up` left running, if it has all that is needed; otherwise the test's own. Tests
/// keep apart by a database, a Redis prefix and an AMQP prefix of their own.
pub async fn test_stack(needs: Needs) -> Result<Stack, StackError> {
    test_stack_in(&Surroundings::here(), needs).await
}

/// The same in other surroundings than this process's.
pub async fn test_stack_in(surroundings: &Surroundings, needs: Needs) -> Result<Stack, StackError> {
    let missing: Vec<_> = needs
        .servers()
        .into_iter()
        .filter(|server| surroundings.url(*server).is_none())
        .map(Server::variable)
        .collect();
    // Not once more for every test: room for all of them was asked for when the servers started, and the tests fill it.
    let mut joined = surroundings.clone().with_checked_servers();
    // Where one way is forced, another one's servers would be the wrong ones.
    if surroundings.forced()?.is_none()
        && let Some(up) = ledger::persistent_in(surroundings.state())?
        && missing.iter().all(|variable| up.urls.contains_key(*variable))
    {
        joined = missing.iter().fold(joined, |joined, variable| joined.with_variable(variable, &up.urls[*variable]));
    }
    Stack::start_in(&joined, needs, &quiet).await
}
