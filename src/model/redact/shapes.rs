//! Does a value look like a credential, whatever it is called?

use super::HOLE;
use super::names::{is_credential, is_query_credential};
use std::ops::Range;

/// What the token formats of well-known services begin with, and how long they are at
/// least, beginning included.
const PREFIXES: &[(&str, usize)] = &[
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("sk_live_", 20),
    ("sk_test_", 20),
    ("rk_live_", 20),
    ("pk_live_", 20),
    ("AIza", 35),
    ("SG.", 40),
    ("npm_", 30),
    ("dop_v1_", 40),
    ("shpat_", 30),
];

/// One place.
pub(super) fn only(place: Range<usize>) -> Vec<Range<usize>> {
    std::iter::once(place).collect()
}

/// Credentials that can be told in the middle of any text.
pub(super) fn anywhere(text: &str) -> Vec<Range<usize>> {
    let mut found = unmistakable(text);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b':' if text[at..].starts_with("://") => found.extend(user_info(text, at + 3)),
            b':' | b'=' => found.extend(assigned(text, at)),
            b'>' => found.extend(element(text, at)),
            _ => {}
        }
    }
    found
}

/// Credentials in a regular expression: what it says of any that a client may bring is none.
pub(super) fn in_pattern(text: &str) -> Vec<Range<usize>> {
    let mut found = anywhere(text);
    found.retain(|range| !is_pattern(&text[range.clone()]));
    found.extend(unmistakable(text));
    found
}

/// Does a regular expression match more than one text?
pub(super) fn is_pattern(value: &str) -> bool {
    value.contains(|c| "[*+?{|\\".contains(c))
}

/// Credentials that their own form gives away.
pub(super) fn unmistakable(text: &str) -> Vec<Range<usize>> {
    let mut found = private_keys(text);
    for run in runs(text, is_token).filter(|run| run.len() >= SHORTEST) {
        found.extend(tokens(&text[run.clone()]).into_iter().map(|part| run.start + part.start..run.start + part.end));
    }
    found
}

/// No token is shorter.
const SHORTEST: usize = 20;

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// What ends a name on its left.
fn is_no_token(c: char) -> bool {
    !u8::try_from(c).is_ok_and(is_token)
}

/// The maximal runs of characters of a class, which are all ASCII.
fn runs(text: &str, class: fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut bytes = text.bytes().enumerate();
    std::iter::from_fn(move || {
        let (start, _) = bytes.find(|(_, byte)| class(*byte))?;
        let end = bytes.find(|(_, byte)| !class(*byte)).map_or(text.len(), |(end, _)| end);
        Some(start..end)
    })
}

/// Access key ids, or a JSON web token or a service's token, in a run of token characters.
fn tokens(run: &str) -> Vec<Range<usize>> {
    let core = run.trim_start_matches(['-', '.', '_']);
    let start = run.len() - core.len();
    let of_service = PREFIXES.iter().any(|(prefix, least)| core.starts_with(prefix) && core.len() >= *least);
    if of_service || (core.starts_with("eyJ") && core.len() >= 30 && core.contains('.')) {
        return only(start..run.len());
    }
    runs(run, |byte| byte.is_ascii_alphanumeric()).filter(|word| is_access_key_id(&run[word.clone()])).collect()
}

fn is_access_key_id(word: &str) -> bool {
    word.len() == 20
        && ["AKIA", "ASIA"].iter().any(|prefix| word.starts_with(prefix))
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// `-----BEGIN … -----END …-----`, to the end of the text where the end is missing.
fn private_keys(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("-----BEGIN ").map(|at| from + at) {
        let end = text[start..].find("-----END ").map(|at| start + at + "-----END ".len());
        let end = end.and_then(|end| text[end..].find("-----").map(|at| end + at + 5)).unwrap_or(text.len());
        found.push(start..end);
        from = end;
    }
    found
}

/// `https://USER:PASSWORD@host`, from behind the slashes.
fn user_info(text: &str, start: usize) -> Vec<Range<usize>> {
    let length = text[start..].find(|c: char| c.is_whitespace() || "/?#\"'<>".contains(c));
    let authority = &text[start..length.map_or(text.len(), |length| start + length)];
    match authority.rsplit_once('@') {
        Some((user, _)) => literals(text, start..start + user.len()),
        None => Vec::new(),
    }
}

/// A value without the references in it, whose names stay: `${stageVariables.x}`,
/// `$input.params('x')`.
pub(super) fn literals(text: &str, value: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = value.start;
    while from < value.end {
        let rest = &text[from..value.end];
        let length = reference(rest);
        if length == 0 {
            let next = rest.char_indices().skip(1).find(|(at, c)| *c == '$' && reference(&rest[*at..]) > 0);
            let end = from + next.map_or(rest.len(), |(at, _)| at);
            found.push(from..end);
            from = end;
        } else {
            from += length;
        }
    }
    // A lone colon between two references, or a hole, is no secret.
    found.retain(|range| text[range.clone()].chars().any(|c| c != ':' && c != HOLE));
    found
}

/// The length of the reference that `text` begins with: a variable in braces, or one of
/// those that API Gateway gives to templates.
fn reference(text: &str) -> usize {
    let Some(name) = text.strip_prefix('$').map(|name| name.strip_prefix('!').unwrap_or(name)) else { return 0 };
    if name.starts_with('{') {
        return name.find('}').map_or(text.len(), |end| text.len() - name.len() + end + 1);
    }
    if !["input.", "context.", "stageVariables.", "util."].iter().any(|root| name.starts_with(root)) {
        return 0;
    }
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(name.len());
    let call = name[end..].starts_with('(').then(|| end + closed(&name[end..]));
    text.len() - name.len() + call.unwrap_or(end)
}

/// Behind the parenthesis that closes the one at the start.
fn closed(text: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Is all of it a variable of a template's own, `$token` or `$!body.token`, or a
/// parameter of a path, `{token}`?
fn is_variable(value: &str) -> bool {
    let name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '!'));
    value.strip_prefix('$').is_some_and(name)
        || value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).is_some_and(name)
}

/// `"apiKey": "…"`, `$token = '…'`, `?api_key=…&sig=…`, by the place of the sign.
fn assigned(text: &str, at: usize) -> Vec<Range<usize>> {
    let (before, sign, after) = (&text[..at], &text[at..=at], &text[at + 1..]);
    let value = after.trim_start();
    let start = text.len() - value.len();
    let value = match value.chars().next() {
        Some(quote @ ('"' | '\'')) if is_credential(name_before(before)) => {
            start + 1..start + 1 + closing(&value[1..], quote)
        }
        Some(c) if c != '=' && sign == "=" && start == at + 1 && is_query_value(before) => {
            // Each sign before which a name may begin ends the value before it too.
            let end = value.find(|c: char| c.is_whitespace() || "?&#;\"'<>,)".contains(c));
            start..start + end.unwrap_or(value.len())
        }
        _ => return Vec::new(),
    };
    guarded(text, value)
}

/// The literal parts of a value that a name calls a credential.
fn guarded(text: &str, value: Range<usize>) -> Vec<Range<usize>> {
    let inside = &text[value.clone()];
    if is_plain(inside) || is_variable(inside) { Vec::new() } else { literals(text, value) }
}

/// Does a query's credential stand before its sign?
fn is_query_value(before: &str) -> bool {
    let name = before.rsplit(is_no_token).next().unwrap_or_default();
    let opens = before[..before.len() - name.len()].chars().next_back();
    opens.is_none_or(|c| "?&;\"'".contains(c)) && is_query_credential(name)
}

/// `<password>…</password>`, by the place of the first bracket that closes.
fn element(text: &str, at: usize) -> Vec<Range<usize>> {
    let name = text[..at].rsplit(|c: char| is_no_token(c) && c != ':').next().unwrap_or_default();
    if !text[..at - name.len()].ends_with('<') || !is_credential(name) {
        return Vec::new();
    }
    match text[at + 1..].find('<') {
        Some(length) if text[at + 1 + length..].starts_with("</") => guarded(text, at + 1..at + 1 + length),
        _ => Vec::new(),
    }
}

/// Where a string literal ends.
fn closing(inside: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at,
            _ => {}
        }
    }
    inside.len()
}

/// The name to which a value is given: `"name"`, `$name`, `['name']`, `a.b.name`.
pub(super) fn name_before(text: &str) -> &str {
    let text = text.trim_end();
    let text = text.strip_suffix(']').unwrap_or(text);
    let text = text.strip_suffix(['"', '\'']).unwrap_or(text);
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).map_or(0, |at| at + 1);
    text.get(start..).unwrap_or_default()
}

/// Long random strings that stand alone in quotes.
pub(super) fn quoted_random(text: &str) -> Vec<Range<usize>> {
    let quoted = |c: Option<char>| c.is_some_and(|c| matches!(c, '"' | '\''));
    let alone =
        |run: &Range<usize>| quoted(text[..run.start].chars().next_back()) && quoted(text[run.end..].chars().next());
    runs(text, is_random_byte).filter(alone).filter(|run| is_random(&text[run.clone()])).collect()
}

/// Long random strings, wherever they stand.
pub(super) fn random(text: &str) -> impl Iterator<Item = Range<usize>> {
    runs(text, is_random_byte).filter(|run| is_random(&text[run.clone()]))
}

fn is_random_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_')
}

/// Is the whole value a long hexadecimal or base64 string? Words in camel case, paths,
/// hosts and ARNs are not: their characters do not change class at every turn.
pub(super) fn is_random(value: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f') || matches!(byte, b'A'..=b'F');
    if value.len() < 32 || !value.bytes().all(is_random_byte) {
        return false;
    }
    let has = |class: fn(&u8) -> bool| value.as_bytes().iter().any(class);
    if value.bytes().all(hex) {
        return has(u8::is_ascii_digit);
    }
    let class = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase(), byte.is_ascii_lowercase());
    let turns = value.as_bytes().windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && turns * 5 >= value.len() * 2
}

/// `Bearer …` and `Basic …`, which a header of any name may carry.
pub(super) fn is_login(value: &str) -> bool {
    let Some((scheme, rest)) = value.trim().split_once(' ') else { return false };
    let rest = rest.trim().trim_end_matches('=');
    ["bearer", "basic"].iter().any(|it| it.eq_ignore_ascii_case(scheme))
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// Values that nobody would guard: nothing, a switch, an ARN, or what is a hole already.
pub(super) fn is_plain(value: &str) -> bool {
    let value = value.trim();
    ["", "true", "false", "null", "none"].iter().any(|plain| plain.eq_ignore_ascii_case(value))
        || value.chars().all(|c| c == HOLE)
        || value.starts_with("arn:")
}

#[cfg(test)]
mod tests {
    use super::super::{masked, merged};
    use super::*;

    #[test]
    fn patterns_keep_what_is_no_credential() {
        let shown = |text: &str| masked(text, 0..text.len(), &merged(in_pattern(text))).into_owned();
        assert_eq!(shown(r#".*"token":"abc".*"#), r#".*"token":"***".*"#);
        assert_eq!(shown(".*AKIAIOSFODNN7EXAMPLE.*"), ".*********************.*");
        for text in [r#".*"token":"[^"]*".*"#, r"5\d{2}", "4..", r#".*"errorType":"NotFound".*"#] {
            assert_eq!(shown(text), text);
        }
    }
}
