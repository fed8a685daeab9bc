//! An exercise's text as HTML: tables and code, and nothing that could run.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// The text below its first heading, which the page has already.
pub(super) fn body(markdown: &str) -> Markup {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut in_title = false;
    let events = parser.filter(|event| match event {
        Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
            in_title = true;
            false
        }
        Event::End(TagEnd::Heading(HeadingLevel::H1)) => {
            in_title = false;
            false
        }
        _ => !in_title,
    });
    let mut raw = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut raw, events);
    // Links within the repository lead to files that are not served: their text is enough.
    let clean = ammonia::Builder::default().url_relative(ammonia::UrlRelative::Deny).clean(&raw).to_string();
    // A header cell without a word is no header; a table may be wider than a phone.
    let clean = clean
        .replace("<th></th>", "<td></td>")
        .replace("<table>", "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>")
        .replace("</table>", "</table></div>");
    PreEscaped(clean)
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn the_title_is_left_out_and_tables_and_code_stay() {
        let html = body("# A lamp\n\nIt is `dark`.\n\n## See it\n\n| a | b |\n| - | - |\n| 1 | 2 |\n").into_string();
        assert!(!html.contains("A lamp"), "{html}");
        assert!(
            html.contains("<h2>See it</h2>") && html.contains("<code>dark</code>") && html.contains("<td>1</td>"),
            "{html}"
        );
    }

    #[test]
    fn nothing_in_a_text_can_run() {
        let html = body(
            "<script>alert(1)</script><img src=x onerror=alert(1)>\n\n[here](javascript:alert(1)) [file](../x.md)",
        )
        .into_string();
        for forbidden in ["<script", "onerror", "javascript:", "../x.md"] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
    }
}
