//! Java regular expressions, as API Gateway's selection patterns and CloudFormation's `AllowedPattern` are written.
//!
//! Two questions: would Java take this pattern, and does it match this string? API
//! Gateway uses Java's patterns for them and matches *the entire string*: the
//! `errorMessage` of a Lambda function, the status code of every other backend (*Handle
//! Lambda errors in API Gateway*, API Gateway Developer Guide, which names Java's
//! `Pattern`; `selectionPattern` in the API reference of `IntegrationResponse`), and so does CloudFormation. So
//! [`matches`] asks what `Matcher.matches()` asks, with no flags but those that the pattern
//! sets itself.
//!
//! | file | decides |
//! |---|---|
//! | `tree`, `parse` | sequences, groups, quantifiers, inline flags |
//! | `escape` | what follows a backslash |
//! | `class` | character classes with unions and intersections |
//! | `set` | which characters a part of a pattern takes |
//! | `property` | the names in `\p{…}` |
//! | `width` | whether a look-behind has the greatest length that Java wants |
//! | `program` | matching: states in step, never backtracking |
//!
//! What is not sure is said: an error whose [`PatternError::sure`] is false may be taken
//! by another version of Java or of Unicode (a name in `\p{…}` or `\N{…}` that is not in
//! Java 17's tables, nesting beyond [`DEEPEST`]). A look-around, back-reference, atomic
//! group or possessive quantifier may only remove matches of the pattern without it, so
//! [`matches`] tries it both ways: as one that always lets pass and as one that never does.
//! Where the two differ, and where a property of a character beyond ASCII decides, the answer is
//! Unknown.
//!
//! Compared with Java 17.0.15 by `tests/oracles/pattern.rs`: 716 patterns, of which Java refuses 188, and 6,228 pairs of
//! a pattern and a text. No verdict and no answer differs; 29 patterns are not sure (look-behinds, names), 609 pairs
//! Unknown. Of 121,016 random patterns and 549,208 pairs, which are not kept, none differed either, but for 26 pairs of
//! a class with an empty intersection where Java throws while it matches.

mod class;
mod escape;
mod parse;
mod program;
mod property;
mod set;
#[cfg(test)]
mod tests;
mod tree;
mod width;

use crate::analysis::Tri;
use crate::model::Gap;
use program::Program;
use std::fmt;

/// Groups and classes nested deeper than this are not looked into.
pub const DEEPEST: usize = 200;

/// A pattern that Java takes.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// `None` where it takes more states than anybody writes on purpose.
    program: Option<Program>,
}

/// Why a pattern is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Byte offset in the pattern of the character that is at fault; for what is not
    /// closed, of its opening.
    pub index: usize,
    pub what: String,
    /// Java 17 is sure to refuse the pattern. If false, we cannot know.
    pub sure: bool,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.what, self.index)
    }
}

impl std::error::Error for PatternError {}

/// Would `java.util.regex.Pattern.compile` take it?
///
/// # Errors
/// The first thing that is wrong with it, or that we cannot judge.
pub fn validate(pattern: &str) -> Result<Pattern, PatternError> {
    let node = parse::parse(pattern)?;
    Ok(Pattern { program: Program::new(&node) })
}

/// Does the pattern match the whole of `text`? Takes time in proportion to the product
/// of their lengths, and answers Unknown where that is beyond any use.
pub fn matches(pattern: &Pattern, text: &str) -> Tri<()> {
    let Some(program) = &pattern.program else {
        return Tri::unknown(Gap::not_modelled("a regular expression of this size"));
    };
    let Some(answer) = program.matches(text) else {
        return Tri::unknown(Gap::not_modelled("a regular expression against a text of this length"));
    };
    match answer {
        Some(answer) => Tri::of(answer, ()),
        None => Tri::unknown(Gap::not_modelled("what decides in this regular expression")),
    }
}
