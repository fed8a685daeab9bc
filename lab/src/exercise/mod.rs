//! Exercises as the bench sees them: what `exercise.toml` says, where the files are, which requests make up the load.

mod course;
mod model;
mod nearest;
mod requests;

pub use course::Course;
pub use model::{
    Arrivals, Case, Distance, Exercise, Hint, Load, RequestTemplate, Share, Slo, Stage, StorySpec, Target, Tolerance,
    TrapSpec,
};
pub use nearest::nearest;
pub use requests::{case_request, mix};
