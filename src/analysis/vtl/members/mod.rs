//! Members of `$input`, `$context`, `$util` and `$stageVariables` that AWS does not document.
//!
//! This is a fact, not a fault. A member without a value renders as nothing where API Gateway has been observed, and as
//! its source text by Velocity's own rules; AWS "might add" variables without documenting them. What a caller may
//! conclude depends on where the text goes. Methods and members of values (`$input.path('$.a').size()`) are Java's and
//! not judged.

mod tables;

use super::Given;
use super::ast::{Access, AccessKind, Block, ExprKind, NodeKind, Reference, Span};
use super::walk::{Visit, walk};
use std::collections::BTreeSet;
pub use tables::Kind;
use tables::{BOTH, ELSEWHERE, REST, UTIL, WEB_SOCKET};

/// Which reference table holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Api {
    #[default]
    Rest,
    WebSocket,
}

/// A member that no table for this kind of API has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// From the root to the member that is not known, as in `$context.identty`.
    pub span: Span,
    /// `$context.identty`, without braces and arguments.
    pub name: String,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// AWS documents no such member.
    Undocumented,
    /// It is documented, but called with another number of arguments, or called where it is no function.
    Arguments,
    /// AWS documents it for access logs or gateway responses only.
    Elsewhere,
    /// Neither AWS documents this variable nor does the template set it.
    Unset,
}

/// What is documented of the member `path` (`identity.sourceIp`) of `$context`, or of a map that it lies in.
pub fn context(path: &str, api: Api) -> Option<Kind> {
    let own = match api {
        Api::Rest => REST,
        Api::WebSocket => WEB_SOCKET,
    };
    let mut all = BOTH.iter().chain(own);
    all.find_map(|(name, kind)| match path.strip_prefix(name)? {
        "" => Some(*kind),
        rest if rest.starts_with('.') && *kind == Kind::Open => Some(Kind::Open),
        _ => None,
    })
}

/// `path` is on the way to a documented member.
fn leads_on(path: &str, api: Api) -> bool {
    let own = match api {
        Api::Rest => REST,
        Api::WebSocket => WEB_SOCKET,
    };
    BOTH.iter().chain(own).any(|(name, _)| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

pub(super) fn unknown(template: &Block, given: &Given<'_>) -> Vec<Unknown> {
    let mut names = Names::default();
    walk(template, &mut names);
    let mut finder = Finder { api: given.api, set: names.0, found: Vec::new() };
    walk(template, &mut finder);
    finder.found
}

/// The variables that a template sets, names in loops, or takes as parameters.
#[derive(Default)]
struct Names<'t>(BTreeSet<&'t str>);

impl<'t> Visit<'t> for Names<'t> {
    fn reference(&mut self, reference: &'t Reference, written: bool) {
        if written && reference.path.is_empty() {
            self.0.insert(&reference.name.text);
        }
    }

    fn node(&mut self, node: &'t super::ast::Node) {
        match &node.kind {
            // What these set cannot be seen.
            NodeKind::Evaluate { .. } | NodeKind::Parse { .. } => {
                self.0.insert("*");
            }
            NodeKind::Foreach { .. } => self.0.extend(["foreach", "velocityCount", "velocityHasNext"]),
            NodeKind::Call { body: Some(_), .. } => {
                self.0.insert("bodyContent");
            }
            _ => {}
        }
    }
}

struct Finder<'t> {
    api: Api,
    set: BTreeSet<&'t str>,
    found: Vec<Unknown>,
}

impl Finder<'_> {
    fn report(&mut self, reference: &Reference, last: Option<&Access>, path: &str, why: Why) {
        let end = last.map_or(reference.name.span.end, |access| access.span.end);
        let dot = if path.is_empty() { "" } else { "." };
        self.found.push(Unknown {
            span: Span::new(reference.span.start, end),
            name: format!("${}{dot}{path}", reference.name.text),
            why,
        });
    }

    fn context(&mut self, reference: &Reference) {
        let mut path = String::new();
        for access in &reference.path {
            let Some(name) = member(access) else { return };
            if matches!(access.kind, AccessKind::Method(..)) && matches!(name, "get" | "put" | "keySet" | "size") {
                return;
            }
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
            match context(&path, self.api) {
                Some(_) => return,
                None if leads_on(&path, self.api) => {}
                None => {
                    let elsewhere = ELSEWHERE
                        .iter()
                        .any(|name| path == *name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
                    let leads = ELSEWHERE
                        .iter()
                        .any(|name| name.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('.')));
                    if leads && reference.path.last() != Some(access) {
                        continue;
                    }
                    let why = if elsewhere { Why::Elsewhere } else { Why::Undocumented };
                    return self.report(reference, Some(access), &path, why);
                }
            }
        }
    }

    fn functions(&mut self, reference: &Reference, properties: &[&str], functions: &[(&str, &[usize])]) {
        let Some(access) = reference.path.first() else { return };
        let Some(name) = member(access) else { return };
        let known = match &access.kind {
            AccessKind::Method(_, args) => {
                functions.iter().find(|(function, _)| *function == name).map(|(_, arity)| arity.contains(&args.len()))
            }
            _ => properties.contains(&name).then_some(true),
        };
        let named = properties.contains(&name) || functions.iter().any(|(function, _)| *function == name);
        match known {
            Some(true) => {}
            _ if named => self.report(reference, Some(access), name, Why::Arguments),
            _ => self.report(reference, Some(access), name, Why::Undocumented),
        }
    }
}

impl<'t> Visit<'t> for Finder<'t> {
    fn reference(&mut self, reference: &'t Reference, written: bool) {
        let name = reference.name.text.as_str();
        if self.set.contains(name) || reference.bang_backslashes > 0 || reference.backslashes % 2 == 1 {
            return;
        }
        match name {
            "context" => self.context(reference),
            "input" => {
                self.functions(reference, &["body"], &[("json", &[1]), ("path", &[1]), ("params", &[0, 1])]);
            }
            "util" => {
                let all: Vec<(&str, &[usize])> = UTIL.iter().map(|name| (*name, &[1][..])).collect();
                self.functions(reference, &[], &all);
            }
            "stageVariables" => {}
            _ if !written && !self.set.contains("*") => self.report(reference, None, "", Why::Unset),
            _ => {}
        }
    }
}

/// `.name`, `.name(…)`, `['name']` and, on a map, nothing else that can be read without running the template.
pub(super) fn member(access: &Access) -> Option<&str> {
    match &access.kind {
        AccessKind::Property(name) | AccessKind::Method(name, _) => Some(&name.text),
        AccessKind::Index(index) => match &index.kind {
            ExprKind::String(text) if text.template.is_none() => Some(&text.value),
            _ => None,
        },
    }
}
