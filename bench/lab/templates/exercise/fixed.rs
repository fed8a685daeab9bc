//! TO DO: why it is faster, and what was measured.

pub(crate) async fn answer(question: &str) -> String {
    question.to_owned()
}
