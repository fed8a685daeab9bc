//! A product as its own page shows it: everything known about it, texts rendered and safe to put into a page.

use pulldown_cmark::{Options, Parser};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shop::{Money, ProductId};
use sqlx::types::Json;
use std::fmt::Write as _;
use time::OffsetDateTime;

/// A row of `products`, with what `stock` says.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProductRow {
    id: i64,
    sku: String,
    name: String,
    brand: String,
    category: String,
    price_cents: i64,
    image_url: String,
    rating: f32,
    keywords: String,
    description: String,
    specifications: Json<Map<String, Value>>,
    created_at: OffsetDateTime,
    available: i32,
}

/// A product's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductPage {
    /// The product.
    #[schema(value_type = i64)]
    pub id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub brand: String,
    /// The category it is listed in.
    pub category: String,
    /// The price, in cents of `currency`.
    #[schema(value_type = i64)]
    pub price_cents: Money,
    /// ISO 4217.
    pub currency: String,
    /// A picture.
    pub image_url: String,
    /// 0 to 5.
    pub rating: f64,
    /// How many there are.
    pub available: i32,
    /// Words people search for.
    pub keywords: Vec<String>,
    /// What the supplier wrote, in Markdown.
    pub description: String,
    /// The same as HTML, without anything that could run.
    pub description_html: String,
    /// The first sentences as plain text, for search engines; absent where there is no description.
    pub meta_description: Option<String>,
    /// Name to value.
    #[schema(value_type = Object)]
    pub specifications: Map<String, Value>,
    /// The same as an HTML table.
    pub specifications_html: String,
    /// Since when the shop has it.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: OffsetDateTime,
}

/// Characters of [`ProductPage::meta_description`].
const META_LENGTH: usize = 160;

impl From<ProductRow> for ProductPage {
    fn from(row: ProductRow) -> Self {
        let description_html = render_markdown(&row.description);
        Self {
            id: ProductId(row.id),
            sku: row.sku,
            name: row.name,
            brand: row.brand,
            category: row.category,
            price_cents: Money(row.price_cents),
            currency: Money::CURRENCY.to_owned(),
            image_url: row.image_url,
            rating: stars(row.rating),
            available: row.available,
            keywords: row.keywords.split_whitespace().map(str::to_owned).collect(),
            meta_description: plain_text(&description_html),
            description: row.description,
            description_html,
            specifications_html: render_specifications(&row.specifications),
            specifications: row.specifications.0,
            created_at: row.created_at,
        }
    }
}

/// A stored rating as clients see it: two decimals. Without the rounding, 4.3 would become 4.300000190734863.
#[must_use]
pub fn stars(rating: f32) -> f64 {
    (f64::from(rating) * 100.0).round() / 100.0
}

fn render_markdown(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(text, Options::ENABLE_TABLES));
    sanitise(&html)
}

/// Suppliers write these texts, so they are not trusted: no pictures from elsewhere, and links pass no rank on.
fn sanitise(html: &str) -> String {
    ammonia::Builder::default().rm_tags(["img"]).link_rel(Some("nofollow noopener noreferrer")).clean(html).to_string()
}

/// Names and values are Markdown too: suppliers write `1.5 m²` and `**new:** USB-C` into one field.
fn render_specifications(specifications: &Map<String, Value>) -> String {
    let mut html = String::from("<table><tbody>\n");
    for (name, value) in specifications {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // Writing to a string cannot fail.
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
            render_markdown(name).trim_end(),
            render_markdown(&value).trim_end()
        );
    }
    html.push_str("</tbody></table>");
    html
}

fn plain_text(html: &str) -> Option<String> {
    let text = ammonia::Builder::empty().clean(html).to_string();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| text.chars().take(META_LENGTH).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_supplier_writes_cannot_run_in_a_page() {
        let html = render_markdown("# Lamp\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) **bright**");
        assert!(html.contains("<strong>bright</strong>"), "{html}");
        assert!(!html.contains("script"), "{html}");
    }

    #[test]
    fn specifications_become_a_table_whatever_their_values_are() {
        let specifications = serde_json::json!({"Weight": "**1** < 2 kg", "<i>Parts": 3, "Note": "<script>x</script>"});
        let html = render_specifications(specifications.as_object().unwrap());
        for row in [
            "<p>Weight</p></th><td><p><strong>1</strong> &lt; 2 kg</p></td>",
            "<td><p>3</p></td>",
            "<p>Note</p></th><td></td>",
        ] {
            assert!(html.contains(row), "{row} is missing in {html}");
        }
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn the_meta_description_is_plain_and_short() {
        let text = plain_text(&render_markdown(&format!("# Lamp\n\n*so* {}", "warm ".repeat(80)))).unwrap();
        assert!(text.starts_with("Lamp so warm") && text.chars().count() == META_LENGTH, "{text}");
        assert_eq!(plain_text(""), None);
    }

    #[test]
    fn a_rating_keeps_its_decimals() {
        assert_eq!(stars(4.3), 4.3);
    }
}
