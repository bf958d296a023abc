//! Which bytes of a file that was read are secrets.

use super::{Document, Is, Member, Node};
use crate::model::redact;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The values of a Lambda function's and a container's environment variables, of API keys, the defaults of `NoEcho`
/// parameters, and what a name or its own form gives away, in comments too. `text` is what `document` was read from.
pub fn secrets(document: &Document, text: &str) -> Vec<Range<usize>> {
    let mut search = Search { text, found: Vec::new(), names: HashMap::new(), long: HashSet::new() };
    search.node("", &document.root, false, false);
    for (at, _) in &document.comments {
        let comment = text.get(at.range()).unwrap_or_default();
        let start = at.range().start;
        search.found.extend(redact::lines(comment).into_iter().map(|it| start + it.start..start + it.end));
    }
    search.found
}

struct Search<'a> {
    text: &'a str,
    found: Vec<Range<usize>>,
    /// Files have few different names.
    names: HashMap<&'a str, bool>,
    /// Where texts begin that would take time to be looked through again, for each alias.
    long: HashSet<(u32, bool)>,
}

/// What takes longer than to remember it, in bytes.
const LONG: usize = 64;

impl<'a> Search<'a> {
    fn node(&mut self, name: &str, node: &'a Node, secret: bool, sub: bool) {
        match &node.is {
            Is::Text(text) if text.len() < LONG || self.long.insert((node.at.start, secret)) => {
                let parts = redact::value(name, text, secret, sub);
                if !parts.is_empty() {
                    let written = self.text.get(node.at.range()).unwrap_or_default();
                    let start = node.at.range().start;
                    let parts = redact::written(written, text, &redact::merged(parts));
                    self.found.extend(parts.into_iter().map(|it| start + it.start..start + it.end));
                }
            }
            Is::Number(_) if secret => self.found.push(node.at.range()),
            Is::List(items) => items.iter().for_each(|item| self.node(name, item, secret, sub)),
            Is::Map(members) => match node.only() {
                Some(member) if ["Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::FindInMap"].contains(&&*member.key) => {}
                Some(member) if member.key.starts_with("Fn::") => {
                    self.node(name, &member.value, secret, sub || &*member.key == "Fn::Sub");
                }
                _ => self.members(name, node, members, (secret, sub)),
            },
            Is::Null | Is::Bool(_) | Is::Text(_) | Is::Number(_) => {}
        }
    }

    fn members(&mut self, of: &str, node: &'a Node, members: &'a [Member], (secret, sub): (bool, bool)) {
        let is_environment = of.starts_with("Environment");
        let no_echo = node.get("NoEcho").is_some_and(|it| match &it.is {
            Is::Bool(it) => *it,
            Is::Text(it) => !it.eq_ignore_ascii_case("false"),
            _ => true,
        });
        let named =
            NAMED.iter().find_map(|(name, value)| Some((*name, node.get(name)?, node.get(value).and(Some(*value))?)));
        let is_key = node.get("Type").and_then(Node::as_text) == Some("AWS::ApiGateway::ApiKey");
        for Member { key, value, .. } in members {
            let mut called = &**key;
            let secret = match called {
                "Default" | "AllowedValues" if no_echo || secret => true,
                "Value" if of == API_KEY => true,
                key if named.is_some_and(|(name, ..)| name == key) => false,
                key if let Some((_, name, value)) = named
                    && value == key =>
                {
                    called = name.as_text().unwrap_or(key);
                    is_environment || self.promises(called)
                }
                // Other objects under a name that promises a secret only say something about it.
                key => (secret && (of == VARIABLES || sub)) || self.promises(key),
            };
            match &value.is {
                Is::Map(_) if is_environment && &**key == "Variables" => self.node(VARIABLES, value, true, false),
                Is::Map(_) if is_key && &**key == "Properties" => self.node(API_KEY, value, false, false),
                _ => self.node(called, value, secret, false),
            }
        }
    }

    fn promises(&mut self, name: &'a str) -> bool {
        *self.names.entry(name).or_insert_with(|| redact::promises(name))
    }
}

/// Which member says what another is called: of tags, variables and headers in lists, and of mappings of answers.
const NAMED: [(&str, &str); 5] = [
    ("Name", "Value"),
    ("Key", "Value"),
    ("Destination", "Source"),
    ("HeaderName", "HeaderValue"),
    ("HttpHeaderName", "Values"),
];

/// No keys: what stands in a function's environment, and what an API key is.
const VARIABLES: &str = "Environment/Variables";
const API_KEY: &str = "ApiKey/Properties";
