//! What expressions may be worth.

use super::flow::Flow;
use super::operate::operate;
use super::overrides::{Map, Target, target};
use super::value::{Const, Items, Lang, Value, is_plain};
use super::{At, Run};
use crate::analysis::vtl::ast::{Access, AccessKind, Block, Expr, ExprKind, NodeKind, Reference, StringLiteral};
use crate::analysis::vtl::members::{self, Kind, member};
use crate::analysis::vtl::stage_variables;
use std::borrow::Cow;

/// Methods of Java's strings and collections that change nothing.
const PURE: &[&str] = &[
    "contains",
    "containsKey",
    "endsWith",
    "entrySet",
    "equals",
    "equalsIgnoreCase",
    "get",
    "getKey",
    "getValue",
    "indexOf",
    "isEmpty",
    "keySet",
    "length",
    "matches",
    "replace",
    "replaceAll",
    "size",
    "split",
    "startsWith",
    "substring",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "values",
];

impl<'t> Run<'t, '_> {
    pub(super) fn eval(&mut self, flow: &mut Flow<'t>, expr: &'t Expr) -> Value<'t> {
        self.work.spend(4);
        match &expr.kind {
            ExprKind::Reference(inner) => self.reference(flow, inner),
            ExprKind::Integer(digits) => digits.parse().map_or(Value::new(Lang::Any), Value::int),
            ExprKind::Float(_) => Value::new(Lang::Plain),
            ExprKind::Boolean(truth) => Value::truth(Some(*truth)),
            ExprKind::String(text) => self.string(flow, text),
            ExprKind::List(all) => {
                let values: Vec<Value<'t>> = all.iter().map(|item| self.eval(flow, item)).collect();
                let joined = values.iter().cloned().reduce(|a, b| a.join(&b));
                let each = joined.filter(|each| !each.null && !each.block).map_or(Lang::Any, |each| each.lang);
                let context = values.iter().any(|value| value.context);
                let items = Some(Items { least: all.len(), most: Some(all.len()), each });
                Value { items, context, block: values.iter().any(|value| value.block), ..Value::new(Lang::Any) }
            }
            ExprKind::Range(from, to) => {
                let (from, to) = (self.eval(flow, from), self.eval(flow, to));
                let null = from.null || to.null;
                let (each, length) = match (from.as_int(), to.as_int()) {
                    (Some(a), Some(b)) => (Some(a.min(b)), usize::try_from(a.abs_diff(b)).ok()),
                    _ => (None, None),
                };
                let most = length.and_then(|length| length.checked_add(1));
                let items = Some(Items { least: most.unwrap_or(1), most, each: Lang::Integer { at_least: each } });
                Value { null, items: items.filter(|_| most.is_some()), ..Value::new(Lang::Any) }
            }
            ExprKind::Map(entries) => {
                let mut map = Value::new(Lang::Any);
                for (key, value) in entries {
                    self.eval(flow, key);
                    let value = self.eval(flow, value);
                    map.context |= value.context;
                    map.block |= value.block;
                }
                map
            }
            ExprKind::Not(inner) => {
                let truth = self.eval(flow, inner).is_true();
                Value::truth(truth.map(|truth| !truth))
            }
            ExprKind::Negate(inner) => {
                self.eval(flow, inner);
                Value::any()
            }
            ExprKind::Chain(first, rest) => {
                let first = self.eval(flow, first);
                rest.iter().fold(first, |left, (operator, right)| {
                    let right = self.eval(flow, right);
                    operate(*operator, &left, &right)
                })
            }
            ExprKind::Word(_) => Value::any(),
        }
    }

    fn string(&mut self, flow: &mut Flow<'t>, text: &'t StringLiteral) -> Value<'t> {
        let Some(template) = &text.template else { return Value::new(Lang::text(text.value.as_str())) };
        Value::new(self.interpolated(flow, template))
    }

    /// The output of a string that is a template.
    fn interpolated(&mut self, flow: &mut Flow<'t>, template: &'t Block) -> Lang<'t> {
        let mut whole = Lang::text("");
        for node in &template.nodes {
            let part = match &node.kind {
                NodeKind::Text(text) | NodeKind::Unparsed(text) => Lang::text(text.as_str()),
                NodeKind::Comment(_) => continue,
                NodeKind::Reference(inner) => {
                    let value = self.reference(flow, inner);
                    if value.block {
                        flow.unseen(node.span);
                    }
                    self.written(inner, value)
                }
                _ => {
                    flow.unseen(node.span);
                    Lang::Any
                }
            };
            whole = whole.then(&part);
            self.work.spend(8 + whole.size());
        }
        whole
    }

    /// All that writing `reference` may give.
    pub(super) fn written(&self, reference: &'t Reference, value: Value<'t>) -> Lang<'t> {
        if value.block || reference.backslashes > 0 || reference.bang_backslashes > 0 || reference.alternate.is_some() {
            return Lang::Any;
        }
        match value.null {
            false => value.lang,
            true if reference.quiet => value.lang.join(&Lang::text("")),
            true => {
                let source = reference.span.of(self.source);
                // Within a string these are escapes, and the source is not what it says.
                let own =
                    if source.contains("\"\"") || source.contains("\\u") { Lang::Any } else { Lang::text(source) };
                value.lang.join(&Lang::text("")).join(&own)
            }
        }
    }

    pub(super) fn reference(&mut self, flow: &mut Flow<'t>, reference: &'t Reference) -> Value<'t> {
        self.work.spend(4);
        let name = reference.name.text.as_str();
        let known = flow.get(name).cloned();
        let (mut value, rest) = match (known, name) {
            (Some(value), _) => (value, reference.path.as_slice()),
            (None, _) if flow.wild => (Value::unseen(), reference.path.as_slice()),
            (None, "context") => (self.context(flow, reference), &[][..]),
            (None, "stageVariables") => (self.stage_variable(flow, reference), &[][..]),
            (None, "input" | "util") => match reference.path.split_first() {
                None => (Value::any(), &[][..]),
                Some((first, rest)) => (self.function(flow, name, first), rest),
            },
            (None, "foreach" | "velocityCount" | "velocityHasNext") => self.around(reference),
            (None, _) => (Value::none(), reference.path.as_slice()),
        };
        for access in rest {
            value = self.access(flow, &value, access);
        }
        if reference.alternate.is_some() {
            value = Value::any();
        }
        value
    }

    /// `$foreach` and its elder names.
    fn around(&self, reference: &'t Reference) -> (Value<'t>, &'t [Access]) {
        let Some(At { first, last }) = self.around.last().copied() else {
            return (Value::none(), reference.path.as_slice());
        };
        let count = |least: i64| match first {
            Some(true) => Value::int(least),
            Some(false) => Value::new(Lang::Integer { at_least: Some(least + 1) }),
            None => Value::new(Lang::Integer { at_least: Some(least) }),
        };
        let rest = reference.path.as_slice();
        match (reference.name.text.as_str(), rest.first().and_then(member)) {
            ("velocityCount", _) => (count(1), rest),
            ("velocityHasNext", _) => (Value::truth(last.map(|last| !last)), rest),
            (_, None) => (Value::any(), rest),
            (_, Some(name)) => {
                let value = match name {
                    "hasNext" => Value::truth(last.map(|last| !last)),
                    "last" => Value::truth(last),
                    "first" => Value::truth(first),
                    "index" => count(0),
                    "count" => count(1),
                    _ => Value::any(),
                };
                (value, rest.get(1..).unwrap_or_default())
            }
        }
    }

    fn function(&mut self, flow: &mut Flow<'t>, root: &str, access: &'t Access) -> Value<'t> {
        let AccessKind::Method(name, args) = &access.kind else { return Value::any() };
        let values: Vec<Value<'t>> = args.iter().map(|arg| self.eval(flow, arg)).collect();
        let [value] = values.as_slice() else { return Value::any() };
        let lang = match (root, name.text.as_str()) {
            ("input", "json") => return Value::new(Lang::Json),
            ("util", "urlEncode" | "base64Encode") => Lang::Plain,
            ("util", "escapeJavaScript") => match &value.lang {
                Lang::Words(words) if words.iter().all(needs_no_escape) => value.lang.clone(),
                lang @ Lang::Integer { .. } => lang.clone(),
                _ => Lang::Script,
            },
            _ => return Value::any(),
        };
        if value.block {
            return Value::any();
        }
        Value { null: value.null, ..Value::new(lang) }
    }

    fn access(&mut self, flow: &mut Flow<'t>, base: &Value<'t>, access: &'t Access) -> Value<'t> {
        let next = Value { context: base.context, ..Value::any() };
        let (name, args) = match &access.kind {
            AccessKind::Property(_) => return next,
            AccessKind::Index(index) => {
                self.eval(flow, index);
                return next;
            }
            AccessKind::Method(name, args) => (name.text.as_str(), args),
        };
        let values: Vec<Value<'t>> = args.iter().map(|arg| self.eval(flow, arg)).collect();
        if !PURE.contains(&name) {
            flow.lists_change();
            if base.context {
                flow.overrides.assign(Target { map: Map::Other, name: None }, access.span, false);
            }
        }
        match (name, values.as_slice()) {
            ("size" | "length", []) => match &base.items {
                Some(Items { least, most: Some(most), .. }) if least == most && !base.null && name == "size" => {
                    i64::try_from(*least).map_or(next, Value::int)
                }
                _ => Value::new(Lang::Integer { at_least: Some(0) }).or_null(),
            },
            ("replaceAll", [from, to]) if base.lang == Lang::Script && from.is_text(r"\\'") && to.is_text("'") => {
                Value { null: base.null, ..Value::new(Lang::Plain) }
            }
            _ => next,
        }
    }

    fn context(&mut self, flow: &mut Flow<'t>, reference: &'t Reference) -> Value<'t> {
        let mut path = String::new();
        let mut named = true;
        for access in &reference.path {
            match (&access.kind, member(access)) {
                (AccessKind::Method(name, args), _) => {
                    named = false;
                    let values: Vec<Value<'t>> = args.iter().map(|arg| self.eval(flow, arg)).collect();
                    if !PURE.contains(&name.text.as_str()) {
                        flow.lists_change();
                        let put = values.first().filter(|_| name.text == "put").and_then(Value::known_text);
                        let last = std::ptr::eq(access, reference.path.last().unwrap_or(access));
                        let put = put.filter(|_| last).map(|name| Cow::Owned(name.into_owned()));
                        if let Some(target) = target(reference, Some(put)) {
                            flow.overrides.assign(target, access.span, false);
                        }
                    }
                }
                (_, Some(name)) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                (AccessKind::Index(index), None) => {
                    named = false;
                    self.eval(flow, index);
                }
                (AccessKind::Property(_), None) => named = false,
            }
        }
        match members::context(&path, self.given.api) {
            Some(Kind::Plain) if named => Value::new(Lang::Plain).or_null(),
            _ => Value { context: !named || path.is_empty() || path.contains("Override"), ..Value::any() },
        }
    }

    fn stage_variable(&mut self, flow: &mut Flow<'t>, reference: &'t Reference) -> Value<'t> {
        let first = reference.path.first();
        match first.map(|access| &access.kind) {
            Some(AccessKind::Method(_, args)) => {
                for arg in args {
                    self.eval(flow, arg);
                }
            }
            Some(AccessKind::Index(index)) => {
                self.eval(flow, index);
            }
            _ => {}
        }
        let value = match stage_variables::name_of(reference) {
            Some(Some(name)) => self.variable(name),
            // `$stageVariables` itself, and what its other methods give.
            _ if !matches!(first.map(|access| &access.kind), Some(AccessKind::Index(_))) => Value::any(),
            _ => Value::new(Lang::Plain).or_null(),
        };
        let rest = reference.path.get(1..).unwrap_or_default();
        rest.iter().fold(value, |value, access| self.access(flow, &value, access))
    }

    /// AWS allows nothing in a stage variable's value that a JSON string would have to escape.
    fn variable(&self, name: &str) -> Value<'t> {
        let known = self.given.vars.and_then(|vars| vars.known().ok());
        let Some(vars) = known else { return Value::new(Lang::Plain).or_null() };
        match vars.and_then(|vars| vars.get(name)) {
            None => Value::none(),
            Some(text) => match text.lit() {
                Some(text) => Value::new(Lang::text(text.to_owned())),
                None => Value::new(Lang::Plain),
            },
        }
    }
}

/// Words that `$util.escapeJavaScript` is sure to leave alone.
fn needs_no_escape(word: &Const<'_>) -> bool {
    match word {
        Const::Str(text) => {
            !text.trim().is_empty() && is_plain(text) && text.is_ascii() && !text.contains(['\'', '/', '\u{7f}'])
        }
        _ => true,
    }
}
