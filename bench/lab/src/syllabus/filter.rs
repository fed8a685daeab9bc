//! Which exercises are asked for: by chapter, service, status and topic. An unknown value is an error that names the known ones.

use super::{Entry, Status, chapters};
use crate::exercise::{Course, Exercise, nearest};
use crate::exit::Failure;
use clap::Args;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The filters as they were typed, or as they are in the page's address. Empty means any.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Only this chapter: its number or its name
    #[arg(long)]
    pub chapter: Option<String>,
    /// Only exercises in this service
    #[arg(long)]
    pub service: Option<String>,
    /// Only open (not passed yet), new, begun, predicted, measured, revealed or passed ones
    #[arg(long)]
    pub status: Option<String>,
    /// Only exercises about this, for example "cache stampede"; a topic gives the cause away
    #[arg(long)]
    pub topic: Option<String>,
}

/// The filters, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Its number.
    pub chapter: Option<u32>,
    /// Its name.
    pub service: Option<String>,
    /// One of the seven.
    pub status: Option<Status>,
    /// As the exercises spell it.
    pub topic: Option<String>,
}

impl Filter {
    /// Understands what was typed.
    ///
    /// # Errors
    /// Exit 2 with the known values where one is unknown.
    pub fn read(wanted: &Wanted, course: &Course) -> Result<Self, Failure> {
        let filled =
            |word: &Option<String>| word.as_deref().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
        let known = |kind: &'static str, words: Vec<String>| {
            move |word: String| match words.iter().find(|one| alike(one, &word)) {
                Some(one) => Ok(one.clone()),
                None => Err(unknown(kind, &word, &words)),
            }
        };
        Ok(Self {
            chapter: filled(&wanted.chapter).map(|word| chapter(&word, course)).transpose()?,
            service: filled(&wanted.service).map(known("service", services(course))).transpose()?,
            status: filled(&wanted.status).map(|word| status(&word)).transpose()?,
            topic: filled(&wanted.topic).map(known("topic", topics(course))).transpose()?,
        })
    }

    /// Is this one asked for?
    pub fn keeps(&self, entry: &Entry<'_>) -> bool {
        let exercise = entry.exercise;
        self.chapter.is_none_or(|chapter| exercise.chapter == chapter)
            && self.service.as_ref().is_none_or(|service| exercise.service == *service)
            && self.status.is_none_or(|status| status.fits(&entry.progress))
            && self.topic.as_ref().is_none_or(|topic| exercise.topics.contains(topic))
    }

    /// Nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The services that exercises are in.
pub fn services(course: &Course) -> Vec<String> {
    distinct(course, |one| vec![one.service.clone()])
}

/// Everything that exercises are about. It gives causes away.
pub fn topics(course: &Course) -> Vec<String> {
    distinct(course, |one| one.topics.clone())
}

fn distinct(course: &Course, of: impl Fn(&Exercise) -> Vec<String>) -> Vec<String> {
    course.exercises.iter().flat_map(of).collect::<BTreeSet<_>>().into_iter().collect()
}

fn chapter(word: &str, course: &Course) -> Result<u32, Failure> {
    let by_number = word.parse::<u32>().ok().filter(|number| {
        chapters::name(*number).is_some() || course.exercises.iter().any(|one| one.chapter == *number)
    });
    let by_name = || chapters::all().find(|(_, name)| alike(name, word)).map(|(number, _)| number);
    by_number.or_else(by_name).ok_or_else(|| {
        let known: Vec<String> = chapters::all().map(|(number, name)| format!("{number} ({name})")).collect();
        unknown("chapter", word, &known)
    })
}

fn status(word: &str) -> Result<Status, Failure> {
    Status::ALL.into_iter().find(|status| alike(status.word(), word)).ok_or_else(|| {
        let known: Vec<String> = Status::ALL.map(|status| status.word().to_owned()).into();
        unknown("status", word, &known)
    })
}

/// Case does not matter, nor whether words are joined by a space or a hyphen.
fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('-', " ");
    plain(one) == plain(other)
}

fn unknown(kind: &str, word: &str, known: &[String]) -> Failure {
    let near = nearest(word, known.iter().map(String::as_str));
    let guess = if near.is_empty() { String::new() } else { format!("did you mean {}? ", near.join(" or ")) };
    let all = if known.is_empty() { "none: no exercise has one yet".to_owned() } else { known.join(", ") };
    Failure::usage(format!("there is no {kind} {word:?}"))
        .remedy(format!("{guess}cargo lab list --{kind} takes: {all}"))
}

#[cfg(test)]
mod tests {
    use super::super::{by_chapter, entries, fifty};
    use super::{Filter, Wanted};
    use crate::exit::Exit;

    fn kept(wanted: &Wanted) -> Vec<String> {
        let (course, state) = (fifty::course(), fifty::state());
        let filter = Filter::read(wanted, &course).unwrap();
        entries(&course, &state)
            .iter()
            .filter(|entry| filter.keeps(entry))
            .map(|entry| entry.exercise.id.clone())
            .collect()
    }

    fn some(word: &str) -> Option<String> {
        Some(word.to_owned())
    }

    #[test]
    fn without_a_filter_all_52_are_there_in_14_chapters() {
        assert_eq!(kept(&Wanted::default()).len(), 52);
        let empty = || some(" ");
        assert_eq!(kept(&Wanted { chapter: empty(), service: empty(), status: empty(), topic: empty() }).len(), 52);
        let (course, state) = (fifty::course(), fifty::state());
        assert_eq!(
            by_chapter(&entries(&course, &state)).map(|(chapter, _)| chapter).collect::<Vec<_>>(),
            Vec::from_iter(1..=14)
        );
    }

    #[test]
    fn each_filter_narrows_and_together_they_narrow_further() {
        let chapter = kept(&Wanted { chapter: some("6"), ..Wanted::default() });
        assert_eq!(chapter.len(), 4);
        assert_eq!(kept(&Wanted { chapter: some("caches"), ..Wanted::default() }), chapter);
        let service = kept(&Wanted { service: some("search"), ..Wanted::default() });
        assert!(service.len() > 4 && service.len() < 52, "{service:?}");
        let topic = kept(&Wanted { topic: some("Cache-Stampede"), ..Wanted::default() });
        assert_eq!(topic, ["ch06-product-pages"]);
        let together = Wanted {
            chapter: some("6"),
            service: some("search"),
            status: some("passed"),
            topic: some("cache stampede"),
        };
        assert_eq!(kept(&together), ["ch06-product-pages"]);
        assert!(kept(&Wanted { status: some("open"), ..together }).is_empty());
    }

    #[test]
    fn an_unknown_value_is_a_mistake_that_names_the_known_ones() {
        let course = fifty::course();
        for (wanted, known) in [
            (Wanted { chapter: some("15"), ..Wanted::default() }, "14 (The whole shop)"),
            (Wanted { chapter: some("cach"), ..Wanted::default() }, "6 (Caches)"),
            (Wanted { service: some("serch"), ..Wanted::default() }, "did you mean search?"),
            (Wanted { service: some("serch"), ..Wanted::default() }, "checkout, "),
            (
                Wanted { status: some("done"), ..Wanted::default() },
                "open, new, begun, predicted, measured, revealed, passed",
            ),
            (Wanted { topic: some("stampede"), ..Wanted::default() }, "cache stampede"),
        ] {
            let failure = Filter::read(&wanted, &course).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage);
            assert!(failure.remedy.contains(known), "{failure}");
        }
    }
}
