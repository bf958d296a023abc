//! A grant in the words of the template that lacks it.

use crate::model::source_file::is_json;
use crate::model::{Origins, SourceFile};
use crate::verdict::Grant;
use memchr::memmem;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// What to add to the template that makes the API. A resource that names another has to be made when that is.
pub(super) fn written(grant: &Grant, origins: &Origins, words: &mut Words) -> Option<String> {
    let (file, api) = named(&grant.api, origins)?;
    // One template may make several stacks inside another.
    let stack = grant.api.strip_suffix(api).unwrap_or_default();
    let here = |thing: &str| {
        let (its, name) = named(thing, origins)?;
        (Arc::ptr_eq(its, file) && thing.contains(stack)).then_some(name)
    };
    let made = here(&grant.function);
    let function = made.or(grant.function_name.as_deref())?;
    let (who, what) = match grant.authorizer.as_deref().map(here) {
        None => (api.to_owned(), "*/*".to_owned()),
        Some(None) => (format!("{api}Authorizers"), "authorizers/*".to_owned()),
        Some(Some(authorizer)) => (authorizer.to_owned(), format!("authorizers/${{{authorizer}}}")),
    };
    let called: String = function.chars().filter(char::is_ascii_alphanumeric).collect();
    let things = [Some(&grant.api), Some(&grant.function), grant.authorizer.as_ref()];
    let things = things.into_iter().flatten().filter(|it| here(it).is_some());
    let conditions: BTreeSet<&str> = things.filter_map(|it| origins.condition_of(it)).collect();
    let conditions: Vec<&str> = conditions.into_iter().map(id).collect::<Option<_>>()?;
    let words = words.of(file);
    let permission = Permission {
        id: free(format!("{who}Invokes{called}"), words),
        condition: match *conditions {
            [] => None,
            [one] => Some(one.to_owned()),
            _ => Some(free(conditions.join("And"), words)),
        },
        function,
        made: made.is_some(),
        source: format!("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/{what}"),
    };
    let json = is_json(&file.text);
    let written = if json { permission.json() } else { permission.yaml() };
    // A resource has one condition.
    match permission.condition.filter(|_| conditions.len() > 1) {
        None => Some(written),
        Some(both) if json => {
            let each: Vec<_> = conditions.iter().map(|it| format!(r#"{{"Condition": "{it}"}}"#)).collect();
            let both = format!(r#""Conditions": {{"{both}": {{"Fn::And": [{}]}}}},"#, each.join(", "));
            Some(format!("{both}\n\"Resources\": {{\n{}\n}}", deeper(&written)))
        }
        Some(both) => {
            let each: Vec<_> = conditions.iter().map(|it| format!("!Condition {it}")).collect();
            Some(format!("Conditions:\n  {both}: !And [{}]\nResources:\n{}", each.join(", "), deeper(&written)))
        }
    }
}

struct Permission<'a> {
    id: String,
    condition: Option<String>,
    /// A logical id if it is made here, else a name.
    function: &'a str,
    made: bool,
    source: String,
}

impl Permission<'_> {
    fn yaml(&self) -> String {
        let Permission { id, condition, function, made, source } = self;
        let condition = condition.as_ref().map_or_else(String::new, |it| format!("  Condition: {}\n", plain(it)));
        let function = if *made { format!("!Ref {function}") } else { plain(function) };
        format!(
            "{id}:
  Type: AWS::Lambda::Permission
{condition}  Properties:
    Action: lambda:InvokeFunction
    FunctionName: {function}
    Principal: apigateway.amazonaws.com
    SourceArn: !Sub {source}"
        )
    }

    fn json(&self) -> String {
        let Permission { id, condition, function, made, source } = self;
        let condition = condition.as_ref().map_or_else(String::new, |it| format!("  \"Condition\": \"{it}\",\n"));
        let function = if *made { format!(r#"{{"Ref": "{function}"}}"#) } else { quoted(function) };
        format!(
            r#""{id}": {{
  "Type": "AWS::Lambda::Permission",
{condition}  "Properties": {{
    "Action": "lambda:InvokeFunction",
    "FunctionName": {function},
    "Principal": "apigateway.amazonaws.com",
    "SourceArn": {{"Fn::Sub": "{source}"}}
  }}
}}"#
        )
    }
}

/// What its template calls a thing.
fn named<'o>(thing: &str, origins: &'o Origins) -> Option<(&'o Arc<SourceFile>, &'o str)> {
    Some((&origins.find(thing, "")?.file, id(origins.name_of(thing)?)?))
}

/// CloudFormation's names have no other characters.
fn id(name: &str) -> Option<&str> {
    (!name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric())).then_some(name)
}

/// A name that the template does not hold yet, for whatever it may stand there.
fn free(name: String, words: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{name}{n}"));
    // What is given to one mend is taken for the next.
    [name.clone()].into_iter().chain(numbered).find(|name| words.insert(name.clone())).unwrap_or_default()
}

/// What stands in each file, found once, and what mends add to it.
#[derive(Default)]
pub(super) struct Words(BTreeMap<usize, HashSet<String>>);

impl Words {
    fn of(&mut self, file: &Arc<SourceFile>) -> &mut HashSet<String> {
        let text = &*file.text;
        let word = |at: usize| {
            let other = |c: char| !c.is_ascii_alphanumeric();
            let (before, after) = text.split_at_checked(at)?;
            let start =
                before.rfind(other).map_or(0, |end| end + before[end..].chars().next().map_or(0, char::len_utf8));
            text.get(start..at + after.find(other).unwrap_or(after.len())).map(str::to_owned)
        };
        // One of these is in every name that is made.
        let marks = || ["Invokes", "And"].into_iter().flat_map(|mark| memmem::find_iter(text.as_bytes(), mark));
        self.0.entry(Arc::as_ptr(file).addr()).or_insert_with(|| marks().filter_map(word).collect())
    }
}

/// A text of YAML, in quotes where it would be a number, a truth or a comment.
fn plain(text: &str) -> String {
    let word = |it: &&str| it.eq_ignore_ascii_case(text);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let safe =
        begins && text.bytes().all(|it| it.is_ascii_alphanumeric() || b":_-./".contains(&it)) && !text.ends_with(':');
    match safe && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].iter().any(word) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn deeper(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
