//! Markdown as a terminal shows it: what the exercises' texts use, wrapped to the width, styled where colour is allowed.

use super::Terminal;
use super::wrap::{Word, fill};
use comfy_table::{Table, presets};
use owo_colors::Style;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr as _;

/// `markdown`, for a terminal of `width` columns.
pub fn render(markdown: &str, terminal: Terminal, width: usize) -> String {
    let mut page = Page { terminal, width, ..Page::new(terminal) };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        page.take(event);
    }
    page.text.trim_end().to_owned()
}

/// What is being written.
struct Page {
    terminal: Terminal,
    width: usize,
    text: String,
    /// The words of the block that is open.
    words: Vec<Word>,
    /// A space is due before the next word.
    spaced: bool,
    heading: Option<HeadingLevel>,
    strong: usize,
    emphasis: usize,
    code: bool,
    link: Vec<String>,
    /// For each open list the number of its next item; none where it is not numbered.
    lists: Vec<Option<u64>>,
    /// The mark of the item that has just begun.
    mark: Option<String>,
    quotes: usize,
    table: Option<Vec<Vec<String>>>,
}

impl Page {
    fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            width: 80,
            text: String::new(),
            words: Vec::new(),
            spaced: false,
            heading: None,
            strong: 0,
            emphasis: 0,
            code: false,
            link: Vec::new(),
            lists: Vec::new(),
            mark: None,
            quotes: 0,
            table: None,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) if self.code => self.code_lines(&text),
            Event::Text(text) => self.add(&text, self.style()),
            Event::Code(text) => self.word(&text, Style::new().cyan()),
            Event::SoftBreak | Event::HardBreak => self.spaced = true,
            Event::Rule => {
                let line = "─".repeat(self.width.min(40));
                self.block(&line);
            }
            // A remark for authors.
            Event::Html(text) | Event::InlineHtml(text) if text.trim_start().starts_with("<!--") => {}
            Event::Html(text) | Event::InlineHtml(text) => self.add(&text, self.style()),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.add(&text, self.style()),
            Event::FootnoteReference(name) => self.add(&format!("[{name}]"), self.style()),
            Event::TaskListMarker(done) => self.add(if done { "[x] " } else { "[ ] " }, self.style()),
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(level),
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(_) => self.code = true,
            Tag::List(from) => {
                self.flush();
                self.lists.push(from);
            }
            Tag::Item => {
                self.mark = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                });
            }
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Link { dest_url, .. } => self.link.push(dest_url.into_string()),
            Tag::Table(_) => self.table = Some(Vec::new()),
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(_) => {
                self.flush();
                self.heading = None;
            }
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            TagEnd::CodeBlock => {
                self.code = false;
                self.text.push('\n');
            }
            TagEnd::Item => {
                self.flush();
                self.mark = None;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.text.push('\n');
                }
            }
            TagEnd::Strong => self.strong -= 1,
            TagEnd::Emphasis => self.emphasis -= 1,
            TagEnd::Link => {
                if let Some(url) = self.link.pop().filter(|url| url.contains("://")) {
                    self.add(&format!(" ({url})"), Style::new().dimmed());
                }
            }
            TagEnd::TableCell => {
                let cell = fill(&std::mem::take(&mut self.words), usize::MAX, "", "");
                self.spaced = false;
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.show_table(),
            _ => {}
        }
    }

    fn style(&self) -> Style {
        let style = match self.heading {
            Some(HeadingLevel::H1) => Style::new().bold().underline(),
            Some(_) => Style::new().bold(),
            None => Style::new(),
        };
        let style = if self.strong > 0 { style.bold() } else { style };
        if self.emphasis > 0 { style.italic() } else { style }
    }

    /// Text, cut at its spaces.
    fn add(&mut self, text: &str, style: Style) {
        for (place, part) in text.split(char::is_whitespace).enumerate() {
            self.spaced |= place > 0;
            if !part.is_empty() {
                self.word(part, style);
            }
        }
    }

    fn word(&mut self, text: &str, style: Style) {
        // A table measures its cells with the escape sequences: in it nothing is styled.
        let printed = if self.table.is_some() { text.to_owned() } else { self.terminal.paint(text, style) };
        let glued = !self.spaced && !self.words.is_empty();
        self.words.push(Word { printed, width: text.width(), glued });
        self.spaced = false;
    }

    fn indent(&self) -> String {
        "│ ".repeat(self.quotes) + &"  ".repeat(self.lists.len())
    }

    /// Writes the open block.
    fn flush(&mut self) {
        self.spaced = false;
        if self.words.is_empty() {
            return;
        }
        let words = std::mem::take(&mut self.words);
        let rest = self.indent();
        let first = match self.mark.take() {
            Some(mark) => {
                let base = "│ ".repeat(self.quotes) + &"  ".repeat(self.lists.len().saturating_sub(1));
                base + &mark
            }
            None => rest.clone(),
        };
        let lines = fill(&words, self.width, &first, &rest);
        let apart = self.text.is_empty() || self.text.ends_with("\n\n");
        let prefix = if self.heading.is_some() && !apart { "\n" } else { "" };
        // Without colour, a heading is told by its underline.
        let under = match self.heading {
            Some(level) if !self.terminal.colour => {
                let mark = if level == HeadingLevel::H1 { "═" } else { "─" };
                format!("\n{}", mark.repeat(lines.width().min(self.width)))
            }
            _ => String::new(),
        };
        let gap = if self.lists.is_empty() { "\n" } else { "" };
        self.text.push_str(&format!("{prefix}{lines}{under}\n{gap}"));
    }

    fn block(&mut self, text: &str) {
        self.text.push_str(&format!("{}{text}\n\n", self.indent()));
    }

    fn code_lines(&mut self, text: &str) {
        for line in text.lines() {
            let line = self.terminal.paint(line, Style::new().cyan());
            self.text.push_str(&format!("{}    {line}\n", self.indent()));
        }
    }

    fn show_table(&mut self) {
        let mut rows = self.table.take().unwrap_or_default().into_iter();
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_width(u16::try_from(self.width).unwrap_or(u16::MAX));
        table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
        table.set_header(rows.next().unwrap_or_default());
        for row in rows {
            table.add_row(row);
        }
        self.text.push_str(&format!("{table}\n\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A *dim* lamp\n\nThe lamp is dim, `lux < 3`. Read [the manual](https://example.com/m) or\nask **Ada**.\n\n\
        ## See it\n\n```\ncurl -s x | wc -c\n  two\n```\n\n- How dim is it? A long question that does not fit on one line of this width.\n\
        - Why?\n  - deeper\n\n1. first\n2. second\n\n> quoted text\n\n| a | b |\n| --- | --- |\n| 1 | `two` |\n\nThe end.\n";

    #[test]
    fn a_page_is_laid_out_without_colour() {
        insta::assert_snapshot!(render(TEXT, Terminal::PLAIN, 48));
    }

    #[test]
    fn colour_changes_no_letter_and_no_line_break() {
        let coloured = render(TEXT, Terminal { colour: true, moving: false }, 48);
        assert!(coloured.contains("\u{1b}["));
        let mut plain = String::new();
        let mut rest = coloured.as_str();
        while let Some(at) = rest.find('\u{1b}') {
            plain.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = &rest[rest.find('m').map_or(rest.len(), |end| end + 1)..];
        }
        plain.push_str(rest);
        let expected = render(TEXT, Terminal::PLAIN, 48);
        let expected: Vec<&str> =
            expected.lines().filter(|line| line.is_empty() || !line.chars().all(|c| "═─".contains(c))).collect();
        assert_eq!(plain.lines().collect::<Vec<_>>(), expected);
    }
}
