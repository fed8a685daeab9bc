//! The shop's data: its schema, a catalogue that is the same on every machine, and template databases to clone.
//!
//! [`Catalogue`] draws products, users and orders from a fixed seed; [`load()`] copies them into a database; [`template()`]
//! does that once a server, and [`clone_database`] then gives every test and every arm of a measurement its own copy.

mod catalogue;
mod copy;
mod description;
mod history;
mod load;
mod people;
mod popularity;
mod product;
mod related;
mod row_rng;
mod schema;
mod size;
mod specifications;
mod template;
mod vocabulary;

pub use catalogue::{Catalogue, FINGERPRINT};
pub use copy::{Rows, Table};
pub use history::{Order, OrderedProduct};
pub use load::{Progress, is_loaded, load};
pub use people::{DEMO_PASSWORD, DEMO_PASSWORD_HASH, demo_email};
pub use popularity::{Permutation, Zipf};
pub use product::Product;
pub use related::RELATED_PER_PRODUCT;
pub use schema::{MIGRATOR, migrate};
pub use size::{Size, SizeError};
pub use template::{clone_database, drop_database, template, url_of};
