//! SAM's own settings: `[ENVIRONMENT.COMMAND.parameters]`, of which `default` and `deploy` count; what is said for all
//! commands (`global`) counts where `deploy` says nothing.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>

use super::super::FileError;
use super::{Parameter, Result, object, pair};
use crate::model::excerpt::harmless;
use crate::source::cloudformation::TemplateError;
use crate::source::tree::{Is, Member, Node, Span};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const SAID: &str = "parameter_overrides";
/// How many environments a message names.
const NAMED: usize = 12;

/// TOML as a tree.
pub(super) fn tree(path: &Path, bytes: &[u8]) -> miette::Result<Node> {
    let text = std::str::from_utf8(bytes).map_err(|_| FileError::new(path, "is not UTF-8"))?;
    let table = DeTable::parse(text).map_err(|error| {
        // The line itself may hold a secret.
        let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        FileError::new(path, format!("is no TOML: {} in line {line}", error.message()))
    })?;
    Ok(Node::new(span(table.span()), members(table.get_ref(), text)))
}

fn members(table: &DeTable<'_>, text: &str) -> Is {
    let members = table.iter().map(|(key, value)| Member {
        key: key.get_ref().as_ref().into(),
        key_at: span(key.span()),
        value: node(value, text),
    });
    Is::Map(members.collect())
}

fn node(value: &Spanned<DeValue<'_>>, text: &str) -> Node {
    let at = span(value.span());
    let is = match value.get_ref() {
        DeValue::String(text) => Is::Text(text.as_ref().into()),
        DeValue::Boolean(it) => Is::Bool(*it),
        DeValue::Array(items) => Is::List(items.iter().map(|item| node(item, text)).collect()),
        DeValue::Table(table) => members(table, text),
        _ => Is::Number(text.get(value.span()).unwrap_or_default().into()),
    };
    Node::new(at, is)
}

fn span(range: std::ops::Range<usize>) -> Span {
    let [start, end] = [range.start, range.end].map(|byte| u32::try_from(byte).unwrap_or(u32::MAX));
    Span { file: 0, start, end }
}

pub(super) fn is_environment(member: &Member) -> bool {
    let commands = member.value.as_map().unwrap_or_default();
    commands.iter().any(|command| command.value.get("parameters").is_some_and(|it| it.as_map().is_some()))
}

/// What SAM would deploy with.
pub(super) fn overrides(root: &Node) -> Result<Vec<Parameter>> {
    let Some(default) = root.member("default") else {
        let others: Vec<&Member> = root.as_map().into_iter().flatten().filter(|it| is_environment(it)).collect();
        let named: Vec<&str> = others.iter().take(NAMED).map(|it| &*it.key).collect();
        let more = if others.len() > NAMED { " and others" } else { "" };
        let message = format!(
            "the file has no environment default, which is the one that is read: it has {}{more}",
            named.join(", ")
        );
        return Err(TemplateError::new(others.first().map_or(root.at, |it| it.key_at), harmless(&message))
            .help("give the values of another environment with --parameter NAME=VALUE, or in a file of their own"));
    };
    let said = |command: &str| default.value.get(command)?.get("parameters")?.get(SAID);
    let Some(said) = said("deploy").or_else(|| said("global")) else {
        let message = format!("the environment default has no {SAID}, neither for deploy nor for global");
        return Err(TemplateError::new(default.key_at, message));
    };
    match &said.is {
        Is::Text(text) => words(text, said),
        Is::List(items) => {
            let each = |item: &Node| item.as_text().ok_or_else(|| wrong(item)).and_then(|text| words(text, item));
            Ok(items.iter().map(each).collect::<Result<Vec<_>>>()?.concat())
        }
        Is::Map(members) => object(members),
        _ => Err(wrong(said)),
    }
}

fn wrong(node: &Node) -> TemplateError {
    TemplateError::new(node.at, format!("{SAID} is a text, a list of texts, or an object of names and values"))
}

/// `Name=Value` and `ParameterKey=Name,ParameterValue=Value`, with spaces between them.
fn words(text: &str, node: &Node) -> Result<Vec<Parameter>> {
    let words = split(text).ok_or_else(|| TemplateError::new(node.at, "a quote is not closed"))?;
    let parameter = |word: String| match word.strip_prefix("ParameterKey=") {
        Some(rest) => rest.split_once(",ParameterValue=").and_then(|(name, value)| pair(&format!("{name}={value}"))),
        None => pair(&word),
    };
    let each = |word| {
        parameter(word).ok_or_else(|| {
            TemplateError::new(node.at, "this is not written Name=Value").help("put a value with spaces into quotes")
        })
    };
    words.into_iter().map(each).collect()
}

/// Spaces separate but in quotes; a backslash keeps a space or a quote. `None`: a quote is not closed.
fn split(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if matches!(chars.peek(), Some(' ' | '"')) => word.extend(chars.next()),
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    (!quoted).then_some(words)
}
