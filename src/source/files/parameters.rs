//! Files of parameters, in the forms that AWS's own commands take.
//!
//! | form | whose |
//! |---|---|
//! | `[{"ParameterKey": …, "ParameterValue": …}]` | `aws cloudformation create-stack`; `UsePreviousValue` leaves the value open |
//! | `["Name=Value", …]` | `aws cloudformation deploy` |
//! | `{"Parameters": {…}}` | CodePipeline's template configuration |
//! | `{"Name": "Value", …}` | nobody's, but the obvious one |
//! | `samconfig.toml`, or the same as YAML | `sam deploy` |
//!
//! JSON, YAML, or TOML if the file's name ends so. Values never stand in an error: they may be secrets.

mod samconfig;

use super::{FileError, find};
use crate::model::{SourceFile, redact};
use crate::source::cloudformation::TemplateError;
use crate::source::tree::{self, Is, Member, Node};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A name, and its value; `None`: the one that the stack already has.
pub type Parameter = (String, Option<String>);
type Result<T> = std::result::Result<T, TemplateError>;

/// Reads a file of parameters. A name that stands twice has the later value.
///
/// # Errors
/// The file cannot be read, or has none of the forms above.
pub fn parameters(path: &Path) -> miette::Result<Vec<Parameter>> {
    let bytes = find::bytes(path).map_err(|error| FileError::new(path, format!("cannot be read: {error}")))?;
    let name = path.display().to_string();
    let root = match path.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("toml") => samconfig::tree(path, &bytes)?,
        _ => tree::read_hiding(0, &name, &bytes, redact::values)?.root,
    };
    read(&root).map_err(|error| {
        let file = SourceFile::new(name, String::from_utf8_lossy(&bytes), None).hiding(scalars(&root));
        FileError::of_template(error, &[Arc::new(file)]).into()
    })
}

fn read(root: &Node) -> Result<Vec<Parameter>> {
    match &root.is {
        Is::List(items) => items.iter().map(item).collect(),
        Is::Map(members) if members.iter().any(samconfig::is_environment) => samconfig::overrides(root),
        Is::Map(members) => object(root.get("Parameters").and_then(Node::as_map).unwrap_or(members)),
        _ => Err(wrong(root, "the file holds no parameters")),
    }
}

fn item(node: &Node) -> Result<Parameter> {
    if let Is::Text(text) = &node.is {
        return pair(text).ok_or_else(|| wrong(node, "this is not written Name=Value"));
    }
    let name = node.get("ParameterKey").and_then(Node::as_text);
    let name = name.ok_or_else(|| wrong(node, "this has no ParameterKey"))?.to_owned();
    let previous = node.get("UsePreviousValue").and_then(word).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    match (previous, node.member("ParameterValue")) {
        (true, None) => Ok((name, None)),
        (true, Some(value)) => {
            let message = "this has a value, and is to keep the one that the stack has";
            Err(TemplateError::new(value.key_at, message))
        }
        (false, None) => Err(wrong(node, "this has no ParameterValue")),
        (false, Some(value)) => Ok((name, Some(valued(value)?))),
    }
}

fn object(members: &[Member]) -> Result<Vec<Parameter>> {
    members.iter().map(|member| Ok((member.key.to_string(), Some(valued(member)?)))).collect()
}

fn valued(member: &Member) -> Result<String> {
    let message = "a parameter's value is a text, a number, true or false, or a list of them";
    word(&member.value).ok_or_else(|| TemplateError::new(member.key_at, message).label("this has none"))
}

fn word(node: &Node) -> Option<String> {
    match &node.is {
        Is::Text(text) | Is::Number(text) => Some(text.to_string()),
        Is::Bool(it) => Some(it.to_string()),
        Is::List(items) => Some(items.iter().map(word).collect::<Option<Vec<_>>>()?.join(",")),
        Is::Null | Is::Map(_) => None,
    }
}

fn pair(text: &str) -> Option<Parameter> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty())?;
    Some((name.to_owned(), Some(value.to_owned())))
}

fn wrong(node: &Node, message: &str) -> TemplateError {
    TemplateError::new(node.at, message).help(
        "write an object of names and values, a list of \"Name=Value\" or of {\"ParameterKey\": …, \"ParameterValue\": …}, \
         or name a samconfig.toml",
    )
}

/// Where its values stand.
fn scalars(root: &Node) -> Vec<Range<usize>> {
    let (mut found, mut nodes) = (Vec::new(), vec![root]);
    while let Some(node) = nodes.pop() {
        match &node.is {
            Is::List(items) => nodes.extend(items),
            Is::Map(members) => nodes.extend(members.iter().map(|member| &member.value)),
            _ => found.push(node.at.range()),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the file says, or the message and the text that it is about.
    fn said(ending: &str, text: &str) -> std::result::Result<Vec<Parameter>, (String, String)> {
        let root = match ending {
            "toml" => samconfig::tree(Path::new("samconfig.toml"), text.as_bytes()).unwrap(),
            _ => tree::read(0, "parameters", text.as_bytes()).unwrap().root,
        };
        read(&root).map_err(|error| (error.message, text[error.at.range()].to_owned()))
    }

    fn some(pairs: &[(&str, &str)]) -> Vec<Parameter> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect()
    }

    #[test]
    fn every_form_says_the_same() {
        let expected = some(&[("Env", "prod"), ("Count", "3")]);
        for (ending, text) in [
            (
                "json",
                r#"[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Count", "ParameterValue": "3"}]"#,
            ),
            ("json", r#"["Env=prod", "Count=3"]"#),
            ("json", r#"{"Parameters": {"Env": "prod", "Count": 3}, "Tags": {"a": "b"}}"#),
            ("json", r#"{"Env": "prod", "Count": 3}"#),
            ("yaml", "Env: prod\nCount: 3\n"),
            ("yaml", "- Env=prod\n- Count=3\n"),
            ("yaml", "Parameters:\n  Env: prod\n  Count: '3'\n"),
            (
                "yaml",
                "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: [Env=prod, Count=3]\n",
            ),
            ("toml", "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = \"Env=prod Count=3\"\n"),
            ("toml", "[default.global.parameters]\nparameter_overrides = [\"Env=prod\", \"Count=3\"]\n"),
            (
                "toml",
                "[default.global.parameters]\nparameter_overrides = \"Env=dev\"\n[default.deploy.parameters]\n\
                 parameter_overrides = \"ParameterKey=Env,ParameterValue=prod  ParameterKey=Count,ParameterValue=3\"\n",
            ),
        ] {
            assert_eq!(said(ending, text), Ok(expected.clone()), "{text}");
        }
    }

    #[test]
    fn values_as_they_are_written() {
        let toml = |value: &str| format!("[default.deploy.parameters]\nparameter_overrides = {value}\n");
        for (text, expected) in [
            (toml(r#"'A="b c" D=e'"#), some(&[("A", "b c"), ("D", "e")])),
            (toml(r#""A=\"b \\\" c\" D=e\\ f""#), some(&[("A", "b \" c"), ("D", "e f")])),
            (toml(r"'A=C:\temp B=x=y C='"), some(&[("A", r"C:\temp"), ("B", "x=y"), ("C", "")])),
            (toml("'ParameterKey=A,ParameterValue=\"b, c\"'"), some(&[("A", "b, c")])),
        ] {
            assert_eq!(said("toml", &text), Ok(expected), "{text}");
        }
        assert_eq!(said("json", r#"["A=b c", "B=x=y"]"#), Ok(some(&[("A", "b c"), ("B", "x=y")])));
        let previous =
            r#"[{"ParameterKey": "A", "UsePreviousValue": true}, {"ParameterKey": "B", "ParameterValue": ["x", "y"]}]"#;
        assert_eq!(said("json", previous), Ok(vec![("A".into(), None), ("B".into(), Some("x,y".into()))]));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        let toml = |value: &str| format!("[default.deploy.parameters]\nparameter_overrides = {value}\n");
        for (ending, text, message, place) in [
            ("json", "3".to_owned(), "holds no parameters", "3"),
            ("json", "[3]".to_owned(), "has no ParameterKey", "3"),
            ("json", r#"["Env"]"#.to_owned(), "not written Name=Value", "\"Env\""),
            ("json", r#"["=x"]"#.to_owned(), "not written Name=Value", "\"=x\""),
            ("json", r#"[{"ParameterKey": "A"}]"#.to_owned(), "no ParameterValue", r#"{"ParameterKey": "A"}"#),
            (
                "json",
                r#"[{"ParameterKey": "A", "ParameterValue": "b", "UsePreviousValue": true}]"#.to_owned(),
                "keep the one",
                "\"ParameterValue\"",
            ),
            ("json", r#"{"A": null}"#.to_owned(), "a parameter's value is", "\"A\""),
            ("yaml", "A: {B: c}".to_owned(), "a parameter's value is", "A"),
            ("toml", toml("\"Env\""), "not written Name=Value", "\"Env\""),
            ("toml", toml("'A=\"b'"), "a quote is not closed", "'A=\"b'"),
            ("toml", toml("3"), "a text, a list", "3"),
            (
                "toml",
                "[prod.deploy.parameters]\nparameter_overrides = 'A=b'\n".to_owned(),
                "no environment default",
                "",
            ),
            ("toml", "[default.deploy.parameters]\nregion = 'x'\n".to_owned(), "no parameter_overrides", "default"),
        ] {
            let (says, at) = said(ending, &text).unwrap_err();
            assert!(says.contains(message), "{text}: {says}");
            assert!(place.is_empty() || at == place, "{text}: {at}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let text = "A:\n  B: hünter2\n  C: [x]\n";
        let root = tree::read(0, "parameters", text.as_bytes()).unwrap().root;
        let file = SourceFile::new("p", text, None).hiding(scalars(&root));
        let shown = redact::masked(text, 0..text.len(), &file.secrets(&(0..text.len())));
        assert_eq!(shown, "A:\n  B: *******\n  C: [*]\n");
    }
}
