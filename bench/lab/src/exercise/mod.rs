//! Exercises as the bench sees them: what `exercise.toml` says, where the files are, which requests make up the load.

mod arrivals;
mod bare;
mod case;
mod change;
mod course;
mod demand;
mod draw;
mod drawn;
mod expiry;
#[cfg(test)]
pub mod fixture;
mod interfaces;
mod model;
mod nearest;
mod odd;
mod phase;
mod phrase;
mod quantity;
mod reading;
mod requests;
mod story;
mod subject;
mod validate;

pub use arrivals::{Arrivals, Spike, Spread, Varying};
pub use case::{Case, Who};
pub use change::{Ask, Change, Drawn, Make, Owner};
pub use course::Course;
pub use demand::{Load, RequestTemplate};
pub use draw::{DrawSpec, DrawTerms, Values};
pub use expiry::Expiry;
pub use model::{BrokenSpec, Distance, Exercise, Hint, PredictSpec, Slo, Target, TrapSpec, tests_target};
pub use nearest::nearest;
pub use odd::Odd;
pub use phase::{Drained, Phase, Second, Shape};
pub use phrase::{phrase, rank};
pub use quantity::{Unit, number, percent};
pub use reading::{Allowance, Reading};
pub use requests::{Audience, Customer, case_request, mix, mix_of, probe};
pub use story::{Share, Stage, StorySpec, Tolerance};
pub use subject::{P95_RATIO, Subject};
pub use validate::{BEHAVIOUR, ORDER};
