//! Does a value of a policy match a value of the call?

use super::automaton::{Token, always, hole_tokens, never};
use super::variables::{Piece, Value};
use crate::analysis::Tri;
use crate::model::{Gap, Part, Text};
use memchr::{memchr2, memchr3, memrchr2};

/// How an element or operator reads the values of a policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    /// Character by character: `StringEquals`, principals.
    Exact,
    ExactIgnoreCase,
    /// `*` and `?` anywhere: `StringLike`.
    Wild,
    /// The same without regard to case: actions.
    WildIgnoreCase,
    /// The six parts of an ARN one by one. In the last, a wildcard crosses `:` and `/`.
    Arn,
    /// The `Resource` element: a `*` that ends its segment crosses the colon after it, and
    /// an ARN that lacks parts is as written and as AWS completes it.
    Resource,
}

/// Beyond this product of lengths nobody has written a policy on purpose.
const LARGEST: usize = 1 << 22;

impl Reading {
    fn ignores_case(self) -> bool {
        matches!(self, Reading::ExactIgnoreCase | Reading::WildIgnoreCase)
    }

    fn has_wildcards(self) -> bool {
        !matches!(self, Reading::Exact | Reading::ExactIgnoreCase)
    }
}

/// Yes if every filling of the holes matches, No if none does.
pub(super) fn matches(value: &Value<'_>, text: &Text, reading: Reading) -> Tri<()> {
    let pieces = match value {
        Value::Unresolved(_) => return Tri::No(()),
        Value::Plain(pattern) => {
            if let (Some(pattern), Some(text)) = (pattern.lit(), text.lit())
                && let Some(answer) = literally(pattern, text, reading)
            {
                return Tri::of(answer, ());
            }
            value.pieces()
        }
        Value::Expanded(pieces) => {
            if let (Some(pattern), Some(text)) = (literal(pieces), text.lit())
                && let Some(answer) = literally(&pattern, text, reading)
            {
                return Tri::of(answer, ());
            }
            pieces.clone()
        }
    };
    let pieces = pieces.as_slice();
    let text_parts = text.parts();
    let symbols = symbols(&text_parts, reading);
    let strict = tokens(pieces, reading, Care::Strict);
    let loose = tokens(pieces, reading, Care::Loose);
    if strict.tokens.len().max(loose.tokens.len()).saturating_mul(symbols.len()) > LARGEST {
        return Tri::unknown(Gap::not_modelled("a pattern of this length"));
    }
    let well_formed = reading != Reading::Arn || may_be_arn(pieces);
    let short = reading == Reading::Resource && strict.colons < 5 && !matches!(*strict.tokens, [Token::Many { .. }]);
    let completed = || {
        let missing = (strict.colons..5).flat_map(|_| [Token::Char(':'), Token::Many { colon: true }]);
        strict.tokens.iter().copied().chain(missing).collect::<Vec<_>>()
    };
    if well_formed && always(&strict.tokens, &symbols) && (!short || always(&completed(), &symbols)) {
        return Tri::Yes(());
    }
    let fold = reading.ignores_case();
    if !never(&loose.tokens, &symbols, fold) {
        return Tri::Unknown(gaps(pieces, &text_parts, reading));
    }
    if reading == Reading::Resource && loose.colons < 5 {
        let mut longer = loose.tokens;
        longer.extend([Token::Char(':'), Token::Many { colon: true }]);
        if !never(&longer, &symbols, fold) {
            return Tri::unknown(Gap::not_modelled("a Resource with fewer than the six parts of an ARN"));
        }
    }
    Tri::No(())
}

/// What pattern and text begin with alike hides nothing.
fn gaps(pieces: &[Piece], text: &[Part], reading: Reading) -> Vec<Gap> {
    let alike = |(piece, part): &(&Piece, &Part)| match (piece, part) {
        (Piece::Written(piece) | Piece::Exact(piece), Part::Lit(lit)) => **piece == **lit,
        (Piece::Hole { hole, .. }, Part::Hole(other)) => hole.id == other.id,
        _ => false,
    };
    let alike = pieces.iter().zip(text).take_while(alike).count();
    let in_pieces = pieces.iter().skip(alike).filter_map(|piece| match piece {
        Piece::Hole { hole, .. } => Some(&hole.gap),
        _ => None,
    });
    let in_text = text.iter().skip(alike).filter_map(|part| match part {
        Part::Hole(hole) => Some(&hole.gap),
        Part::Lit(_) => None,
    });
    let mut gaps: Vec<Gap> = in_pieces.chain(in_text).cloned().collect();
    if gaps.is_empty() {
        gaps.push(Gap::not_modelled(match reading {
            Reading::Arn => "an ARN condition whose value does not have the six parts of an ARN",
            _ => "a wildcard in the middle of a segment of a Resource, across a colon",
        }));
    }
    gaps.sort();
    gaps.dedup();
    gaps
}

/// The value as plain pattern text, if nothing in it is unknown or quoted.
fn literal(pieces: &[Piece]) -> Option<String> {
    let mut whole = String::new();
    for piece in pieces {
        match piece {
            Piece::Written(text) => whole.push_str(text),
            Piece::Exact(text) if !text.contains(['*', '?']) => whole.push_str(text),
            Piece::Exact(_) | Piece::Hole { .. } => return None,
        }
    }
    Some(whole)
}

/// The answer for two plain strings; `None` where the documentation leaves it open.
fn literally(pattern: &str, text: &str, reading: Reading) -> Option<bool> {
    match reading {
        Reading::Exact => Some(pattern == text),
        Reading::ExactIgnoreCase => Some(pattern.to_lowercase() == text.to_lowercase()),
        Reading::Wild => Some(glob(pattern, text)),
        Reading::WildIgnoreCase => Some(glob_ignoring_case(pattern, text)),
        Reading::Arn if !is_whole(pattern) => None,
        // What differs as a whole has a part that differs.
        Reading::Arn if !glob(pattern, text) => Some(false),
        // Parts without wildcards end at the same colons if they are equal.
        Reading::Arn if is_whole(head(pattern)) => Some(true),
        Reading::Arn => {
            let mut parts = pattern.splitn(6, ':').zip(text.splitn(6, ':'));
            Some(is_whole(text) && parts.all(|(pattern, text)| glob(pattern, text)))
        }
        Reading::Resource if !text.starts_with(head(pattern)) => Some(false),
        Reading::Resource if !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*') => Some(true),
        Reading::Resource if is_whole(pattern) => resource(pattern, text),
        Reading::Resource => {
            // AWS completes an ARN that lacks parts, but says so only of policies of roles and users.
            let completed = format!("{pattern}{}", ":*".repeat(5_usize.saturating_sub(colons(pattern))));
            let readings = (resource(pattern, text), resource(&completed, text));
            readings.0.filter(|_| readings.0 == readings.1)
        }
    }
}

/// `None` if the match would need a wildcard in the middle of a segment to cross a colon.
fn resource(pattern: &str, text: &str) -> Option<bool> {
    match glob(pattern, text) {
        false => Some(false),
        true => (!has_inner_wildcard(pattern)).then_some(true),
    }
}

/// A `?`, or a `*` with more than a colon or another `*` after it.
fn has_inner_wildcard(pattern: &str) -> bool {
    let goes_on = |pair: &[u8]| matches!(pair, [b'*', next] if !matches!(next, b'*' | b':'));
    let (_, tail) = pattern.split_at(head(pattern).len());
    tail.contains('?') || tail.as_bytes().windows(2).any(goes_on)
}

/// All before the first wildcard.
fn head(pattern: &str) -> &str {
    memchr2(b'*', b'?', pattern.as_bytes()).map_or(pattern, |at| &pattern[..at])
}

/// Sums of single bytes, which the compiler builds sixteen at a time.
fn colons(text: &str) -> usize {
    let few = |chunk: &[u8]| usize::from(chunk.iter().map(|byte| u8::from(*byte == b':')).sum::<u8>());
    text.as_bytes().chunks(usize::from(u8::MAX)).map(few).sum()
}

/// Has it neither holes nor wildcards nor variables, and so many colons at least?
pub(super) fn is_plain(text: &Text, least: usize) -> bool {
    text.lit().is_some_and(|lit| colons(lit) >= least && memchr3(b'*', b'?', b'$', lit.as_bytes()).is_none())
}

/// Has it the six parts of an ARN?
fn is_whole(text: &str) -> bool {
    colons(text) >= 5
}

/// Most actions have no wildcard but at the end.
fn glob_ignoring_case(pattern: &str, text: &str) -> bool {
    let head = head(pattern);
    if pattern[head.len()..].bytes().any(|byte| byte != b'*') {
        return glob(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase());
    }
    let begins = text.as_bytes().get(..head.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(head.as_bytes()));
    begins && (head.len() < pattern.len() || head.len() == text.len())
}

/// `*` any characters, `?` one. Most texts that do not match begin or end otherwise.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let Some(last) = memrchr2(b'*', b'?', pattern.as_bytes()) else { return pattern == text };
    let (pattern, tail) = pattern.split_at(last + 1);
    let Some(text) = text.strip_suffix(tail) else { return false };
    let (head, wild) = pattern.split_at(head(pattern).len());
    text.strip_prefix(head).is_some_and(|text| wild == "*" || stretches(wild, text))
}

/// Each stretch between stars is searched once, from the left, so stars never multiply
/// the work.
fn stretches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return starts(pattern, text) == Some(text.len());
    };
    let Some(start) = starts(head, text) else { return false };
    let (middle, end) = tail.rsplit_once('*').unwrap_or(("", tail));
    let mut rest = &text[start..];
    for stretch in middle.split('*').filter(|stretch| !stretch.is_empty()) {
        match find(stretch, rest) {
            Some(after) => rest = &rest[after..],
            None => return false,
        }
    }
    if !end.contains('?') {
        return rest.ends_with(end);
    }
    let last = rest.char_indices().rev().nth(end.chars().count() - 1);
    last.is_some_and(|(at, _)| starts(end, &rest[at..]).is_some())
}

/// The end of `stretch` (which may hold `?`) in `text`, if `text` starts with it.
fn starts(stretch: &str, text: &str) -> Option<usize> {
    if !stretch.contains('?') {
        return text.starts_with(stretch).then_some(stretch.len());
    }
    let mut chars = text.char_indices();
    for wanted in stretch.chars() {
        let (_, found) = chars.next()?;
        if wanted != '?' && wanted != found {
            return None;
        }
    }
    Some(chars.next().map_or(text.len(), |(at, _)| at))
}

fn find(stretch: &str, text: &str) -> Option<usize> {
    if !stretch.contains('?') {
        return text.find(stretch).map(|at| at + stretch.len());
    }
    text.char_indices().find_map(|(at, _)| starts(stretch, &text[at..]).map(|length| at + length))
}

/// Which of two readings to take where AWS does not say.
#[derive(Clone, Copy, PartialEq)]
enum Care {
    /// What matches is sure to match.
    Strict,
    /// What does not match is sure not to match.
    Loose,
}

struct Tokens<'a> {
    tokens: Vec<Token<'a>>,
    /// Colons that are sure to be there.
    colons: usize,
}

fn tokens(pieces: &[Piece], reading: Reading, care: Care) -> Tokens<'_> {
    let mut found = Tokens { tokens: Vec::new(), colons: 0 };
    // In what may turn out to be no ARN, the parts mean nothing.
    let mut open = sure_colons(pieces) < 5;
    for (i, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Hole { hole, written } => {
                open |= hole.charset.allows(':');
                let could_be_wild = *written && reading.has_wildcards() && hole.charset.allows('*');
                if could_be_wild && care == Care::Loose {
                    found.tokens.push(Token::Many { colon: true });
                } else {
                    found.tokens.extend(hole_tokens(hole));
                }
            }
            Piece::Exact(text) => {
                found.colons += colons(text);
                found.tokens.extend(folded(text, reading).chars().map(Token::Char));
            }
            Piece::Written(text) => {
                let folded = folded(text, reading);
                let mut chars = folded.chars().peekable();
                while let Some(c) = chars.next() {
                    let crosses = |ends_segment: bool| match reading {
                        Reading::Arn => found.colons >= 5 || (care == Care::Loose && open),
                        Reading::Resource => ends_segment || care == Care::Loose,
                        _ => true,
                    };
                    let token = match c {
                        '?' if reading.has_wildcards() => Token::One { colon: crosses(false) },
                        '*' if reading.has_wildcards() => {
                            while chars.next_if_eq(&'*').is_some() {}
                            let last = i + 1 == pieces.len() || pieces[i + 1..].iter().all(is_empty);
                            Token::Many { colon: crosses(chars.peek().map_or(last, |next| *next == ':')) }
                        }
                        c => Token::Char(c),
                    };
                    found.colons += usize::from(c == ':');
                    found.tokens.push(token);
                }
            }
        }
    }
    found
}

/// The colons that are sure to be there, whatever holes hold.
fn sure_colons(pieces: &[Piece]) -> usize {
    let count = |piece: &Piece| match piece {
        Piece::Written(text) | Piece::Exact(text) => colons(text),
        Piece::Hole { .. } => 0,
    };
    pieces.iter().map(count).sum()
}

/// Could this be an ARN of six parts?
fn may_be_arn(pieces: &[Piece]) -> bool {
    let open = |piece: &Piece| matches!(piece, Piece::Hole { hole, .. } if hole.charset.allows(':'));
    sure_colons(pieces) >= 5 || pieces.iter().any(open)
}

fn is_empty(piece: &Piece) -> bool {
    matches!(piece, Piece::Written(text) | Piece::Exact(text) if text.is_empty())
}

fn symbols(parts: &[Part], reading: Reading) -> Vec<Token<'_>> {
    let mut symbols = Vec::new();
    for part in parts {
        match part {
            Part::Lit(lit) => symbols.extend(folded(lit, reading).chars().map(Token::Char)),
            Part::Hole(hole) => symbols.extend(hole_tokens(hole)),
        }
    }
    symbols
}

fn folded(text: &str, reading: Reading) -> std::borrow::Cow<'_, str> {
    if reading.ignores_case() { text.to_lowercase().into() } else { text.into() }
}
