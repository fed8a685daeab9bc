//! The list as text: one head, a line for each chapter, a row for each exercise, all columns under each other.

use super::status;
use crate::syllabus::{Entry, by_chapter, name};
use crate::terminal::{Terminal, paragraph};
use comfy_table::{CellAlignment, Table, presets};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr as _;

/// With fewer columns the title would have too few of them: the hints are left out.
const ROOMY: usize = 96;

/// The title keeps so many columns, however narrow the terminal is.
const SHORTEST_TITLE: usize = 12;

/// How the list is laid out.
pub(super) struct Page {
    pub terminal: Terminal,
    pub width: usize,
    pub topics: bool,
}

impl Page {
    /// One head, one line for each chapter, one for each exercise, all columns under each other.
    pub fn list(&self, shown: &[Entry<'_>], chapters: &BTreeMap<u32, [usize; 2]>) -> String {
        let table = self.table(shown);
        let mut lines = table.lines().map(str::trim_end);
        let mut text = format!("{}\n", self.terminal.quiet(lines.next().unwrap_or_default()));
        for (chapter, group) in by_chapter(shown) {
            let title = name(chapter).map_or_else(|| format!("Chapter {chapter}"), |name| format!("{chapter} {name}"));
            let [passed, of] = chapters.get(&chapter).copied().unwrap_or_default();
            let count = self.terminal.quiet(&format!("{passed} of {of} passed"));
            text.push_str(&format!("{}  {count}\n", self.terminal.strong(&title)));
            for (entry, line) in group.iter().zip(&mut lines) {
                text.push_str(&format!("{line}\n"));
                if self.topics && !entry.exercise.topics.is_empty() {
                    let topics = paragraph(&entry.exercise.topics.join(", "), self.width, "      ");
                    text.push_str(&format!("{}\n", self.terminal.quiet(&topics)));
                }
            }
        }
        text
    }

    /// The head and a line for each exercise; titles are cut to what the other columns leave.
    fn table(&self, shown: &[Entry<'_>]) -> String {
        let roomy = self.width >= ROOMY;
        let head = ["", "exercise", "title", "min", "status", if roomy { "best p95" } else { "best" }, "hints"];
        let head = &head[..if roomy { 7 } else { 6 }];
        let mut rows: Vec<Vec<String>> = shown.iter().map(cells).collect();
        rows.iter_mut().for_each(|row| row.truncate(head.len()));
        let wide = |column: usize| rows.iter().map(|row| row[column].width()).fold(head[column].width(), usize::max);
        // Every column has a space on both sides.
        let others: usize = (0..head.len()).filter(|column| *column != 2).map(|column| wide(column) + 2).sum();
        let left = self.width.saturating_sub(others + 2).max(SHORTEST_TITLE);
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(head);
        for mut row in rows {
            row[2] = cut(&row[2], left);
            table.add_row(row);
        }
        for column in [3, 5, 6] {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.to_string()
    }
}

fn cells(entry: &Entry<'_>) -> Vec<String> {
    let (one, progress) = (entry.exercise, &entry.progress);
    let mark = match (entry.current, entry.is_passed()) {
        (true, _) => "→",
        (false, true) => "✓",
        (false, false) => " ",
    };
    let status = match status(progress) {
        "" if one.story.is_some() => "story",
        words => words,
    };
    let best = progress.best_p95_ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    let hints = match (progress.hints, one.hint.len()) {
        (0, _) | (_, 0) => String::new(),
        (seen, all) => format!("{seen}/{all}"),
    };
    vec![mark.to_owned(), one.id.clone(), one.title.clone(), one.minutes.to_string(), status.to_owned(), best, hints]
}

/// `text` in at most `columns`, with an ellipsis where something is cut.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        if short.width() + 1 + letter.to_string().width() > columns {
            break;
        }
        short.push(letter);
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{Page, cut};
    use crate::commands::list::chapters;
    use crate::syllabus::{entries, fifty};
    use crate::terminal::Terminal;
    use unicode_width::UnicodeWidthStr as _;

    fn list(width: usize, topics: bool) -> String {
        let (course, state) = (fifty::course(), fifty::state());
        let all = entries(&course, &state);
        Page { terminal: Terminal::PLAIN, width, topics }.list(&all, &chapters(&all))
    }

    /// The lines of exercises: indented, and an id behind the mark. A chapter's line begins with its number.
    fn rows(text: &str) -> Vec<&str> {
        let is_row = |line: &&str| line.starts_with(' ') && line.chars().skip(4).take(2).eq("ch".chars());
        text.lines().filter(is_row).collect()
    }

    #[test]
    fn fifty_two_exercises_are_one_aligned_list_at_80_columns() {
        insta::assert_snapshot!(list(80, false));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_minutes_end_in_one_column() {
        for width in [80, 96, 100] {
            let text = list(width, false);
            assert!(text.lines().all(|line| line.width() <= width), "{width}: {text}");
            let rows = rows(&text);
            assert_eq!(rows.len(), 52, "{text}");
            let head = text.lines().next().unwrap();
            let end = head[..head.find("min").unwrap()].width() + "min".len();
            for row in rows {
                let letters: Vec<char> = row.chars().collect();
                assert!(
                    letters[end - 1].is_ascii_digit() && letters.get(end).is_none_or(|next| *next == ' '),
                    "{width}: {row:?}"
                );
            }
        }
    }

    #[test]
    fn each_chapter_and_the_head_stand_there_once() {
        let text = list(80, false);
        assert_eq!(text.lines().count(), 1 + 14 + 52);
        for head in ["exercise ", "6 Caches", "14 The whole shop"] {
            assert_eq!(text.matches(head).count(), 1, "{head}: {text}");
        }
        assert!(!text.contains("stampede"), "topics give causes away: {text}");
    }

    #[test]
    fn topics_stand_below_their_exercise_when_they_are_asked_for() {
        let text = list(80, true);
        assert!(text.contains("\n      cache stampede, single-flight\n"), "{text}");
        assert_eq!(rows(&text).len(), 52);
    }

    #[test]
    fn a_cut_title_says_so() {
        assert_eq!(
            (cut("a lamp", 6), cut("a lamp, dim", 6), cut("a lamp", 3)),
            ("a lamp".into(), "a lam…".into(), "a…".into())
        );
    }
}
