//! The three ways to get servers, each doing real work.

use stack::{Needs, Provider, Server, Stack, StackError, Surroundings, skipped, to_stderr};

use crate::{forced, private, state, work};

fn all_from(provider: Provider) -> Vec<(Server, Provider)> {
    Server::ALL.into_iter().map(|server| (server, provider)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_machines_own_packages_give_all_three_and_leave_nothing_behind() {
    let state = state();
    let surroundings = forced(state.path(), Provider::Native);
    let stack = Stack::start_in(&surroundings, Needs::ALL, &to_stderr).await.unwrap();
    assert_eq!(stack.providers(), all_from(Provider::Native));
    work::works(&stack).await;
    work::knows_letters(stack.database_url().unwrap()).await;
    stack.stop().await.unwrap();
    assert_eq!(std::fs::read_dir(state.path().join("run")).unwrap().count(), 0, "the data is gone");
    assert_eq!(std::fs::read_dir(state.path().join("ledger")).unwrap().count(), 0, "the page is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn urls_in_the_environment_are_used_as_they_are_and_their_servers_stay() {
    let state = state();
    let owner = Stack::start_in(&forced(state.path(), Provider::Native), Needs::ALL, &to_stderr).await.unwrap();
    let surroundings = owner
        .variables()
        .into_iter()
        .fold(Surroundings::bare(state.path()), |surroundings, (name, url)| surroundings.with_variable(name, url));
    let guest = Stack::start_in(&surroundings, Needs::ALL, &to_stderr).await.unwrap();
    assert_eq!(guest.providers(), all_from(Provider::Environment));
    assert_eq!(guest.database_url(), owner.database_url());
    work::works(&guest).await;
    guest.stop().await.unwrap();
    work::works(&owner).await;
    owner.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_give_all_three_where_a_docker_engine_answers() {
    let state = state();
    let surroundings = forced(state.path(), Provider::Docker);
    let stack = match Stack::start_in(&surroundings, Needs::ALL, &to_stderr).await {
        Ok(stack) => stack,
        Err(error @ (StackError::NoEngine(_) | StackError::Container { .. })) => return skipped("docker", error),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(stack.providers(), all_from(Provider::Docker));
    work::works(&stack).await;
    work::knows_letters(stack.database_url().unwrap()).await;
    let page = std::fs::read_dir(state.path().join("ledger")).unwrap().flatten().next().unwrap();
    let page = std::fs::read_to_string(page.path()).unwrap();
    assert_eq!(page.matches("workshop-").count(), 3, "all three containers are on the page: {page}");
    stack.stop().await.unwrap();
    assert_eq!(std::fs::read_dir(state.path().join("ledger")).unwrap().count(), 0, "the page is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_url_and_two_private_servers_mix() {
    let state = state();
    let native = forced(state.path(), Provider::Native);
    let redis = Stack::start_in(&native, Needs::NONE.with_redis(), &to_stderr).await.unwrap();
    let surroundings = private(state.path()).with_variable("REDIS_URL", redis.redis_url().unwrap());
    let needs = Needs::NONE.with_postgres().with_redis();
    let stack = Stack::start_in(&surroundings, needs, &to_stderr).await.unwrap();
    let providers = stack.providers();
    assert_eq!(providers[1], (Server::Redis, Provider::Environment));
    assert_ne!(providers[0], (Server::Postgres, Provider::Environment));
    assert_eq!(stack.amqp_url(), None, "what was not asked for is not given");
    work::queries(stack.database_url().unwrap()).await;
    work::remembers(stack.redis_url().unwrap()).await;
    stack.stop().await.unwrap();
    redis.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_folder_that_others_cannot_enter_is_no_obstacle() {
    // As in root's home folder: the user that Postgres then runs as could not reach its data there.
    let closed = tempfile::tempdir().unwrap();
    let surroundings = forced(closed.path(), Provider::Native);
    let stack = Stack::start_in(&surroundings, Needs::NONE.with_postgres(), &to_stderr).await.unwrap();
    work::queries(stack.database_url().unwrap()).await;
    stack.stop().await.unwrap();
    assert_eq!(std::fs::read_dir(closed.path().join("ledger")).unwrap().count(), 0, "the page is gone");
}
