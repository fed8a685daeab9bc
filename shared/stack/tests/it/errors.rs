//! What cannot be had is said in one message, with the remedy, and never with a password.

use stack::{Needs, Provider, Stack, StackError, Surroundings, probe, quiet};

use crate::{forced, state};

async fn refusal(surroundings: &Surroundings, needs: Needs) -> StackError {
    match Stack::start_in(surroundings, needs, &quiet).await {
        Ok(stack) => panic!("it started: {stack}"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_url_that_nobody_answers_is_named_without_its_password() {
    let state = state();
    for (variable, url, needs) in [
        ("DATABASE_URL", "postgres://ada:secret@127.0.0.1:9/shop", Needs::NONE.with_postgres()),
        ("REDIS_URL", "redis://:secret@127.0.0.1:9", Needs::NONE.with_redis()),
        ("AMQP_URL", "amqp://ada:secret@127.0.0.1:9/%2f", Needs::NONE.with_rabbitmq()),
    ] {
        let surroundings = Surroundings::bare(state.path()).with_variable(variable, url);
        let error = refusal(&surroundings, needs).await;
        let message = error.to_string();
        assert!(matches!(error, StackError::NoAnswer { .. }), "{message}");
        assert!(message.contains(variable) && message.contains("127.0.0.1:9"), "{message}");
        assert!(!message.contains("secret"), "{message}");
        assert_eq!(error.exit_code(), 3);
    }
}

#[tokio::test]
async fn a_url_that_cannot_be_read_is_refused_without_being_repeated() {
    let state = state();
    for (variable, needs) in [
        ("DATABASE_URL", Needs::NONE.with_postgres()),
        ("REDIS_URL", Needs::NONE.with_redis()),
        ("AMQP_URL", Needs::NONE.with_rabbitmq()),
    ] {
        let surroundings = Surroundings::bare(state.path()).with_variable(variable, "not a url: secret");
        let error = refusal(&surroundings, needs).await;
        let message = error.to_string();
        assert!(matches!(error, StackError::BadUrl { .. }), "{message}");
        assert!(message.contains(variable) && !message.contains("secret"), "{message}");
    }
}

#[tokio::test]
async fn a_missing_program_is_an_error_with_three_remedies() {
    let state = state();
    let surroundings = Surroundings::bare(state.path()).with_variable("WORKSHOP_STACK", "native");
    let error = refusal(&surroundings, Needs::NONE.with_redis()).await;
    let message = error.to_string();
    assert!(message.starts_with("Redis is not there"), "{message}");
    for remedy in ["install Docker", "redis", "REDIS_URL"] {
        assert!(message.contains(remedy), "{message}");
    }
    assert_eq!(error.exit_code(), 3);
}

#[tokio::test]
async fn a_program_that_ends_at_once_is_quoted() {
    let state = state();
    let programs = tempfile::tempdir().unwrap();
    let fake = programs.path().join("redis-server");
    std::fs::write(&fake, "#!/bin/sh\necho 'FATAL: no room for the heap' >&2\nexit 9\n").unwrap();
    std::fs::set_permissions(&fake, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let surroundings = Surroundings::bare(state.path())
        .with_variable("WORKSHOP_STACK", "native")
        .with_places(vec![programs.path().to_owned()]);
    let error = refusal(&surroundings, Needs::NONE.with_redis()).await;
    assert!(matches!(error, StackError::Died { .. }), "{error}");
    assert!(error.to_string().contains("no room for the heap"), "{error}");
    assert_eq!(std::fs::read_dir(state.path().join("run")).unwrap().count(), 0, "its folder is gone");
}

#[tokio::test]
async fn a_forced_environment_without_its_url_is_refused() {
    let state = state();
    let error = refusal(&forced(state.path(), Provider::Environment), Needs::NONE.with_redis()).await;
    assert!(error.to_string().contains("REDIS_URL is not set"), "{error}");
}

#[tokio::test]
async fn an_unknown_provider_is_a_mistake_of_the_caller() {
    let state = state();
    let surroundings = Surroundings::bare(state.path()).with_variable("WORKSHOP_STACK", "podman");
    let error = refusal(&surroundings, Needs::ALL).await;
    assert!(error.to_string().contains("podman"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[tokio::test]
async fn a_state_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("a-file");
    std::fs::write(&state, "in the way").unwrap();
    let error = refusal(&forced(&state, Provider::Native), Needs::NONE.with_redis()).await;
    let message = error.to_string();
    assert!(message.contains("a-file") && message.contains("WORKSHOP_STATE"), "{message}");
}

#[tokio::test]
async fn a_doctor_learns_the_way_or_the_remedy_without_starting_anything() {
    let state = state();
    let bare = Surroundings::bare(state.path()).with_variable("WORKSHOP_STACK", "native");
    let findings = probe(&bare, Needs::ALL).await.unwrap();
    assert_eq!(findings.len(), 3);
    assert!(findings.iter().all(|finding| matches!(finding.outcome, Err(StackError::NotThere { .. }))));
    let findings = probe(&forced(state.path(), Provider::Native), Needs::ALL).await.unwrap();
    assert!(findings.iter().all(|finding| finding.outcome.is_ok()), "{findings:?}");
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0, "nothing was written");
}
