//! TO DO: why __TRAP__ looks right, and what it misses.

pub(crate) async fn answer(question: &str) -> String {
    question.to_owned()
}
