//! What a template's own text asks to ignore: a comment, or the metadata of a resource.
//!
//! A comment says `# gatelint: ignore RULE[, RULE] -- why` on the guilty line, or alone on the line above it. On the line
//! where a resource begins, or alone above that, it speaks for the whole resource. JSON has no comments; there
//! CloudFormation's `Metadata: { gatelint: { ignore: [{ rule, because, until }] } }` of a resource does the same.

use crate::model::{Origin, SourceFile};
use jiff::civil::Date;
use std::ops::Range;
use std::sync::Arc;

/// One ask, and what it speaks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Inline {
    /// The comment, or the entry of the metadata.
    pub written: Origin,
    /// Bytes of the same file: what begins here is meant, of findings the requests whose evidence does.
    pub covers: Range<usize>,
    /// What is wrong with it, where it cannot be read; then it suppresses nothing.
    pub asks: Result<Ask, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// As it is written; whether there is such a rule is not checked here.
    pub rule: String,
    /// Empty where no reason is given; then it suppresses nothing.
    pub because: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

const MARK: &str = "gatelint:";

/// Comments between an ask and what it speaks for: more are not skipped.
const BETWEEN: usize = 16;

/// Reads the text of a comment, with or without its `#`. `None` if it is not for us.
///
/// # Errors
/// A sentence for whoever wrote it, if it cannot be read.
fn parse(comment: &str) -> Option<Result<Vec<Ask>, String>> {
    let ask = comment.trim_start_matches('#').trim().strip_prefix(MARK)?.trim();
    let Some(("ignore", rest)) = ask.split_once(char::is_whitespace) else {
        return Some(Err("after `gatelint:` stands `ignore RULE -- why`".into()));
    };
    let (rules, because) = rest.split_once("--").unwrap_or((rest, ""));
    let rules = rules.split(',').map(str::trim);
    let ask = |rule: &str| Ask { rule: rule.to_owned(), because: because.trim().to_owned(), until: None };
    if rules.clone().any(|rule| rule.is_empty() || rule.contains(char::is_whitespace)) {
        return Some(Err("rules stand between `ignore` and ` -- why`, with commas between them".into()));
    }
    Some(Ok(rules.map(ask).collect()))
}

impl Inline {
    /// What the comment at `at` asks for. `resources` are the bytes of the file's resources, each from its name to
    /// the end of its body.
    pub fn of_comment(file: &Arc<SourceFile>, at: Range<usize>, resources: &[Range<usize>]) -> Vec<Inline> {
        let text = &*file.text;
        let Some(asked) = text.get(at.clone()).and_then(parse) else { return Vec::new() };
        let line = spoken_for(text, at.start);
        let resource = resources.iter().find(|resource| line.contains(&resource.start));
        let covers = resource.cloned().unwrap_or(line);
        let written = Origin { file: file.clone(), at };
        let one = |asks| Inline { written: written.clone(), covers: covers.clone(), asks };
        match asked {
            Ok(asks) => asks.into_iter().map(|ask| one(Ok(ask))).collect(),
            Err(wrong) => vec![one(Err(wrong))],
        }
    }

    /// What the metadata of the resource at `resource` asks for, in the entry at `at`.
    pub fn of_metadata(file: &Arc<SourceFile>, at: Range<usize>, resource: Range<usize>, ask: Ask) -> Inline {
        Inline { written: Origin { file: file.clone(), at }, covers: resource, asks: Ok(ask) }
    }
}

/// The line of the comment, or, where it stands alone, the next that is more than a comment.
fn spoken_for(text: &str, at: usize) -> Range<usize> {
    let line = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from..from + rest.find('\n').map_or(rest.len(), |end| end + 1)
    };
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let own = line(start);
    if !text.get(start..at).unwrap_or_default().trim().is_empty() {
        return own;
    }
    let mut next = line(own.end);
    for _ in 0..BETWEEN {
        if !text.get(next.clone()).unwrap_or_default().trim_start().starts_with('#') {
            break;
        }
        next = line(next.end);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(comment: &str) -> Vec<(String, String)> {
        let asks = parse(comment).expect("for us").expect("readable");
        asks.into_iter().map(|ask| (ask.rule, ask.because)).collect()
    }

    #[test]
    fn comments_name_rules_and_a_reason() {
        let one = |rule: &str, because: &str| (rule.to_owned(), because.to_owned());
        assert_eq!(asks("# gatelint: ignore a-b -- slow -- on purpose"), [one("a-b", "slow -- on purpose")]);
        assert_eq!(asks("gatelint: ignore a-b,c --why"), [one("a-b", "why"), one("c", "why")]);
        assert_eq!(asks("#gatelint: ignore a-b"), [one("a-b", "")]);
        assert_eq!(parse("# a gatelint: ignore x -- y"), None);
        for unreadable in ["", " allow x -- y", " ignore", " ignore -- why", " ignore a b -- why", " ignore a,, -- why"]
        {
            assert!(matches!(parse(&format!("# gatelint:{unreadable}")), Some(Err(_))), "{unreadable}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in "([a-zé: #\r\n]|# gatelint: ignore x -- y){0,12}", start in 0_usize..80, len in 0_usize..80) {
            let file = Arc::new(SourceFile::new("t", text.as_str(), None));
            for asked in Inline::of_comment(&file, start..start + len, &[]) {
                proptest::prop_assert!(text.get(asked.covers).is_some());
            }
        }
    }

    fn covered(text: &str, resource: &str) -> String {
        let file = Arc::new(SourceFile::new("t", text, None));
        let start = text.find("# gatelint").expect("a comment");
        let end = start + text[start..].find('\n').expect("a line");
        let resources = text.find(resource).map(|start| start..text.len());
        let asked = Inline::of_comment(&file, start..end, resources.as_slice());
        text[asked[0].covers.clone()].to_owned()
    }

    #[test]
    fn a_comment_speaks_for_a_line_or_for_a_resource() {
        assert_eq!(covered("a: 1\nb: 2 # gatelint: ignore x -- y\nc: 3\n", "none"), "b: 2 # gatelint: ignore x -- y\n");
        assert_eq!(covered("# gatelint: ignore x -- y\n  # another\nb: 2\nc: 3\n", "none"), "b: 2\n");
        assert_eq!(covered("R: # gatelint: ignore x -- y\n  T: 1\n", "R:"), "R: # gatelint: ignore x -- y\n  T: 1\n");
        assert_eq!(covered("# gatelint: ignore x -- y\nR:\n  T: 1\n", "R:"), "R:\n  T: 1\n");
        assert_eq!(covered("R:\n  # gatelint: ignore x -- y\n  T: 1\n  U: 2\n", "R:"), "  T: 1\n");
        assert_eq!(covered("a: 1\n# gatelint: ignore x -- y\n", "none"), "", "nothing follows");
    }
}
