//! What a file names: its imports, and every path in its code, inside of macros too.

use proc_macro2::{Spacing, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, UseTree, Visibility};

/// One path, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Its segments. An import of a whole module by `self` ends with the module's name.
    pub path: Vec<String>,
    /// The line, from 1.
    pub line: usize,
}

/// An import, and the name it has here.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub name: String,
    pub target: Use,
}

/// All that one module names, its child modules left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub imports: Vec<Import>,
    /// Imports of everything: `use a::b::*`.
    pub globs: Vec<Use>,
    pub paths: Vec<Use>,
}

impl Names {
    pub(crate) fn add(&mut self, item: &Item) {
        match item {
            Item::Use(one) => self.import(&one.tree, Vec::new()),
            item => self.visit_item(item),
        }
    }

    fn import(&mut self, tree: &UseTree, mut before: Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before.clone())),
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.globs.push(Use { path: before, line });
            }
            UseTree::Name(name) => {
                let (segment, line) = (name.ident.to_string(), name.ident.span().start().line);
                if segment != "self" {
                    before.push(segment);
                }
                let name = before.last().cloned().unwrap_or_default();
                self.imports.push(Import { name, target: Use { path: before, line } });
            }
            UseTree::Rename(rename) => {
                let (segment, line) = (rename.ident.to_string(), rename.ident.span().start().line);
                if segment != "self" {
                    before.push(segment);
                }
                self.imports.push(Import { name: rename.rename.to_string(), target: Use { path: before, line } });
            }
        }
    }

    fn path(&mut self, path: Vec<String>, span: Span) {
        if path.len() > 1 {
            self.paths.push(Use { path, line: span.start().line });
        }
    }

    /// Within a macro nothing is known but tokens: names with `::` between them are a path.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons): (Vec<String>, usize) = (Vec::new(), 0);
        let mut span = Span::call_site();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.path(std::mem::take(&mut path), span);
                        span = ident.span();
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons = if punct.spacing() == Spacing::Joint || colons == 1 { colons + 1 } else { 0 };
                }
                other => {
                    self.path(std::mem::take(&mut path), span);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.path(path, span);
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(_) => {}
            Item::Use(one) if !is_test(&one.attrs) => self.import(&one.tree, Vec::new()),
            item if is_test(attributes(item)) => {}
            item => visit::visit_item(self, item),
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Fn(one) => &one.attrs,
            ImplItem::Const(one) => &one.attrs,
            _ => &[],
        };
        if !is_test(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let span = path.segments.first().map_or_else(Span::call_site, |one| one.ident.span());
        if path.leading_colon.is_none() {
            self.path(path.segments.iter().map(|one| one.ident.to_string()).collect(), span);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        self.visit_path(&one.path);
        self.tokens(one.tokens.clone());
    }

    /// `pub(in crate::here)` says who may use it, and uses nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// Only compiled for tests.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|one| one.path().is_ident("cfg")).any(|one| {
        let text = one.meta.require_list().map(|list| list.tokens.to_string().replace(' ', "")).unwrap_or_default();
        text == "test" || text.starts_with("all(test")
    })
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(one) => &one.attrs,
        Item::Enum(one) => &one.attrs,
        Item::Fn(one) => &one.attrs,
        Item::Impl(one) => &one.attrs,
        Item::Macro(one) => &one.attrs,
        Item::Mod(one) => &one.attrs,
        Item::Static(one) => &one.attrs,
        Item::Struct(one) => &one.attrs,
        Item::Trait(one) => &one.attrs,
        Item::Type(one) => &one.attrs,
        Item::Use(one) => &one.attrs,
        _ => &[],
    }
}
