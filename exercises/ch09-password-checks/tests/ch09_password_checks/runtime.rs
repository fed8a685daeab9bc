//! The runtime that each implementation builds, and what a check leaves of it for others.

use argon2::{Argon2, PasswordHasher as _};
use password_checks::{PasswordChecks, Passwords};
use std::time::Duration;
use tokio::{net::TcpListener, time::timeout};

#[test]
fn every_runtime_has_timers_and_sockets() {
    for implementation in PasswordChecks::under_test() {
        let runtime = implementation.runtime().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            assert!(timeout(Duration::from_millis(1), listener.accept()).await.is_err(), "{implementation:?}");
        });
    }
}

/// How often another task on the same thread gets its turn while one password is checked.
async fn turns_during_a_check(implementation: PasswordChecks) -> u32 {
    let stored = Argon2::default().hash_password(b"workshop").unwrap().to_string();
    let passwords = Passwords::new(implementation, Some(stored.clone())).unwrap();
    let mut check = std::pin::pin!(passwords.matches("workshop".to_owned(), Some(stored)));
    let mut turns = 0;
    loop {
        tokio::select! {
            biased;
            matches = &mut check => {
                assert!(matches.unwrap());
                return turns;
            }
            () = tokio::time::sleep(Duration::from_millis(1)) => turns += 1,
        }
    }
}

/// The default cost of argon2 is many milliseconds, also where it is optimised.
#[tokio::test(flavor = "current_thread")]
async fn the_fixed_check_leaves_its_thread_to_others() {
    assert!(turns_during_a_check(PasswordChecks::Fixed).await >= 5);
}
