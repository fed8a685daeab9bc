//! The users: names from many places, one address each, and the password they all share.

use crate::{
    Rows,
    row_rng::{Purpose, RowRng},
};

/// The password of every demo user. The shop is a workshop; nobody's secret is behind it.
pub const DEMO_PASSWORD: &str = "workshop";

/// The argon2id hash of [`DEMO_PASSWORD`] (19 MiB, two passes, one lane), computed once and written down here.
///
/// A hash is slow on purpose: 5,000 users with a salt each would take minutes to load. All demo users share this one,
/// salt included, which a real shop must never do.
pub const DEMO_PASSWORD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2hvcC1kZW1vLXNhbHQxNg$W/TmzgpfdcdhF0hZw944Us5ErJ9txUNJbTVloGev78o";

/// Given names, and how an address spells them.
const GIVEN: [(&str, &str); 40] = [
    ("Ada", "ada"),
    ("Amélie", "amelie"),
    ("Anouk", "anouk"),
    ("Astrid", "astrid"),
    ("Beatriz", "beatriz"),
    ("Björn", "bjorn"),
    ("Chiara", "chiara"),
    ("Daniel", "daniel"),
    ("Elif", "elif"),
    ("Emil", "emil"),
    ("Fatima", "fatima"),
    ("François", "francois"),
    ("Freja", "freja"),
    ("Grace", "grace"),
    ("Hannah", "hannah"),
    ("Hiroshi", "hiroshi"),
    ("Ines", "ines"),
    ("Jakub", "jakub"),
    ("Jürgen", "jurgen"),
    ("Kaito", "kaito"),
    ("Klára", "klara"),
    ("Lars", "lars"),
    ("Leïla", "leila"),
    ("Lukas", "lukas"),
    ("Maren", "maren"),
    ("Mehmet", "mehmet"),
    ("Nadia", "nadia"),
    ("Noah", "noah"),
    ("Olga", "olga"),
    ("Óscar", "oscar"),
    ("Priya", "priya"),
    ("Rosa", "rosa"),
    ("Sarah", "sarah"),
    ("Søren", "soren"),
    ("Tomás", "tomas"),
    ("Ulrike", "ulrike"),
    ("Wei", "wei"),
    ("Yara", "yara"),
    ("Zoë", "zoe"),
    ("美咲", "misaki"),
];
const FAMILY: [(&str, &str); 40] = [
    ("Andersson", "andersson"),
    ("Bianchi", "bianchi"),
    ("Brown", "brown"),
    ("Castro", "castro"),
    ("Chen", "chen"),
    ("Dubois", "dubois"),
    ("Eriksen", "eriksen"),
    ("Fischer", "fischer"),
    ("Fournier", "fournier"),
    ("García", "garcia"),
    ("Hansen", "hansen"),
    ("Haugen", "haugen"),
    ("Ivanova", "ivanova"),
    ("Jensen", "jensen"),
    ("Kaya", "kaya"),
    ("Kowalski", "kowalski"),
    ("Lefèvre", "lefevre"),
    ("Lindqvist", "lindqvist"),
    ("Martin", "martin"),
    ("Meyer", "meyer"),
    ("Moreau", "moreau"),
    ("Müller", "muller"),
    ("Nakamura", "nakamura"),
    ("Nguyen", "nguyen"),
    ("Novák", "novak"),
    ("O'Brien", "obrien"),
    ("Okafor", "okafor"),
    ("Papadakis", "papadakis"),
    ("Patel", "patel"),
    ("Quist", "quist"),
    ("Rossi", "rossi"),
    ("Sørensen", "sorensen"),
    ("Schmidt", "schmidt"),
    ("Silva", "silva"),
    ("Smith", "smith"),
    ("Tanaka", "tanaka"),
    ("Visser", "visser"),
    ("Weiß", "weiss"),
    ("Yılmaz", "yilmaz"),
    ("田中", "tanaka"),
];

/// The address of a demo user, such as `sarah.novak.7@example.com`.
#[must_use]
pub fn demo_email(id: u64) -> String {
    Person::of(id).email
}

struct Person {
    name: String,
    email: String,
}

impl Person {
    fn of(id: u64) -> Self {
        let mut rng = RowRng::new(Purpose::User, id);
        let (given, given_ascii) = GIVEN[rng.below(GIVEN.len() as u64) as usize];
        let (family, family_ascii) = FAMILY[rng.below(FAMILY.len() as u64) as usize];
        Self { name: format!("{given} {family}"), email: format!("{given_ascii}.{family_ascii}.{id}@example.com") }
    }
}

pub(crate) fn encode(id: u64, rows: &mut Rows) {
    let person = Person::of(id);
    rows.row(4).bigint(id).text(&person.email).text(&person.name).text(DEMO_PASSWORD_HASH);
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{Argon2, PasswordHash, PasswordVerifier as _};

    #[test]
    fn the_demo_password_matches_its_hash() {
        let hash = PasswordHash::new(DEMO_PASSWORD_HASH).unwrap();
        Argon2::default().verify_password(DEMO_PASSWORD.as_bytes(), &hash).unwrap();
        assert!(Argon2::default().verify_password(b"something else", &hash).is_err());
    }
}
