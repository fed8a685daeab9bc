//! Words into lines of a width; styled words count as what is seen of them.

use unicode_width::UnicodeWidthStr as _;

/// A word as it is printed, and the columns it takes.
#[derive(Clone, Debug)]
pub struct Word {
    /// With its escape sequences.
    pub printed: String,
    /// Columns.
    pub width: usize,
    /// Nothing stands between it and the word before.
    pub glued: bool,
}

impl Word {
    /// A word without style.
    pub fn plain(text: &str) -> Self {
        Self { printed: text.to_owned(), width: text.width(), glued: false }
    }
}

/// Lines of at most `width` columns; the first begins with `first`, the others with `rest` (of the same width).
pub fn fill(words: &[Word], width: usize, first: &str, rest: &str) -> String {
    let (mut text, mut column) = (first.to_owned(), first.width());
    let mut fresh = true;
    // A word with all that is glued to it goes to one line.
    let mut at = 0;
    while at < words.len() {
        let end = at + 1 + words[at + 1..].iter().take_while(|word| word.glued).count();
        let piece = &words[at..end];
        let wide: usize = piece.iter().map(|word| word.width).sum();
        if !fresh && column + 1 + wide > width {
            text.push('\n');
            text.push_str(rest);
            column = rest.width();
        } else if !fresh {
            text.push(' ');
            column += 1;
        }
        piece.iter().for_each(|word| text.push_str(&word.printed));
        column += wide;
        fresh = false;
        at = end;
    }
    text
}

/// Plain text in lines of at most `width` columns, each after `indent`.
pub fn paragraph(text: &str, width: usize, indent: &str) -> String {
    let words: Vec<Word> = text.split_whitespace().map(Word::plain).collect();
    fill(&words, width, indent, indent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_width_and_long_words_stand_alone() {
        assert_eq!(paragraph("one two three", 9, "  "), "  one two\n  three");
        assert_eq!(paragraph("unbreakable", 4, ""), "unbreakable");
        assert_eq!(paragraph("富士 富士", 5, ""), "富士\n富士");
    }

    #[test]
    fn a_full_stop_stays_with_its_word() {
        let stop = Word { glued: true, ..Word::plain(".") };
        assert_eq!(fill(&[Word::plain("aa"), Word::plain("bb"), stop], 5, "", ""), "aa\nbb.");
    }
}
