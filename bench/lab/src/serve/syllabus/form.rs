//! The filters above the list: a plain form whose answer is another address of the page, so that it needs no script.

use crate::exercise::Course;
use crate::syllabus::{Filter, Status, name, services, topics as all_topics};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// A choice for each filter, and a button.
pub(super) fn filters(course: &Course, filter: &Filter, topics: bool) -> Markup {
    let chapters: BTreeSet<u32> = course.exercises.iter().map(|one| one.chapter).collect();
    let chapters = chapters.into_iter().map(|chapter| (chapter.to_string(), titled(chapter))).collect();
    let same = |words: Vec<String>| words.into_iter().map(|word| (word.clone(), word)).collect();
    let statuses = Status::ALL.map(|status| (status.word().to_owned(), explained(status).to_owned())).into();
    let chapter = filter.chapter.map(|chapter| chapter.to_string());
    html! {
        form.filter action="/" method="get" role="search" aria-label="Filter the exercises" {
            (choice("chapter", "all chapters", chapters, chapter.as_deref()))
            (choice("service", "all services", same(services(course)), filter.service.as_deref()))
            (choice("status", "any status", statuses, filter.status.map(Status::word)))
            @if topics {
                (choice("topic", "all topics", same(all_topics(course)), filter.topic.as_deref()))
                input type="hidden" name="topics" value="shown";
            }
            button type="submit" { "Filter" }
            @if !filter.is_empty() { a.all href=(address(&Filter::default(), topics)) { "Show all" } }
        }
    }
}

/// `6 Caches`
pub(super) fn titled(chapter: u32) -> String {
    name(chapter).map_or_else(|| format!("Chapter {chapter}"), |name| format!("{chapter} {name}"))
}

fn explained(status: Status) -> &'static str {
    match status {
        Status::Open => "open (not passed)",
        Status::New => "new (not begun)",
        Status::Revealed => "revealed (solution seen)",
        other => other.word(),
    }
}

/// A list to choose from: values and what is said of them, `any` for no filter.
fn choice(name: &str, any: &str, values: Vec<(String, String)>, chosen: Option<&str>) -> Markup {
    html! {
        label { (name) select name=(name) {
            option value="" { (any) }
            @for (value, words) in &values { option value=(value) selected[chosen == Some(value.as_str())] { (words) } }
        } }
    }
}

/// How many exercises the filters leave, and a link that shows or hides the topics.
pub(super) fn count(shown: usize, all: usize, filter: &Filter, topics: bool) -> Markup {
    html! {
        p.count {
            @match shown {
                0 => "No exercise fits these filters.",
                1 => "1 exercise",
                _ => { (shown) " exercises" }
            }
            @if shown > 0 && shown < all { " of " (all) }
            @if shown > 0 { ". " } @else { " " }
            @if topics { a href=(address(&Filter { topic: None, ..filter.clone() }, false)) { "Hide topics" } }
            @else { a href=(address(filter, true)) { "Show topics" } " (they give causes away)" }
        }
    }
}

/// The page's address with these filters.
fn address(filter: &Filter, topics: bool) -> String {
    let pairs = [
        ("chapter", filter.chapter.map(|chapter| chapter.to_string())),
        ("service", filter.service.clone()),
        ("status", filter.status.map(|status| status.word().to_owned())),
        ("topic", filter.topic.clone()),
        ("topics", topics.then(|| "shown".to_owned())),
    ];
    let given: Vec<(&str, String)> = pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    // Pairs of strings can always be written.
    let query = serde_urlencoded::to_string(given).unwrap_or_default();
    if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
}

#[cfg(test)]
mod tests {
    use super::address;
    use crate::syllabus::{Filter, Status};

    #[test]
    fn the_address_has_what_is_filtered_and_nothing_else() {
        assert_eq!(address(&Filter::default(), false), "/");
        let filter = Filter {
            chapter: Some(6),
            status: Some(Status::Open),
            topic: Some("a & b".to_owned()),
            ..Filter::default()
        };
        assert_eq!(address(&filter, true), "/?chapter=6&status=open&topic=a+%26+b&topics=shown");
    }
}
