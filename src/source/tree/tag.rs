//! What stands before a value in YAML: CloudFormation's short forms, and YAML's own types.

use super::build::{Broken, Grown, quoted};
use super::error::Fault;
use super::scalar::typed;
use super::{Is, Node, Span};
use granit_parser::Tag;

/// The functions that may be written as a tag, which is their name behind `Fn::`.
///
/// Those of <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>. AWS shows
/// no short form of `Length`, `ToJsonString` and those of the section Rules, and templates use them all the same; of
/// `Fn::ForEach` there can be none, because its key holds the loop's name.
const FUNCTIONS: &[&str] = &[
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::RefAll",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
];

/// The tag of a value that is about to be read.
pub(super) struct Tagged {
    means: Means,
    at: Span,
}

enum Means {
    /// The only key of the object that the value becomes the value of.
    Function(&'static str),
    /// One of YAML's own types, and how it is spelt; `!` alone makes text of a scalar.
    Core(Core, String),
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
        let spelling = || quoted(&tag.original()).trim_matches('"').to_owned();
        let unknown = || (Fault::UnknownTag(spelling()), vec![at]);
        let core = match tag.core_suffix() {
            Some("str") => Core::Text,
            Some("null") => Core::Null,
            Some("bool") => Core::Bool,
            Some("int" | "float") => Core::Number,
            Some("seq") => Core::List,
            Some("map") => Core::Map,
            Some(_) => return Err(unknown()),
            None => match tag.to_string().strip_prefix('!') {
                Some("") => Core::Any,
                Some("Ref") => return Ok(Tagged { means: Means::Function("Ref"), at }),
                Some("Condition") => return Ok(Tagged { means: Means::Function("Condition"), at }),
                Some(name) => {
                    let is = |function: &&&str| function.strip_prefix("Fn::") == Some(name);
                    let function = FUNCTIONS.iter().find(is).ok_or_else(unknown)?;
                    return Ok(Tagged { means: Means::Function(function), at });
                }
                None => return Err(unknown()),
            },
        };
        Ok(Tagged { means: Means::Core(core, spelling()), at })
    }

    /// What a scalar is under this tag. A function's argument is typed like any other.
    pub(super) fn scalar(&self, text: &str, plain: bool) -> Result<Is, Broken> {
        let Means::Core(core, spelling) = &self.means else {
            return Ok(if plain { typed(text) } else { Is::Text(text.into()) });
        };
        let is = typed(text);
        match (core, &is) {
            (Core::Any | Core::Text, _) => Ok(Is::Text(text.into())),
            (Core::Null, Is::Null) | (Core::Bool, Is::Bool(_)) | (Core::Number, Is::Number(_)) => Ok(is),
            _ => Err(self.misplaced(spelling)),
        }
    }

    /// The value with its tag.
    pub(super) fn wrap(&self, grown: Grown) -> Result<Grown, Broken> {
        let function = match (&self.means, &grown.node.is) {
            (Means::Function(function), _) => *function,
            (Means::Core(Core::List, _), Is::List(_)) | (Means::Core(Core::Map, _), Is::Map(_)) => return Ok(grown),
            (Means::Core(Core::Any, _), _) => return Ok(grown),
            (Means::Core(Core::List | Core::Map, spelling), _)
            | (Means::Core(_, spelling), Is::List(_) | Is::Map(_)) => {
                return Err(self.misplaced(spelling));
            }
            (Means::Core(..), _) => return Ok(grown),
        };
        let Grown { node, height, count } = grown;
        let at = Span { end: node.at.end.max(self.at.end), ..self.at };
        let mut node = Node::map(at, [(function, node)]);
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

    fn misplaced(&self, spelling: &str) -> Broken {
        (Fault::MisplacedTag(spelling.to_owned()), vec![self.at])
    }
}
