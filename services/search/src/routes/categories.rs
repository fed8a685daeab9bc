//! `GET /v1/categories`: what the shop sells, with names in the reader's language.

use crate::{Error, state::AppState};
use axum::{Extension, Json, extract::State};
use edge_caching::CacheTags;
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};
use utoipa::ToSchema;

/// Products of each category.
pub const COUNTS: &str = "select category, count(*) from products group by category order by category";

/// The languages besides English, and the name of each category in them.
const LANGUAGES: [&str; 2] = ["de", "fr"];
const NAMES: [(&str, [&str; 2]); 13] = [
    ("Audio", ["Audio", "Audio"]),
    ("Bathroom", ["Bad", "Salle de bain"]),
    ("Bedroom", ["Schlafzimmer", "Chambre"]),
    ("Computing", ["Computer", "Informatique"]),
    ("Dining room", ["Esszimmer", "Salle à manger"]),
    ("Garden", ["Garten", "Jardin"]),
    ("Kitchen", ["Küche", "Cuisine"]),
    ("Lighting", ["Leuchten", "Luminaires"]),
    ("Living room", ["Wohnzimmer", "Salon"]),
    ("Mobile", ["Mobilgeräte", "Téléphonie"]),
    ("Office", ["Büro", "Bureau"]),
    ("Outdoor", ["Draußen", "Plein air"]),
    ("Smart home", ["Smart Home", "Maison connectée"]),
];

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub struct Category {
    /// As in `category` of a hit.
    category: String,
    /// In the reader's language; English unless `Accept-Language` prefers `de` or `fr`.
    name: String,
    /// Products in it.
    products: i64,
}

/// What the shop sells.
#[utoipa::path(get, path = "/v1/categories", responses((status = 200, body = [Category])))]
pub(crate) async fn list(
    State(state): State<AppState>,
    request: HeaderMap,
) -> Result<(Extension<CacheTags>, [(header::HeaderName, HeaderValue); 1], Json<Vec<Category>>), Error> {
    let language = preferred(&request);
    let query = async {
        let rows: Vec<(String, i64)> = sqlx::query_as(COUNTS).fetch_all(&state.db).await?;
        Span::current().record(names::DB_RETURNED_ROWS, rows.len());
        Ok::<_, sqlx::Error>(rows)
    };
    let rows = query.instrument(db_span!("categories.counts", COUNTS)).await?;
    let named = |(category, products): (String, i64)| Category { name: named(&category, language), category, products };
    let spoken = HeaderValue::from_static(language.map_or("en", |place| LANGUAGES[place]));
    let tags = CacheTags { products: Vec::new(), by_language: true };
    Ok((Extension(tags), [(header::CONTENT_LANGUAGE, spoken)], Json(rows.into_iter().map(named).collect())))
}

fn named(category: &str, language: Option<usize>) -> String {
    let known = NAMES.iter().find(|(name, _)| *name == category);
    let translated = known.zip(language).map(|((_, names), place)| names[place]);
    translated.unwrap_or(category).to_owned()
}

/// The place in [`LANGUAGES`] of the language with the highest weight; none for English and for all that we do not speak.
fn preferred(request: &HeaderMap) -> Option<usize> {
    let text = request.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let offers = text.split(',').filter_map(|offer| {
        let (range, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
        let language = range.trim().split('-').next()?.to_lowercase();
        let ours = LANGUAGES.iter().position(|one| *one == language);
        (weight > 0.0 && (ours.is_some() || language == "en")).then_some((weight, ours))
    });
    // The first of equal weights.
    let best = offers.reduce(|best, offer| if offer.0 > best.0 { offer } else { best });
    best.and_then(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_preferred_among_those_we_speak() {
        let spoken = |text: &str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_str(text).unwrap())]);
            preferred(&headers).map_or("en", |place| LANGUAGES[place])
        };
        let cases = [
            ("de", "de"),
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("en-GB,en;q=0.9,de;q=0.8", "en"),
            ("ja,fr;q=0.5,de;q=0.4", "fr"),
            ("de;q=0, fr;q=0.1", "fr"),
            ("*", "en"),
            ("", "en"),
            ("de;q=much", "en"),
        ];
        for (asked, expected) in cases {
            assert_eq!(spoken(asked), expected, "{asked:?}");
        }
        assert_eq!(preferred(&HeaderMap::new()), None);
    }

    #[test]
    fn a_category_nobody_translated_keeps_its_name() {
        assert_eq!((named("Kitchen", Some(0)), named("Boats", Some(0))), ("Küche".to_owned(), "Boats".to_owned()));
    }
}
