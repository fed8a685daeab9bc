//! TO DO: what it does; what a capable engineer wrote under deadline, natural and lint-free, without a hint.

pub(crate) async fn answer(question: &str) -> String {
    question.to_owned()
}
