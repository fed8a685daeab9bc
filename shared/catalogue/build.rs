//! Compiles the crate again when a migration changes: `sqlx::migrate!` reads a folder, which cargo does not watch by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
