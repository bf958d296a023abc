//! Sequences, groups, quantifiers and inline flags.

use super::escape::{Escaped, VERTICAL};
use super::set::{Fold, Set};
use super::tree::{Assert, Kind, Node};
use super::width;
use super::{DEEPEST, PatternError};
use std::collections::BTreeSet;

/// A character of the pattern, `\Q…\E` taken away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) c: char,
    /// It stands for itself. Letters do so anyhow, and Java goes on reading them.
    pub(super) quoted: bool,
    at: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Flags {
    pub(super) fold: Fold,
    unicode_case: bool,
    ignore_case: bool,
    multiline: bool,
    dot_all: bool,
    pub(super) unix_lines: bool,
    comments: bool,
    pub(super) unicode_classes: bool,
}

pub(super) struct Parser {
    pub(super) items: Vec<Item>,
    pub(super) at: usize,
    pub(super) flags: Flags,
    /// Capturing groups that have begun.
    pub(super) groups: u32,
    pub(super) names: BTreeSet<String>,
    length: usize,
    depth: usize,
}

pub(super) fn parse(pattern: &str) -> Result<Node, PatternError> {
    let flags = Flags {
        fold: Fold::No,
        unicode_case: false,
        ignore_case: false,
        multiline: false,
        dot_all: false,
        unix_lines: false,
        comments: false,
        unicode_classes: false,
    };
    let names = BTreeSet::new();
    let mut parser = Parser { items: items(pattern), at: 0, flags, groups: 0, names, length: pattern.len(), depth: 0 };
    let node = parser.alternatives()?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.error(parser.at, "this closing bracket has no opening one")),
    }
}

fn items(pattern: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let (mut chars, mut quoting, mut first) = (pattern.char_indices().peekable(), false, false);
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match (c, next) {
            ('\\', Some('E')) if quoting => {
                chars.next();
                quoting = false;
                continue;
            }
            ('\\', Some('Q')) if !quoting => {
                chars.next();
                (quoting, first) = (true, true);
                continue;
            }
            ('\\', Some(_)) if !quoting => {
                items.push(Item { c, quoted: false, at });
                if let Some((at, c)) = chars.next() {
                    items.push(Item { c, quoted: false, at });
                }
            }
            _ => {
                // A leading digit could otherwise become part of the escape before it.
                let quoted = quoting && c.is_ascii() && !c.is_ascii_alphabetic() && (first || !c.is_ascii_digit());
                items.push(Item { c, quoted, at });
            }
        }
        first = false;
    }
    items
}

impl Parser {
    /// The next character that counts; one that stands for itself shows as `\0`.
    pub(super) fn peek(&mut self) -> Option<char> {
        while self.flags.comments {
            match self.items.get(self.at)? {
                item if !item.quoted && matches!(item.c, '\t'..='\r' | ' ') => self.at += 1,
                item if !item.quoted && item.c == '#' => {
                    let unix = self.flags.unix_lines;
                    let ends = |c: char| c == '\0' || c == '\n' || (!unix && "\r\u{85}\u{2028}\u{2029}".contains(c));
                    while self.items.get(self.at).is_some_and(|item| !ends(item.c)) {
                        self.at += 1;
                    }
                    // A line break that is no white space to Java stands for itself.
                    if self.items.get(self.at).is_some_and(|item| !matches!(item.c, '\t'..='\r')) {
                        break;
                    }
                }
                _ => break,
            }
        }
        self.items.get(self.at).map(|item| if item.quoted { '\0' } else { item.c })
    }

    pub(super) fn read(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += 1;
        next
    }

    /// The next character, whatever it means.
    pub(super) fn take(&mut self) -> u32 {
        self.peek();
        let taken = self.items.get(self.at).map_or(0, |item| u32::from(item.c));
        self.at += 1;
        taken
    }

    pub(super) fn error(&self, at: usize, what: impl Into<String>) -> PatternError {
        let index = self.items.get(at).map_or(self.length, |item| item.at);
        PatternError { index, what: what.into(), sure: true }
    }

    pub(super) fn fold(&self) -> Fold {
        self.flags.fold
    }

    /// Reads something nested.
    pub(super) fn within<T>(
        &mut self,
        open: usize,
        read: impl FnOnce(&mut Parser) -> Result<T, PatternError>,
    ) -> Result<T, PatternError> {
        if self.depth == DEEPEST {
            let what = format!("groups and classes are nested deeper than {DEEPEST}");
            return Err(PatternError { sure: false, ..self.error(open, what) });
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn alternatives(&mut self) -> Result<Node, PatternError> {
        let mut found = vec![self.sequence()?];
        while self.peek() == Some('|') {
            self.at += 1;
            found.push(self.sequence()?);
        }
        Ok(if found.len() == 1 { Node::All(found) } else { Node::Any(found) })
    }

    fn sequence(&mut self) -> Result<Node, PatternError> {
        let mut found = Vec::new();
        while let Some(next) = self.peek() {
            let start = self.at;
            let node = match next {
                '|' | ')' => break,
                '(' => match self.group()? {
                    Some(group) => group,
                    None => continue,
                },
                '[' => Node::Set(self.class()?),
                '\\' => self.escaped()?,
                '^' => self.place(|flags| match flags.multiline {
                    true => Assert::LineStart { unix: flags.unix_lines },
                    false => Assert::Start,
                }),
                '$' => self.place(|flags| match flags.multiline {
                    true => Assert::LineEnd { unix: flags.unix_lines },
                    false => Assert::LastLine { unix: flags.unix_lines },
                }),
                '.' => {
                    self.at += 1;
                    Node::Set(self.dot())
                }
                '?' | '*' | '+' => return Err(self.error(start, format!("{next} repeats nothing"))),
                // Java repeats the empty text.
                '{' => Node::All(Vec::new()),
                _ => {
                    let c = self.take();
                    Node::Set(Set::one(c, self.fold()))
                }
            };
            found.push(self.repeated(node)?);
        }
        Ok(Node::All(found))
    }

    fn place(&mut self, assert: impl FnOnce(Flags) -> Assert) -> Node {
        self.at += 1;
        Node::Assert(assert(self.flags))
    }

    fn dot(&self) -> Set {
        let breaks: &[char] = match self.flags {
            Flags { dot_all: true, .. } => &[],
            Flags { unix_lines: true, .. } => &['\n'],
            _ => &['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'],
        };
        Set::any_of(breaks).negate(true)
    }

    fn escaped(&mut self) -> Result<Node, PatternError> {
        Ok(match self.escape(false, false)? {
            Escaped::Char(c) => Node::Set(Set::one(c, self.fold())),
            Escaped::Set(set) => Node::Set(set),
            Escaped::Assert(assert) => Node::Assert(assert),
            Escaped::Reference => Node::Reference,
            Escaped::LineBreak => {
                let one = |c| Node::Set(Set::any_of(&[c]));
                let others: Vec<char> = VERTICAL.iter().copied().filter(|c| *c != '\r').collect();
                // Whether it gives back the second half of a pair depends on what is around.
                let half = Node::All(vec![Node::Look, one('\r')]);
                Node::Any(vec![Node::All(vec![one('\r'), one('\n')]), Node::Set(Set::any_of(&others)), half])
            }
            Escaped::Cluster => Node::Cluster,
        })
    }

    /// A quantifier behind `node`, if there is one.
    fn repeated(&mut self, node: Node) -> Result<Node, PatternError> {
        let start = self.at;
        let (min, max) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => self.counts(start)?,
            _ => return Ok(node),
        };
        self.at += 1;
        let kind = match self.peek() {
            Some('?') => Kind::Reluctant,
            Some('+') => Kind::Possessive,
            _ => Kind::Greedy,
        };
        self.at += usize::from(kind != Kind::Greedy);
        Ok(Node::Repeat { node: Box::new(node), min, max, kind })
    }

    /// `{n}`, `{n,}`, `{n,m}`, up to the closing brace, which stays.
    fn counts(&mut self, start: usize) -> Result<(u32, Option<u32>), PatternError> {
        // Directly behind the brace, even where white space does not count.
        self.at += 1;
        if !self.items.get(self.at).is_some_and(|item| !item.quoted && item.c.is_ascii_digit()) {
            return Err(self.error(start, "this brace wants a number of repetitions"));
        }
        let min = self.number(start)?;
        let max = if self.peek() == Some(',') {
            self.at += 1;
            if self.peek() == Some('}') { None } else { Some(self.number(start)?) }
        } else {
            Some(min)
        };
        if self.peek() != Some('}') {
            return Err(self.error(start, "this number of repetitions has no closing brace"));
        }
        if max.is_some_and(|max| max < min) {
            return Err(self.error(start, "the most repetitions are fewer than the least"));
        }
        Ok((min, max))
    }

    fn number(&mut self, start: usize) -> Result<u32, PatternError> {
        let mut value: i32 = 0;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            self.at += 1;
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add_unsigned(digit))
                .ok_or_else(|| self.error(start, "a number of repetitions beyond Java's integers"))?;
        }
        Ok(value.unsigned_abs())
    }

    /// A group; `None` for flags that hold from here on.
    fn group(&mut self) -> Result<Option<Node>, PatternError> {
        let (open, outside) = (self.at, self.flags);
        self.at += 1;
        let mut look_behind = false;
        let wrap: fn(Node) -> Node = if self.peek() == Some('?') {
            let kind = self.items.get(self.at + 1).map(|item| item.c);
            self.at += 2;
            match kind {
                Some(':') => |node| node,
                Some('=' | '!') => |_| Node::Look,
                Some('>') => |node| Node::AtMost(Box::new(node)),
                Some('<') if matches!(self.peek(), Some('=' | '!')) => {
                    self.at += 1;
                    look_behind = true;
                    |_| Node::Look
                }
                Some('<') => {
                    let name = self.group_name(open)?;
                    if !self.names.insert(name.clone()) {
                        return Err(self.error(open, format!("a second group named {name}")));
                    }
                    self.groups += 1;
                    |node| node
                }
                _ => {
                    self.at -= 1;
                    self.inline_flags();
                    match self.read() {
                        Some(')') => return Ok(None),
                        Some(':') => |node| node,
                        _ => return Err(self.error(open, "no such kind of group, or no such flag")),
                    }
                }
            }
        } else {
            self.groups += 1;
            |node| node
        };
        let node = self.within(open, Parser::alternatives)?;
        if look_behind && !width::bounded(&node) {
            let what = "a look-behind without a greatest length";
            return Err(PatternError { sure: false, ..self.error(open, what) });
        }
        if self.read() != Some(')') {
            return Err(self.error(open, "this group is not closed"));
        }
        self.flags = outside;
        Ok(Some(wrap(node)))
    }

    /// The name, and the bracket behind it.
    pub(super) fn group_name(&mut self, start: usize) -> Result<String, PatternError> {
        let mut name = String::new();
        loop {
            match self.read() {
                Some(c) if c.is_ascii_alphabetic() || (!name.is_empty() && c.is_ascii_digit()) => name.push(c),
                Some('>') if !name.is_empty() => return Ok(name),
                _ => return Err(self.error(start, "a group's name is a letter, then letters and digits, then `>`")),
            }
        }
    }

    fn inline_flags(&mut self) {
        let mut on = true;
        while let Some(next) = self.peek() {
            let flags = &mut self.flags;
            match next {
                'i' => flags.ignore_case = on,
                'm' => flags.multiline = on,
                's' => flags.dot_all = on,
                'd' => flags.unix_lines = on,
                'u' => flags.unicode_case = on,
                'c' => {}
                'x' => flags.comments = on,
                'U' => (flags.unicode_classes, flags.unicode_case) = (on, on),
                '-' if on => on = false,
                _ => break,
            }
            flags.fold = match (flags.ignore_case, flags.unicode_case) {
                (false, _) => Fold::No,
                (true, false) => Fold::Ascii,
                (true, true) => Fold::Unicode,
            };
            self.at += 1;
        }
    }
}
