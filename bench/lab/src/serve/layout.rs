//! The frame of every served page.

use maud::{DOCTYPE, Markup, html};

/// The pages in the navigation.
const PAGES: [(&str, &str); 4] = [("/", "Syllabus"), ("/runs", "Runs"), ("/notebook", "Notebook"), ("/live", "Live")];

/// A page: its title, the address in the navigation that it belongs to, its content, its scripts.
pub(super) fn page(title: &str, place: &str, body: &Markup, scripts: &[&str]) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · the workshop" }
                link rel="icon" href="data:,";
                @if !scripts.is_empty() { link rel="stylesheet" href="/assets/uplot.css"; }
                link rel="stylesheet" href="/assets/page.css";
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (navigation(place))
                main #main { (body) }
                @for script in scripts { script src=(script) {} }
            }
        }
    }
    .into_string()
}

/// The bar at the top.
pub(super) fn navigation(place: &str) -> Markup {
    html! {
        nav.top aria-label="Pages" { div {
            a.name href="/" { "the workshop" }
            @for (address, name) in PAGES { a href=(address) aria-current=[(address == place).then_some("page")] { (name) } }
        } }
    }
}
