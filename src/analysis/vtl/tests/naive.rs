//! A concrete interpreter that is as simple as can be: one request, one walk, plain values. It shares nothing with the
//! analysis but the tree. What versions of Velocity and API Gateway do differently are switches of the [`Engine`].

use crate::analysis::vtl::ast::*;
use serde_json::Value as Json;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(super) struct Engine {
    /// References without a value write their source; else nothing.
    pub literal: bool,
    /// An empty string and zero are false, and null equals the empty string.
    pub lenient: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub params: BTreeMap<String, String>,
    pub body: Json,
    pub stage: BTreeMap<String, String>,
    pub context: BTreeMap<String, String>,
}

/// The template uses something that is not interpreted here.
#[derive(Debug)]
pub(super) struct Unsupported;

type Answer<T> = Result<T, Unsupported>;

#[derive(Clone, Debug, PartialEq)]
enum V {
    Null,
    Bool(bool),
    Int(i64),
    Str(String),
    List(Vec<V>),
    Object(Json),
}

#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub text: String,
    pub overrides: Vec<String>,
    /// Names of stage variables that were read and are not defined.
    pub missing: Vec<String>,
}

#[derive(PartialEq)]
enum After {
    On,
    Stop,
    Break,
}

struct Naive<'a> {
    source: &'a str,
    engine: &'a Engine,
    request: &'a Request,
    vars: BTreeMap<String, V>,
    /// Index and whether another follows, for each loop around.
    loops: Vec<(i64, bool)>,
    done: Rendered,
}

pub(super) fn render(source: &str, template: &Block, engine: &Engine, request: &Request) -> Answer<Rendered> {
    let mut naive =
        Naive { source, engine, request, vars: BTreeMap::new(), loops: Vec::new(), done: Rendered::default() };
    let mut text = String::new();
    naive.block(template, &mut text)?;
    naive.done.text = text;
    Ok(naive.done)
}

impl Naive<'_> {
    fn block(&mut self, block: &Block, out: &mut String) -> Answer<After> {
        for node in &block.nodes {
            match &node.kind {
                NodeKind::Text(text) | NodeKind::Unparsed(text) => out.push_str(text),
                NodeKind::Comment(_) => {}
                NodeKind::Reference(reference) => out.push_str(&self.written(reference)?),
                NodeKind::Set { target, value } => self.set(target, value)?,
                NodeKind::If { branches, otherwise } => {
                    let mut taken = otherwise.as_ref();
                    for branch in branches {
                        let value = self.expr(&branch.condition)?;
                        if self.truth(&value) {
                            taken = Some(&branch.body);
                            break;
                        }
                    }
                    if let Some(body) = taken {
                        match self.block(body, out)? {
                            After::On => {}
                            other => return Ok(other),
                        }
                    }
                }
                NodeKind::Foreach { item, list, body } => {
                    let V::List(items) = self.expr(list)? else { continue };
                    let before = self.vars.get(&item.name.text).cloned();
                    let count = items.len();
                    for (index, value) in items.into_iter().enumerate() {
                        self.vars.insert(item.name.text.clone(), value);
                        self.loops.push((index as i64, index + 1 < count));
                        let after = self.block(body, out)?;
                        self.loops.pop();
                        match after {
                            After::On => {}
                            After::Break => break,
                            After::Stop => return Ok(After::Stop),
                        }
                    }
                    match before {
                        Some(before) => self.vars.insert(item.name.text.clone(), before),
                        None => self.vars.remove(&item.name.text),
                    };
                }
                NodeKind::Stop { message: None } => return Ok(After::Stop),
                NodeKind::Break { scope: None } if !self.loops.is_empty() => return Ok(After::Break),
                _ => return Err(Unsupported),
            }
        }
        Ok(After::On)
    }

    fn set(&mut self, target: &Reference, value: &Expr) -> Answer<()> {
        let value = self.expr(value)?;
        if value == V::Null {
            return Ok(());
        }
        if target.path.is_empty() {
            self.vars.insert(target.name.text.clone(), value);
            return Ok(());
        }
        let text = target.span.of(self.source);
        if !text.starts_with("$context.requestOverride.header.") {
            return Err(Unsupported);
        }
        self.done.overrides.push(text.to_owned());
        Ok(())
    }

    fn written(&mut self, reference: &Reference) -> Answer<String> {
        if reference.backslashes + reference.bang_backslashes > 0 || reference.alternate.is_some() {
            return Err(Unsupported);
        }
        Ok(match self.reference(reference)? {
            V::Null if reference.quiet || !self.engine.literal => String::new(),
            V::Null => reference.span.of(self.source).to_owned(),
            value => text(&value),
        })
    }

    fn reference(&mut self, reference: &Reference) -> Answer<V> {
        let name = reference.name.text.as_str();
        let words: Vec<(&str, Option<&[Expr]>)> = reference
            .path
            .iter()
            .map(|access| match &access.kind {
                AccessKind::Property(name) => Ok((name.text.as_str(), None)),
                AccessKind::Method(name, args) => Ok((name.text.as_str(), Some(args.as_slice()))),
                AccessKind::Index(_) => Err(Unsupported),
            })
            .collect::<Answer<_>>()?;
        if let Some(value) = self.vars.get(name).cloned() {
            return match (words.as_slice(), value) {
                ([], value) => Ok(value),
                ([("size", Some([]))], V::List(items)) => Ok(V::Int(items.len() as i64)),
                ([(name, None)], V::Object(object)) => Ok(from_json(object.get(*name).unwrap_or(&Json::Null))),
                ([(_, None)], _) => Ok(V::Null),
                _ => Err(Unsupported),
            };
        }
        let known = |map: &BTreeMap<String, String>, name: &str| map.get(name).cloned().map_or(V::Null, V::Str);
        match (name, words.as_slice()) {
            ("input", [("params", Some([name]))]) => {
                let name = text(&self.expr(name)?);
                Ok(known(&self.request.params, &name))
            }
            ("input", [("json", Some([path]))]) => {
                let found = self.path(path)?;
                Ok(V::Str(if found.is_null() { "\"\"".to_owned() } else { found.to_string() }))
            }
            ("input", [("path", Some([path]))]) => Ok(from_json(&self.path(path)?)),
            ("input", [("body", None)]) => Ok(V::Str(self.request.body.to_string())),
            ("stageVariables", [(name, None)]) => {
                if !self.request.stage.contains_key(*name) {
                    self.done.missing.push((*name).to_owned());
                }
                Ok(known(&self.request.stage, name))
            }
            ("context", [(name, None)]) => Ok(known(&self.request.context, name)),
            ("util", [("escapeJavaScript", Some([arg]))]) => self.apply(arg, escape_script),
            ("util", [("escapeJavaScript", Some([arg])), ("replaceAll", Some([from, to]))]) => {
                let (from, to) = (text(&self.expr(from)?), text(&self.expr(to)?));
                if (from.as_str(), to.as_str()) != (r"\\'", "'") {
                    return Err(Unsupported);
                }
                self.apply(arg, |text| escape_script(text).replace(r"\'", "'"))
            }
            ("util", [("urlEncode", Some([arg]))]) => self.apply(arg, url_encode),
            ("foreach", [(name, None)]) => Ok(match (*name, self.loops.last()) {
                (_, None) => V::Null,
                ("hasNext", Some((_, more))) => V::Bool(*more),
                ("last", Some((_, more))) => V::Bool(!*more),
                ("first", Some((index, _))) => V::Bool(*index == 0),
                ("index", Some((index, _))) => V::Int(*index),
                ("count", Some((index, _))) => V::Int(*index + 1),
                _ => return Err(Unsupported),
            }),
            (_, []) if !matches!(name, "input" | "context" | "util" | "stageVariables") => Ok(V::Null),
            (_, [(_, None)]) if !matches!(name, "input" | "util") => Ok(V::Null),
            _ => Err(Unsupported),
        }
    }

    fn apply(&mut self, arg: &Expr, change: impl Fn(&str) -> String) -> Answer<V> {
        Ok(match self.expr(arg)? {
            V::Null => V::Null,
            value => V::Str(change(&text(&value))),
        })
    }

    fn path(&mut self, path: &Expr) -> Answer<Json> {
        let path = text(&self.expr(path)?);
        let mut found = &self.request.body;
        for name in path.strip_prefix('$').ok_or(Unsupported)?.split('.').skip(1) {
            found = found.get(name).unwrap_or(&Json::Null);
        }
        Ok(found.clone())
    }

    fn expr(&mut self, expr: &Expr) -> Answer<V> {
        Ok(match &expr.kind {
            ExprKind::Reference(reference) => self.reference(reference)?,
            ExprKind::Integer(digits) => V::Int(digits.parse().map_err(|_| Unsupported)?),
            ExprKind::Boolean(truth) => V::Bool(*truth),
            ExprKind::String(literal) => match &literal.template {
                None => V::Str(literal.value.clone()),
                Some(inner) => {
                    let mut out = String::new();
                    if self.block(inner, &mut out)? != After::On {
                        return Err(Unsupported);
                    }
                    V::Str(out)
                }
            },
            ExprKind::List(items) => V::List(items.iter().map(|item| self.expr(item)).collect::<Answer<_>>()?),
            ExprKind::Range(from, to) => match (self.expr(from)?, self.expr(to)?) {
                (V::Int(from), V::Int(to)) if from <= to => V::List((from..=to).map(V::Int).collect()),
                (V::Int(from), V::Int(to)) => V::List((to..=from).rev().map(V::Int).collect()),
                _ => V::Null,
            },
            ExprKind::Not(inner) => {
                let value = self.expr(inner)?;
                V::Bool(!self.truth(&value))
            }
            ExprKind::Chain(first, rest) => {
                let mut left = self.expr(first)?;
                for (operator, right) in rest {
                    let right = self.expr(right)?;
                    left = self.operate(*operator, left, right)?;
                }
                left
            }
            _ => return Err(Unsupported),
        })
    }

    fn operate(&self, operator: Operator, a: V, b: V) -> Answer<V> {
        let equal = |a: &V, b: &V| match (a, b) {
            (V::Null, V::Null) => self.engine.lenient,
            (V::Null, V::Str(text)) | (V::Str(text), V::Null) => self.engine.lenient && text.is_empty(),
            (V::Null, _) | (_, V::Null) => false,
            (a, b) => text(a) == text(b),
        };
        Ok(match (operator, &a, &b) {
            (Operator::And, ..) => V::Bool(self.truth(&a) && self.truth(&b)),
            (Operator::Or, ..) => V::Bool(self.truth(&a) || self.truth(&b)),
            (Operator::Equal, ..) => V::Bool(equal(&a, &b)),
            (Operator::NotEqual, ..) => V::Bool(!equal(&a, &b)),
            (Operator::Less, V::Int(a), V::Int(b)) => V::Bool(a < b),
            (Operator::Greater, V::Int(a), V::Int(b)) => V::Bool(a > b),
            (Operator::LessOrEqual, V::Int(a), V::Int(b)) => V::Bool(a <= b),
            (Operator::GreaterOrEqual, V::Int(a), V::Int(b)) => V::Bool(a >= b),
            (Operator::Add, V::Int(a), V::Int(b)) => V::Int(a + b),
            (Operator::Subtract, V::Int(a), V::Int(b)) => V::Int(a - b),
            (Operator::Multiply, V::Int(a), V::Int(b)) => V::Int(a.checked_mul(*b).ok_or(Unsupported)?),
            (Operator::Divide, V::Int(_), V::Int(0)) => V::Null,
            (Operator::Divide, V::Int(a), V::Int(b)) => V::Int(a / b),
            (Operator::Modulo, V::Int(_), V::Int(0)) => V::Null,
            (Operator::Modulo, V::Int(a), V::Int(b)) => V::Int(a % b),
            (Operator::Less | Operator::Greater | Operator::LessOrEqual | Operator::GreaterOrEqual, ..) => {
                V::Bool(false)
            }
            _ => V::Null,
        })
    }

    fn truth(&self, value: &V) -> bool {
        match value {
            V::Null => false,
            V::Bool(truth) => *truth,
            V::Str(text) => !(self.engine.lenient && text.is_empty()),
            V::Int(n) => !(self.engine.lenient && *n == 0),
            V::List(items) => !(self.engine.lenient && items.is_empty()),
            V::Object(_) => true,
        }
    }
}

fn from_json(json: &Json) -> V {
    match json {
        Json::Null => V::Null,
        Json::Bool(truth) => V::Bool(*truth),
        Json::Number(number) => number.as_i64().map_or_else(|| V::Str(number.to_string()), V::Int),
        Json::String(text) => V::Str(text.clone()),
        Json::Array(items) => V::List(items.iter().map(from_json).collect()),
        Json::Object(_) => V::Object(json.clone()),
    }
}

fn text(value: &V) -> String {
    match value {
        V::Null => "null".to_owned(),
        V::Bool(truth) => truth.to_string(),
        V::Int(n) => n.to_string(),
        V::Str(text) => text.clone(),
        V::List(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        V::Object(object) => {
            let members = object.as_object().into_iter().flatten();
            let members: Vec<String> = members.map(|(key, value)| format!("{key}={value}")).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn escape_script(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' | '/' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if !(' '..='~').contains(&c) => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                out.push_str(&format!("\\u{unit:04X}"));
            }),
            c => out.push(c),
        }
    }
    out
}

fn url_encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
