//! What the user's shell says about other servers reaches none of ours; what a server lacks is said before any work.

use std::process::{Command, Stdio};

use sqlx::Connection as _;
use stack::{Needs, Provider, Stack, StackError, Surroundings, quiet};

use crate::{forced, state, work};

/// Each of these kept a private server from starting, or its client from reaching it.
const FOREIGN: [(&str, &str); 12] = [
    ("PGSSLMODE", "require"),
    ("PGOPTIONS", "-c statement_timeout=1"),
    ("PGUSER", "nobody-here"),
    ("PGHOST", "192.0.2.1"),
    ("ERL_FLAGS", "-sname test"),
    ("ERL_AFLAGS", "-name test@nowhere"),
    ("RABBITMQ_CONFIG_FILES", "/nonexistent"),
    ("RABBITMQ_NODENAME", "other@elsewhere"),
    ("REDISCLI_AUTH", "secret"),
    ("LC_ALL", "xx_XX.nonsense"),
    ("http_proxy", "http://192.0.2.1:1"),
    ("NOTIFY_SOCKET", "/nonexistent"),
];

#[tokio::test(flavor = "multi_thread")]
async fn private_servers_start_whatever_the_shell_says_about_others() {
    let state = state();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stack"));
    command.args([
        "run",
        "--",
        "sh",
        "-c",
        "test -z \"$PGOPTIONS\" && printf %s \"$DATABASE_URL $AMQP_URL $http_proxy\"",
    ]);
    for variable in ["DATABASE_URL", "REDIS_URL", "AMQP_URL"] {
        command.env_remove(variable);
    }
    command.env("WORKSHOP_STATE", state.path()).env("WORKSHOP_STACK", "native").envs(FOREIGN).stdin(Stdio::null());
    let output = command.output().unwrap();
    let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}");
    assert!(said.starts_with("postgres://") && said.contains(" amqp://"), "{said}");
    assert!(said.ends_with("http://192.0.2.1:1"), "what is not ours is passed on: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_create_databases_is_refused_before_any_work() {
    let state = state();
    let owner =
        Stack::start_in(&forced(state.path(), Provider::Native), Needs::NONE.with_postgres(), &quiet).await.unwrap();
    let admin = owner.database_url().unwrap().to_owned();
    let mut connection = sqlx::PgConnection::connect(&admin).await.unwrap();
    sqlx::raw_sql("create role guest login").execute(&mut connection).await.unwrap();
    let as_guest = admin.replace("postgres://postgres@", "postgres://guest@");
    assert_ne!(as_guest, admin);
    let surroundings = Surroundings::bare(state.path()).with_variable("DATABASE_URL", &as_guest);
    let refused = Stack::start_in(&surroundings, Needs::NONE.with_postgres(), &quiet).await.map(drop).unwrap_err();
    assert!(matches!(refused, StackError::NotEnough { .. }), "{refused}");
    let message = refused.to_string();
    assert!(message.contains("alter role guest createdb") && message.contains("DATABASE_URL"), "{message}");

    sqlx::raw_sql("alter role guest createdb").execute(&mut connection).await.unwrap();
    let guest = Stack::start_in(&surroundings, Needs::NONE.with_postgres(), &quiet).await.unwrap();
    work::queries(guest.database_url().unwrap()).await;
    guest.stop().await.unwrap();
    owner.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_room_for_the_shops_connections_is_refused() {
    let state = state();
    let owner =
        Stack::start_in(&forced(state.path(), Provider::Native), Needs::NONE.with_postgres(), &quiet).await.unwrap();
    let admin = owner.database_url().unwrap().to_owned();
    let mut held = Vec::new();
    // 200 there are, three of them kept for administrators.
    for _ in 0..150 {
        held.push(sqlx::PgConnection::connect(&admin).await.unwrap());
    }
    let surroundings = Surroundings::bare(state.path()).with_variable("DATABASE_URL", &admin);
    let refused = Stack::start_in(&surroundings, Needs::NONE.with_postgres(), &quiet).await.map(drop).unwrap_err();
    assert!(refused.to_string().contains("raise max_connections"), "{refused}");
    drop(held);
    owner.stop().await.unwrap();
}
