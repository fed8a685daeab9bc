//! Which calls are the same call: statements without their literals, paths without their ids.

use super::kinds::{Kind, of_span};
use super::model::{Key, Span};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A statement or path with its literals taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// The text with `?` for every literal.
    pub text: String,
    /// A number that differs where the literals differ; `None` where there were none to take out, or where placeholders
    /// stand for values that are not in the text.
    pub literals: Option<u64>,
}

/// SQL without comments and literals, in lower case, blanks collapsed; lists of values become `(?+)`.
pub fn sql(text: &str) -> Normalised {
    let mut out = String::with_capacity(text.len());
    let mut literals = Literals::default();
    // A `limit 4` beside a placeholder must not pass for the statement's only parameter.
    let mut hidden = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        let taken = if rest.starts_with("--") {
            blank(&mut out);
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            blank(&mut out);
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first.is_whitespace() {
            blank(&mut out);
            first.len_utf8()
        } else if first == '\'' {
            let end = quoted_end(rest);
            literals.take(&rest[..end]);
            // The e of e'text' belongs to the literal.
            if after_word && out.ends_with(" e") {
                out.pop();
            }
            out.push('?');
            end
        } else if first == '"' {
            let end = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
            out.push_str(&rest[..end]);
            end
        } else if first == '$' && !after_word && digits(&rest[1..]) > 0 {
            hidden = true;
            out.push('?');
            1 + digits(&rest[1..])
        } else if first.is_ascii_digit() && !after_word {
            let end = number_end(rest);
            literals.take(&rest[..end]);
            out.push('?');
            end
        } else {
            out.extend(first.to_lowercase());
            first.len_utf8()
        };
        rest = &rest[taken..];
    }
    let literals = literals.finish().filter(|_| !hidden);
    Normalised { text: lists(out.trim().trim_end_matches(';').trim_end()), literals }
}

/// What two texts of the same statement have in common, as in [`crate::QueryGroup::statement`].
pub fn statement(text: &str) -> String {
    sql(text).text
}

/// A URL path with `{int}`, `{uuid}` and `{hex}` for the segments that are ids; the query string is left out.
pub fn path(path: &str) -> Normalised {
    let mut literals = Literals::default();
    let bare = path.split(['?', '#']).next().unwrap_or_default();
    let segments: Vec<&str> = bare
        .split('/')
        .map(|segment| {
            let hex = segment.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
            let name = if segment.is_empty() {
                return segment;
            } else if segment.bytes().all(|b| b.is_ascii_digit()) {
                "{int}"
            } else if hex && segment.len() == 36 && segment.matches('-').count() == 4 {
                "{uuid}"
            } else if hex && segment.len() >= 8 && segment.bytes().any(|b| b.is_ascii_digit()) {
                "{hex}"
            } else {
                return segment;
            };
            literals.take(segment);
            name
        })
        .collect();
    Normalised { text: segments.join("/"), literals: literals.finish() }
}

#[derive(Default)]
struct Literals(Option<DefaultHasher>);

impl Literals {
    fn take(&mut self, literal: &str) {
        literal.hash(self.0.get_or_insert_default());
    }

    fn finish(self) -> Option<u64> {
        self.0.map(|hasher| hasher.finish())
    }
}

fn blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// The length of a quoted literal, doubled quotes inside it included.
fn quoted_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    text.len()
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn number_end(text: &str) -> usize {
    text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count()
}

/// The values of IN, ANY and VALUES become `(?+)`, and so do rows of them: a longer list is not another statement.
fn lists(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let before = out.trim_end();
        let row = before.strip_suffix(',').map(str::trim_end).filter(|rows| rows.ends_with("(?+)")).map(str::len);
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let list = row.is_some() || matches!(word, "in" | "any" | "all" | "values");
        match values(rest).filter(|_| list) {
            Some(length) => {
                match row {
                    Some(rows) => out.truncate(rows),
                    None => out.push_str("(?+)"),
                }
                rest = &rest[length..];
            }
            None => {
                out.push('(');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The length of a parenthesis that holds nothing but `?`.
fn values(text: &str) -> Option<usize> {
    let close = text.find(')')?;
    text[1..close].split(',').all(|item| item.trim() == "?").then_some(close + 1)
}

/// A call's fingerprint: an index into [`Fingerprints`].
pub type Id = usize;

/// What is known of one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What it goes to.
    pub kind: Kind,
    /// Whom it asks: the database, the partner's address, the RPC service.
    pub dependency: String,
    /// The statement, the route or the method.
    pub statement: String,
    /// A short name: the query's summary where there is one, else the statement.
    pub name: String,
}

/// The fingerprints of a whole analysis; a statement that comes a thousand times is normalised once.
#[derive(Debug, Default)]
pub struct Fingerprints<'a> {
    calls: Vec<Call>,
    known: HashMap<(Kind, String, String), Id>,
    texts: HashMap<(&'a str, bool), Normalised>,
}

impl<'a> Fingerprints<'a> {
    /// The call behind an id this table gave out.
    pub fn call(&self, id: Id) -> &Call {
        &self.calls[id]
    }

    /// The fingerprint of an outgoing span, and a number for its parameters where they can be seen.
    pub fn of(&mut self, span: &'a Span) -> (Id, Option<u64>) {
        let a = &span.attributes;
        let kind = of_span(span);
        let text = |key| a.text(key).unwrap_or_default();
        let mut parameters = a.int(Key::DbParameters).map(|folded| folded as u64);
        let (dependency, statement) = match kind {
            Kind::Db | Kind::Cache => {
                let dependency = [text(Key::DbSystem), text(Key::DbNamespace)].join(" ").trim().to_owned();
                let statement = match a.text(Key::DbText) {
                    Some(query) if kind == Kind::Db && !query.trim().is_empty() => {
                        let normalised = self.normalised(query, true);
                        parameters = parameters.or(normalised.literals);
                        normalised.text.clone()
                    }
                    _ => a.text(Key::DbSummary).or(a.text(Key::DbOperation)).unwrap_or(&span.name).to_owned(),
                };
                (dependency, statement)
            }
            Kind::Broker => {
                (text(Key::MessagingSystem).to_owned(), format!("publish {}", text(Key::MessagingDestination)))
            }
            _ if a.text(Key::RpcMethod).is_some() => {
                let method = text(Key::RpcMethod);
                let qualified = method.rsplit_once('/').map(|(service, name)| (service.trim_matches('/'), name));
                let (service, name) = qualified.unwrap_or((text(Key::RpcService), method));
                (service.to_owned(), [service, name].join("/").trim_matches('/').to_owned())
            }
            _ if a.text(Key::HttpMethod).is_some() => {
                let port = a.int(Key::ServerPort).map(|port| format!(":{port}")).unwrap_or_default();
                let dependency = match a.text(Key::PeerService) {
                    Some(peer) => peer.to_owned(),
                    None => format!("{}{port}", text(Key::ServerAddress)),
                };
                let normalised = a.text(Key::UrlPath).map(|path| self.normalised(path, false).clone());
                parameters = normalised.as_ref().and_then(|path| path.literals);
                let route = a.text(Key::UrlTemplate).map(str::to_owned).or(normalised.map(|path| path.text));
                (dependency, format!("{} {}", text(Key::HttpMethod), route.unwrap_or_default()).trim_end().to_owned())
            }
            _ => (text(Key::PeerService).to_owned(), span.name.to_string()),
        };
        let key = (kind, dependency, statement);
        if let Some(id) = self.known.get(&key) {
            return (*id, parameters);
        }
        let id = self.calls.len();
        let (_, dependency, statement) = key.clone();
        let summary = a.text(Key::DbSummary).filter(|summary| kind == Kind::Db && !summary.is_empty());
        let name = summary.unwrap_or(&statement).to_owned();
        self.known.insert(key, id);
        self.calls.push(Call { kind, dependency, statement, name });
        (id, parameters)
    }

    fn normalised(&mut self, text: &'a str, is_sql: bool) -> &Normalised {
        self.texts.entry((text, is_sql)).or_insert_with(|| if is_sql { sql(text) } else { path(text) })
    }
}
