//! Secrets in the text of a file, of which reports and errors show lines.

use super::names::is_target_credential;
use super::{SECRET_KEYS, constant, is_mapping, shapes};
use crate::model::source_file::is_json;
use std::borrow::Cow;
use std::ops::Range;

/// A part of a text with a `*` for each character of its secrets, which are in order and do not touch. Line breaks stay.
pub fn masked<'a>(text: &'a str, part: Range<usize>, secrets: &[Range<usize>]) -> Cow<'a, str> {
    let first = secrets.partition_point(|secret| secret.end <= part.start);
    let mut secrets = secrets.iter().skip(first).take_while(|secret| secret.start < part.end).peekable();
    if secrets.peek().is_none() {
        return text.get(part).unwrap_or_default().into();
    }
    let (mut shown, mut at) = (String::with_capacity(part.len()), part.start);
    for secret in secrets {
        let start = text.floor_char_boundary(secret.start).max(at);
        let end = text.ceil_char_boundary(secret.end).min(part.end).max(start);
        shown += text.get(at..start).unwrap_or_default();
        let hide = |c| if matches!(c, '\n' | '\r') { c } else { '*' };
        shown.extend(text.get(start..end).unwrap_or_default().chars().map(hide));
        at = end;
    }
    shown += text.get(at..part.end).unwrap_or_default();
    shown.into()
}

/// In order, and those that touch as one.
pub fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Does what has this name promise a secret?
pub fn promises(name: &str) -> bool {
    is_target_credential(name) || SECRET_KEYS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// The secret parts of a value. Where all of it is `secret`, a mapping that names where its value comes from is none,
/// and neither are the references of an `Fn::Sub`.
pub fn value(name: &str, value: &str, secret: bool, sub: bool) -> Vec<Range<usize>> {
    const MAPPED: [&str; 5] = ["integration.", "method.", "gatewayresponse.", "append:", "overwrite:"];
    let mapped = MAPPED.iter().any(|begins| name.starts_with(begins));
    let constant = if mapped { constant(value) } else { Some(0..value.len()) };
    // What accepts one token only holds that token.
    let secret = secret || (name.ends_with("alidationExpression") && !shapes::is_pattern(value));
    let found = constant.and_then(|constant| {
        let inside = value.get(constant.clone())?;
        let secret = secret && !shapes::is_plain(inside) && !is_mapping(inside);
        match (secret || (mapped && shapes::is_login(inside)), sub) {
            (true, true) => Some(shapes::literals(value, constant)),
            (true, false) => Some(shapes::only(constant)),
            (false, _) => shapes::is_random(inside).then(|| shapes::only(constant)),
        }
    });
    found.unwrap_or_else(|| {
        let mut found = shapes::anywhere(value);
        found.extend(shapes::quoted_random(value));
        found
    })
}

/// Where parts of a value stand in what was `written` for it: all of that, where an escape or a fold hides them.
pub fn written(written: &str, value: &str, parts: &[Range<usize>]) -> Vec<Range<usize>> {
    let Some(lines) = aligned(written, value) else { return shapes::only(0..written.len()) };
    let mut found = Vec::new();
    for part in parts {
        let first = lines.partition_point(|(line, _)| line.end <= part.start);
        for (line, at) in lines.iter().skip(first).take_while(|(line, _)| line.start < part.end) {
            let (start, end) = (part.start.max(line.start) - line.start, part.end.min(line.end) - line.start);
            found.push(at + start..at + end);
        }
    }
    found
}

/// The lines of a value, and where each of them is written as it is.
fn aligned(written: &str, value: &str) -> Option<Vec<(Range<usize>, usize)>> {
    if written.starts_with('"') && written.contains('\\') {
        return None;
    }
    let header = if written.starts_with(['|', '>']) { written.find('\n')? } else { 0 };
    let (mut at, mut from, mut lines) = (0, header, Vec::new());
    for line in value.split_inclusive('\n') {
        let begins = at + line.len() - line.trim_start().len();
        let said = line.trim();
        if !said.is_empty() {
            let start = from + written.get(from..)?.find(said)?;
            lines.push((begins..begins + said.len(), start));
            from = start + said.len();
        }
        at += line.len();
    }
    Some(lines)
}

/// What may be a secret in a text that cannot be read: what stands behind or beneath a name that promises one, and what
/// looks like one.
pub fn lines(text: &str) -> Vec<Range<usize>> {
    let no_echo = text.contains("NoEcho");
    let guards =
        |name: &str| promises(name) || matches!(name, "Environment" | "Variables") || (no_echo && name == "Default");
    let mut found = shapes::anywhere(text);
    found.extend(shapes::random(text));
    // Of JSON that is broken no column tells where an object ends.
    if is_json(text) && (no_echo || text.contains("Variables")) {
        found.extend(values(text));
        return merged(found);
    }
    let mut beneath = None;
    for (start, line) in contents(text) {
        let column = column(line);
        beneath = match beneath {
            // One line that stands too far out may be what broke the text.
            Some(Beneath::Block(name)) if column <= name => {
                found.extend(behind(line).map(|at| start + at..start + line.len()));
                Some(Beneath::Name(name)).filter(|_| guarded(line, guards).is_none())
            }
            Some(Beneath::Name(name)) if column <= name => None,
            Some(Beneath::Table) if line.starts_with('[') => None,
            same => same,
        };
        if beneath.is_some() {
            found.extend(behind(line).map(|at| start + at..start + line.len()));
            beneath = beneath.filter(|it| !matches!(it, Beneath::Quotes(quotes) if line.contains(quotes)));
        } else if let Some(at) = guarded(line, guards) {
            found.push(start + at..start + line.len());
            let open = |quotes: &&str| {
                line.get(at..).is_some_and(|value| value.starts_with(*quotes) && value.matches(*quotes).count() == 1)
            };
            let name = if line.len() == at { Beneath::Block(column) } else { Beneath::Name(column) };
            beneath = Some(["\"\"\"", "'''"].into_iter().find(open).map_or(name, Beneath::Quotes));
        } else if line.starts_with('[') && promises(shapes::name_before(line.trim_end_matches(']'))) {
            beneath = Some(Beneath::Table);
        }
    }
    merged(found)
}

/// What a line stands beneath: in YAML and JSON a name at some column, in TOML a table or quotes of several lines too.
enum Beneath {
    Name(usize),
    /// With nothing behind it.
    Block(usize),
    Table,
    Quotes(&'static str),
}

/// All values of a text that cannot be read.
pub fn values(text: &str) -> Vec<Range<usize>> {
    let found = contents(text).filter_map(|(start, line)| Some(start + behind(line)?..start + line.len()));
    merged(found.collect())
}

/// Each line without the white space behind it, and where it begins.
fn contents(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        at += line.len();
        (at - line.len(), line.trim_end())
    });
    lines.filter(|(_, line)| !line.is_empty())
}

/// Where the first thing of a line stands, behind the dashes of lists.
fn column(line: &str) -> usize {
    let mut thing = line.trim_start();
    while let Some(item) = thing.strip_prefix("- ") {
        thing = item.trim_start();
    }
    line.len() - thing.len()
}

/// Where the value of a line's first name begins, or the line, if it has none; nothing but brackets is no value.
fn behind(line: &str) -> Option<usize> {
    let thing = line.trim_start_matches(|c: char| c.is_whitespace() || "-[{,".contains(c));
    let name = thing.strip_prefix(['"', '\'']).unwrap_or(thing);
    let rest = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_-.".contains(c));
    let sign = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
    let value = match sign.strip_prefix([':', '=']) {
        Some(value) if rest.len() < name.len() => value.trim_start(),
        _ => thing,
    };
    value.contains(|c: char| !"{}[],|>".contains(c)).then(|| line.len() - value.len())
}

/// Where the value of the first name begins that guards it. A tag before a value is none of it.
fn guarded(line: &str, guards: impl Fn(&str) -> bool) -> Option<usize> {
    for (at, sign) in line.match_indices([':', '=']) {
        let (before, value) = (line.get(..at)?, line.get(at + 1..)?);
        let spaced = value.is_empty() || value.starts_with(char::is_whitespace);
        let ends = sign == "=" || before.ends_with(['"', '\'']) || spaced;
        if ends && guards(shapes::name_before(before)) {
            let value = value.trim_start();
            let tagged = value.strip_prefix('!').and_then(|tag| tag.split_once(' '));
            return Some(line.len() - tagged.map_or(value, |(_, value)| value.trim_start()).len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hidden(text: &str, find: fn(&str) -> Vec<Range<usize>>) -> String {
        masked(text, 0..text.len(), &find(text)).into_owned()
    }

    #[test]
    fn what_cannot_be_read_is_masked_line_by_line() {
        for (text, expected) in [
            (
                "      MasterUserPassword: hunter2\n      Name: !Bogus x\n",
                "      MasterUserPassword: *******\n      Name: !Bogus x\n",
            ),
            ("Password: !Bogus hunter2 x", "Password: !Bogus *********"),
            ("Password: !hunter2", "Password: ********"),
            ("Password: |\n  hun\n\n  a: ter2\nType: x", "Password: *\n  ***\n\n  a: ****\nType: x"),
            ("- Password: x\n  Other: y\n- Password: x\n- y", "- Password: *\n  Other: y\n- Password: *\n- y"),
            ("Variables:\n  STRIPE: abc\nTimeout: 3\nA: b", "Variables:\n  STRIPE: ***\nTimeout: *\nA: b"),
            ("Variables:\n  A: |\n    x\ny\n  B: z\nC: d", "Variables:\n  A: |\n    *\n*\n  B: *\nC: d"),
            (
                "Environment:\n- Name: x\n  Value: abc\nImage: x\nA: b",
                "Environment:\n- Name: *\n  Value: ***\nImage: *\nA: b",
            ),
            ("{\"Environment\": {\n \"A\": \"b\"\n}, \"B\": 1\n", "{\"Environment\": *\n \"A\": ***\n}, \"B\": 1\n"),
            ("P: {NoEcho: true, Default: hunter2}", "P: {NoEcho: true, Default: ********"),
            ("P: {Default: hunter2}", "P: {Default: hunter2}"),
            ("token = \"x\"\na=\"y\"", "token = ***\na=\"y\""),
            ("token = \"\"\"x\ny\"\"\"\nz = 1", "token = ****\n****\nz = 1"),
            ("[a.secrets]\nx = \"y\"\n[[rules]]\nx = \"y\"", "[a.secrets]\nx = ***\n[[rules]]\nx = \"y\""),
            ("# token: abc\nDsn: https://u:p@h/?sig=x", "# token: ***\nDsn: https://***@h/?sig=*"),
            ("A: AKIAIOSFODNN7EXAMPLE", "A: ********************"),
            ("A: arn:aws:secretsmanager:eu-west-1:1:secret:db", "A: arn:aws:secretsmanager:eu-west-1:1:secret:db"),
            ("RouteKey: GET /x\nTokenUrl: x", "RouteKey: GET /x\nTokenUrl: x"),
        ] {
            assert_eq!(hidden(text, lines), expected, "{text}");
        }
    }

    #[test]
    fn all_values_of_parameters_are_masked() {
        for (text, expected) in [
            ("Pw: hunter2\n bad: x\n", "Pw: *******\n bad: *\n"),
            ("[{\"ParameterKey\":\"Pw\"}\n,{\"A\" \"x\"}]", "[{\"ParameterKey\":*****\n,{*********"),
            ("[\n  \"Pw=hunter2\",\n  \"B\"\n]", "[\n  \"Pw=*********\n  ***\n]"),
            ("- hün ter\n- |\n", "- *******\n- |\n"),
        ] {
            assert_eq!(hidden(text, values), expected, "{text}");
        }
    }

    #[test]
    fn parts_of_values_are_found_where_they_are_written() {
        let at = |raw: &str, value: &str, part: &str| {
            let start = value.find(part).unwrap();
            let found = written(raw, value, &shapes::only(start..start + part.len()));
            masked(raw, 0..raw.len(), &found).into_owned()
        };
        assert_eq!(at("'a b'", "a b", "b"), "'a *'");
        assert_eq!(at("|2-\n    2\n   x2\n", "2\n x2", "2\n x"), "|2-\n    *\n   *2\n");
        assert_eq!(at(">\n  a\n  b", "a b", "b"), "*\n***\n***");
        assert_eq!(at(r#""a\nn""#, "a\nn", "n"), "******");
    }

    #[test]
    fn values_and_what_their_names_promise() {
        for (name, text, sub, expected) in [
            ("Password", "${Env}-x", false, "********"),
            ("Password", "${Env}-x", true, "${Env}**"),
            ("Password", "true", false, "true"),
            ("integration.request.header.x-api-key", "'abc'", false, "'***'"),
            ("integration.request.header.x-api-key", "method.request.header.x", false, "method.request.header.x"),
            ("overwrite:header.x-api-key", "$request.header.x", false, "$request.header.x"),
            ("overwrite:header.x-api-key", "abc", false, "***"),
            ("integration.request.header.Authorization", "Bearer abc", false, "**********"),
            ("integration.request.querystring.code", "'abc'", false, "'***'"),
            ("append:header.x-token", "$response.header.x", false, "$response.header.x"),
            ("CacheKeyParameters", "method.request.path.id", false, "method.request.path.id"),
        ] {
            let found = value(name, text, true, sub);
            assert_eq!(masked(text, 0..text.len(), &merged(found)), expected, "{name}: {text}");
        }
        for (name, text, expected) in [
            ("integration.request.header.X-Up", "'bearer abc.def='", "'***************'"),
            ("append:header.x-up", "Basic dTpw", "**********"),
            ("gatewayresponse.header.WWW-Authenticate", "'Basic realm=\"x\"'", "'Basic realm=\"x\"'"),
            ("Description", "Basic authorizer", "Basic authorizer"),
            ("IdentityValidationExpression", "^(Bearer )abc$", "**************"),
            ("ValidationExpression", "^Bearer [a-z0-9]{32}$", "^Bearer [a-z0-9]{32}$"),
            ("SelectionPattern", r"5\d{2}", r"5\d{2}"),
            ("SelectionPattern", ".*NotFound.*", ".*NotFound.*"),
        ] {
            let found = value(name, text, false, false);
            assert_eq!(masked(text, 0..text.len(), &merged(found)), expected, "{name}: {text}");
        }
        let found = value("Uri", "https://u:p@h/?api_key=x&y=1", false, false);
        assert_eq!(masked("https://u:p@h/?api_key=x&y=1", 0..28, &merged(found)), "https://***@h/?api_key=*&y=1");
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "Password",
                "Environment",
                "NoEcho",
                "Default",
                ": ",
                "=",
                "\n",
                "\n  ",
                "- ",
                "{",
                "}",
                "\"",
                "'",
                "!x ",
                "\r\n",
                "AKIAIOSFODNN7EXAMPLE",
                "https://u:pw@",
                "-----BEGIN ",
                "é",
                "😀",
                "\t",
                "#",
                "\u{7}",
            ])
            .prop_map(str::to_owned),
            "[ -~é]{0,8}",
        ];
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_mask_changes_nothing_but_secrets(
            text in text(),
            places in prop::collection::vec((0_usize..99, 0_usize..20), 0..5),
        ) {
            let places = merged(places.into_iter().map(|(at, length)| at..at + length).collect());
            for secrets in [places, lines(&text), values(&text)] {
                let shown = masked(&text, 0..text.len(), &secrets);
                prop_assert_eq!(shown.chars().count(), text.chars().count());
                for ((at, was), is) in text.char_indices().zip(shown.chars()) {
                    let secret = secrets.iter().any(|it| it.start < at + was.len_utf8() && at < it.end);
                    prop_assert_eq!(is, if secret && !matches!(was, '\n' | '\r') { '*' } else { was });
                }
            }
        }
    }
}
