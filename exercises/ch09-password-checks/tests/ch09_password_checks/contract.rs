//! One table of cases, run over every implementation.

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use password_checks::{CheckError, PasswordChecks, Passwords, SEAM};
use std::{sync::Arc, time::Duration};
use variant::Variant;

/// A hash at the lowest cost argon2 knows; what these tests ask does not depend on it.
fn hashed(password: &str) -> String {
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
    cheap.hash_password(password.as_bytes()).unwrap().to_string()
}

fn passwords(implementation: PasswordChecks) -> Passwords {
    Passwords::new(implementation, Some(hashed("the decoy's own password"))).unwrap()
}

#[tokio::test]
async fn only_the_right_password_of_a_known_user_matches() {
    let long = "x".repeat(200);
    let cases = [
        ("the right one", "workshop", Some("workshop"), true),
        ("a wrong one", "Workshop", Some("workshop"), false),
        ("nothing instead of one", "", Some("workshop"), false),
        ("an empty one", "", Some(""), true),
        ("spaces count", "workshop ", Some("workshop"), false),
        ("beyond ASCII", "pässwörd 富士 🪑", Some("pässwörd 富士 🪑"), true),
        ("another spelling of the same letters", "pa\u{308}sswörd 富士 🪑", Some("pässwörd 富士 🪑"), false),
        ("the longest a login may send", &long, Some(&long), true),
        ("its beginning", &long[..199], Some(&long), false),
        ("an unknown user", "workshop", None, false),
        ("an unknown user with the decoy's password", "the decoy's own password", None, false),
    ];
    for implementation in PasswordChecks::under_test() {
        let passwords = passwords(implementation);
        for (name, word, stored, matches) in &cases {
            let found = passwords.matches((*word).to_owned(), stored.map(hashed)).await.unwrap();
            assert_eq!(found, *matches, "{implementation:?}: {name}");
        }
    }
}

#[tokio::test]
async fn a_stored_hash_that_cannot_be_read_is_an_error_and_no_match() {
    for implementation in PasswordChecks::under_test() {
        for broken in ["", "workshop", "$argon2id$v=19$m=8,t=1,p=1$", "$scrypt$ln=1,r=8,p=1$c2FsdHNhbHQ$AAAA"] {
            let found = passwords(implementation).matches("workshop".to_owned(), Some(broken.to_owned())).await;
            assert!(matches!(found, Err(CheckError::Hash(_))), "{implementation:?}: {broken:?}: {found:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_at_the_same_time_do_not_mix_their_results() {
    for implementation in PasswordChecks::under_test() {
        let passwords = Arc::new(passwords(implementation));
        let mut logins = tokio::task::JoinSet::new();
        for n in 0..40 {
            let passwords = passwords.clone();
            let (word, stored) = (format!("word {n}"), hashed(&format!("word {}", n - n % 2)));
            logins.spawn(async move { (n % 2 == 0, passwords.matches(word, Some(stored)).await.unwrap()) });
        }
        while let Some(login) = logins.join_next().await {
            let (expected, found) = login.unwrap();
            assert_eq!(found, expected, "{implementation:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_who_leave_keep_nobody_from_logging_in() {
    let stored = hashed("workshop");
    for implementation in PasswordChecks::under_test() {
        let passwords = passwords(implementation);
        for micros in (0..40).map(|n| n * 5) {
            let left = passwords.matches("workshop".to_owned(), Some(stored.clone()));
            let _ = tokio::time::timeout(Duration::from_micros(micros), left).await;
        }
        let stays = passwords.matches("workshop".to_owned(), Some(stored.clone()));
        assert!(tokio::time::timeout(Duration::from_secs(10), stays).await.unwrap().unwrap(), "{implementation:?}");
    }
}

#[tokio::test]
async fn without_any_stored_hash_the_decoy_costs_what_argon2_advises() {
    for implementation in PasswordChecks::under_test() {
        let passwords = Passwords::new(implementation, None).unwrap();
        assert!(!passwords.matches("workshop".to_owned(), None).await.unwrap(), "{implementation:?}");
    }
}

#[test]
fn every_variant_has_its_implementation_and_an_unknown_trap_has_none() {
    let built: Vec<_> = variant::under_test(SEAM).iter().map(|one| PasswordChecks::try_from(one).unwrap()).collect();
    assert_eq!(built, PasswordChecks::under_test());
    assert!(PasswordChecks::try_from(&Variant::Trap("rayon".to_owned())).is_err());
}
