//! A stack that was left running: it is found by its record, used by others, and stopped by whoever asks.

use stack::{Needs, Provider, Stack, Surroundings, ledger, quiet, test_stack_in};

use crate::{forced, state, work};

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_stack_serves_until_it_is_stopped() {
    let state = state();
    let surroundings = forced(state.path(), Provider::Native);
    let needs = Needs::NONE.with_postgres().with_redis();
    let stack = Stack::start_in(&surroundings, needs, &quiet).await.unwrap();
    stack.detach().unwrap();

    let up = ledger::persistent_in(state.path()).unwrap().unwrap();
    assert_eq!(up.processes.len(), 2, "{up:?}");
    let guest = test_stack_in(&Surroundings::bare(state.path()), needs).await.unwrap();
    assert!(guest.providers().iter().all(|(_, provider)| *provider == Provider::Environment));
    work::queries(guest.database_url().unwrap()).await;
    work::remembers(guest.redis_url().unwrap()).await;
    guest.stop().await.unwrap();

    let swept = ledger::stop_persistent_in(state.path()).await.unwrap();
    assert_eq!(swept.processes.len(), 2, "{swept}");
    assert_eq!(swept.folders.len(), 1, "{swept}");
    assert!(!swept.folders[0].exists());
    assert_eq!(ledger::persistent_in(state.path()).unwrap(), None);
}
