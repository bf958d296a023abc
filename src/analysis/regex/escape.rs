//! What follows a backslash.

use super::PatternError;
use super::parse::Parser;
use super::property::{self, Property, Reading};
use super::set::{Fold, Set};
use super::tree::Assert;

/// What an escape stands for.
pub(super) enum Escaped {
    /// A code point. It may be half of a surrogate pair.
    Char(u32),
    Set(Set),
    Assert(Assert),
    /// What a group matched.
    Reference,
    /// `\R`
    LineBreak,
    /// `\X`
    Cluster,
}

impl Parser {
    /// Reads an escape. In a class some have no meaning, and where a range is read `\v` is
    /// one character.
    pub(super) fn escape(&mut self, in_class: bool, in_range: bool) -> Result<Escaped, PatternError> {
        let start = self.at;
        let Some(item) = self.items.get(start + 1).copied() else {
            return Err(self.error(start, "a backslash that escapes nothing"));
        };
        self.at += 2;
        let unicode = self.flags.unicode_classes;
        let class = |property: Property, complement: bool| {
            let property = if unicode { property.of_unicode() } else { property };
            Ok(Escaped::Set(Set::Property(property).negate(complement)))
        };
        let chars = |chars: &[char], complement: bool| Ok(Escaped::Set(Set::any_of(chars).negate(complement)));
        match item.c {
            '0' => self.octal(start),
            '1'..='9' if !in_class => self.reference(u32::from(item.c) - u32::from('0')),
            'A' | 'G' if !in_class => Ok(Escaped::Assert(if item.c == 'A' { Assert::Start } else { Assert::Unknown })),
            'B' if !in_class => Ok(Escaped::Assert(Assert::Boundary { inside: true })),
            'Z' if !in_class => Ok(Escaped::Assert(Assert::LastLine { unix: self.flags.unix_lines })),
            'z' if !in_class => Ok(Escaped::Assert(Assert::End)),
            'b' if !in_class => self.boundary(start),
            'R' if !in_class => Ok(Escaped::LineBreak),
            'X' if !in_class => Ok(Escaped::Cluster),
            'k' if !in_class => self.named_reference(start),
            'd' | 'D' => class(Property::DIGIT, item.c == 'D'),
            's' | 'S' => class(Property::SPACE, item.c == 'S'),
            'w' | 'W' => class(Property::WORD, item.c == 'W'),
            'h' | 'H' => chars(HORIZONTAL, item.c == 'H'),
            'v' if in_range => Ok(Escaped::Char(0x0B)),
            'v' | 'V' => chars(VERTICAL, item.c == 'V'),
            'p' | 'P' => self.property(start, item.c == 'P').map(Escaped::Set),
            'N' => self.character_name(start),
            'a' => Ok(Escaped::Char(0x07)),
            'e' => Ok(Escaped::Char(0x1B)),
            'f' => Ok(Escaped::Char(0x0C)),
            'n' => Ok(Escaped::Char(0x0A)),
            'r' => Ok(Escaped::Char(0x0D)),
            't' => Ok(Escaped::Char(0x09)),
            'c' if self.at < self.items.len() => Ok(Escaped::Char(self.take() ^ 64)),
            'u' => self.utf16(start),
            'x' => self.hexadecimal(start),
            c if c.is_ascii_alphanumeric() => {
                let what = format!("\\{c} has no meaning{}", if in_class { " in a character class" } else { "" });
                Err(self.error(start, what))
            }
            c => Ok(Escaped::Char(u32::from(c))),
        }
    }

    fn octal(&mut self, start: usize) -> Result<Escaped, PatternError> {
        let (mut value, mut digits) = (0, 0);
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) {
            if digits == 3 || (digits == 2 && value > 0o37) {
                break;
            }
            (value, digits) = (value * 8 + digit, digits + 1);
            self.at += 1;
        }
        if digits == 0 { Err(self.error(start, "\\0 wants octal digits")) } else { Ok(Escaped::Char(value)) }
    }

    /// As many digits as name a group that has begun, at least one.
    fn reference(&mut self, first: u32) -> Result<Escaped, PatternError> {
        let mut number = first;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let longer = number.saturating_mul(10).saturating_add(digit);
            if longer > self.groups {
                break;
            }
            number = longer;
            self.at += 1;
        }
        Ok(Escaped::Reference)
    }

    fn named_reference(&mut self, start: usize) -> Result<Escaped, PatternError> {
        if self.read() != Some('<') {
            return Err(self.error(start, "\\k wants a group's name in angle brackets"));
        }
        let name = self.group_name(start)?;
        if self.names.contains(&name) {
            return Ok(Escaped::Reference);
        }
        Err(self.error(start, format!("no group before it is named {name}")))
    }

    /// `\b`, or `\b{g}`. Another brace behind it is none of its business.
    fn boundary(&mut self, start: usize) -> Result<Escaped, PatternError> {
        let plain = Ok(Escaped::Assert(Assert::Boundary { inside: false }));
        if self.peek() != Some('{') || self.items.get(self.at + 1).is_none_or(|item| item.c != 'g') {
            return plain;
        }
        self.at += 2;
        match self.read() {
            Some('}') => Ok(Escaped::Assert(Assert::Unknown)),
            _ => Err(self.error(start, "\\b{g wants a closing brace")),
        }
    }

    /// `\uXXXX`, or two of them that are a surrogate pair.
    fn utf16(&mut self, start: usize) -> Result<Escaped, PatternError> {
        let high = self.four_digits(start)?;
        let behind = self.at;
        if (0xD800..0xDC00).contains(&high) && self.read() == Some('\\') && self.read() == Some('u') {
            let low = self.four_digits(start)?;
            if (0xDC00..0xE000).contains(&low) {
                return Ok(Escaped::Char(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
            }
        }
        self.at = behind;
        Ok(Escaped::Char(high))
    }

    fn four_digits(&mut self, start: usize) -> Result<u32, PatternError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.read().and_then(|c| c.to_digit(16));
            value = value * 16 + digit.ok_or_else(|| self.error(start, "\\u wants four hexadecimal digits"))?;
        }
        Ok(value)
    }

    fn hexadecimal(&mut self, start: usize) -> Result<Escaped, PatternError> {
        let wrong = |parser: &Parser| parser.error(start, "\\x wants two hexadecimal digits, or some in braces");
        let first = self.read();
        if let Some(high) = first.and_then(|c| c.to_digit(16)) {
            let low = self.read().and_then(|c| c.to_digit(16)).ok_or_else(|| wrong(self))?;
            return Ok(Escaped::Char(high * 16 + low));
        }
        if first != Some('{') || !self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
            return Err(wrong(self));
        }
        let mut value = 0;
        loop {
            let next = self.read();
            match next.and_then(|c| c.to_digit(16)) {
                Some(digit) => value = value * 16 + digit,
                None if next == Some('}') => return Ok(Escaped::Char(value)),
                None => return Err(self.error(start, "\\x{ wants a closing brace")),
            }
            if value > u32::from(char::MAX) {
                return Err(self.error(start, "there is no such character"));
            }
        }
    }

    /// `\pL` or `\p{name}`.
    fn property(&mut self, start: usize, complement: bool) -> Result<Set, PatternError> {
        let name = if self.peek() == Some('{') {
            self.at += 1;
            self.braced(start)?
        } else {
            self.peek();
            let one = self.items.get(self.at).map(|item| item.c);
            self.at += 1;
            String::from_iter(one)
        };
        if name.is_empty() {
            return Err(self.error(start, "\\p wants a property's name"));
        }
        let reading = Reading { ignore_case: self.flags.fold != Fold::No, unicode: self.flags.unicode_classes };
        match property::named(&name, reading) {
            Some(property) => Ok(Set::Property(property).negate(complement)),
            None => Err(PatternError { sure: false, ..self.error(start, format!("no property {name} in Java 17")) }),
        }
    }

    fn character_name(&mut self, start: usize) -> Result<Escaped, PatternError> {
        if self.read() != Some('{') {
            return Err(self.error(start, "\\N wants a character's name in braces"));
        }
        let name = self.braced(start)?;
        Err(PatternError { sure: false, ..self.error(start, format!("the character's name {name} was not looked up")) })
    }

    /// All up to the closing brace, which is taken.
    fn braced(&mut self, start: usize) -> Result<String, PatternError> {
        let rest = self.items.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|item| item.c == '}' && !item.quoted) else {
            return Err(self.error(start, "this brace is not closed"));
        };
        let name = rest.iter().take(length).map(|item| item.c).collect();
        self.at += length + 1;
        Ok(name)
    }
}

const HORIZONTAL: &[char] = &[
    ' ', '\t', '\u{A0}', '\u{1680}', '\u{180E}', '\u{2000}', '\u{2001}', '\u{2002}', '\u{2003}', '\u{2004}',
    '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200A}', '\u{202F}', '\u{205F}', '\u{3000}',
];

pub(super) const VERTICAL: &[char] = &['\n', '\u{B}', '\u{C}', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
