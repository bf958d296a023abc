//! What stands before a value in YAML: CloudFormation's short forms, and YAML's own types.

use super::build::{Broken, Grown, quoted};
use super::error::Fault;
use super::scalar::typed;
use super::{Is, Node, Span};
use granit_parser::Tag;

/// The functions that may be written as a tag, by their name behind `Fn::`.
///
/// Those of <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>. AWS shows
/// no short form of `Length`, `ToJsonString` and those of the section Rules, and templates use them all the same; of
/// `Fn::ForEach` there can be none, because its key holds the loop's name.
const FUNCTIONS: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "ValueOf",
    "ValueOfAll",
];

/// The tag of a value that is about to be read.
pub(super) struct Tagged {
    means: Means,
    at: Span,
    spelling: String,
}

enum Means {
    /// The only key of the object that the value becomes the value of.
    Function(&'static str, &'static str),
    /// One of YAML's own types; `!` alone makes text of a scalar.
    Core(Core),
}

#[derive(Clone, Copy, PartialEq)]
enum Core {
    Any,
    Text,
    Null,
    Bool,
    Number,
    List,
    Map,
}

impl Tagged {
    pub(super) fn read(tag: &Tag, at: Span) -> Result<Tagged, Broken> {
        let spelling = quoted(&tag.original()).trim_matches('"').to_owned();
        let unknown = || (Fault::UnknownTag(spelling.clone()), vec![at]);
        let means = match tag.core_suffix() {
            Some("str") => Means::Core(Core::Text),
            Some("null") => Means::Core(Core::Null),
            Some("bool") => Means::Core(Core::Bool),
            Some("int" | "float") => Means::Core(Core::Number),
            Some("seq") => Means::Core(Core::List),
            Some("map") => Means::Core(Core::Map),
            Some(_) => return Err(unknown()),
            None => match tag.to_string().strip_prefix('!') {
                Some("") => Means::Core(Core::Any),
                Some("Ref") => Means::Function("", "Ref"),
                Some("Condition") => Means::Function("", "Condition"),
                Some(name) => {
                    let name = FUNCTIONS.iter().find(|function| **function == name).ok_or_else(unknown)?;
                    Means::Function("Fn::", name)
                }
                None => return Err(unknown()),
            },
        };
        Ok(Tagged { means, at, spelling })
    }

    /// What a scalar is under this tag. A function's argument is typed like any other.
    pub(super) fn scalar(&self, text: &str, plain: bool) -> Result<Is, Broken> {
        let Means::Core(core) = &self.means else { return Ok(if plain { typed(text) } else { Is::Text(text.into()) }) };
        let is = typed(text);
        match (core, &is) {
            (Core::Any | Core::Text, _) => Ok(Is::Text(text.into())),
            (Core::Null, Is::Null) | (Core::Bool, Is::Bool(_)) | (Core::Number, Is::Number(_)) => Ok(is),
            _ => Err(self.misplaced()),
        }
    }

    /// The value with its tag.
    pub(super) fn wrap(&self, grown: Grown) -> Result<Grown, Broken> {
        let (prefix, name) = match (&self.means, &grown.node.is) {
            (Means::Function(prefix, name), _) => (prefix, name),
            (Means::Core(Core::List), Is::List(_)) | (Means::Core(Core::Map), Is::Map(_)) => return Ok(grown),
            (Means::Core(Core::Any), _) => return Ok(grown),
            (Means::Core(Core::List | Core::Map), _) | (Means::Core(_), Is::List(_) | Is::Map(_)) => {
                return Err(self.misplaced());
            }
            (Means::Core(_), _) => return Ok(grown),
        };
        let Grown { node, height, count } = grown;
        let at = Span { end: node.at.end.max(self.at.end), ..self.at };
        let mut node = Node::map(at, [(format!("{prefix}{name}"), node)]);
        if let Is::Map(members) = &mut node.is {
            members.iter_mut().for_each(|member| member.key_at = self.at);
        }
        Ok(Grown { node, height: height + 1, count: count + 1 })
    }

    pub(super) fn is_function(&self) -> bool {
        matches!(self.means, Means::Function(..))
    }

    pub(super) fn at(&self) -> Span {
        self.at
    }

    fn misplaced(&self) -> Broken {
        (Fault::MisplacedTag(self.spelling.clone()), vec![self.at])
    }
}
