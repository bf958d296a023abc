//! The member `statusCode` of a top-level object, as it is read byte by byte.

const NAME: &[u8] = b"statusCode";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Status {
    key: Key,
    pub found: Found,
}

/// How much of the current key is the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Part(u8),
    /// So much of it, in another case.
    Folded(u8),
    Other,
    Unsure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// No such member, or one that is neither a number nor a string.
    Nothing,
    /// An integer.
    Code(i64),
    /// The sign of one.
    Sign,
    /// A string, a number that is no integer, a name written with escapes, two of them, or text that is not known.
    Unsure,
}

impl Status {
    pub(super) const START: Status = Status { key: Key::Other, found: Found::Nothing };

    pub(super) fn unsure(self) -> Status {
        Status { found: Found::Unsure, ..self }
    }

    pub(super) fn new_key(self) -> Status {
        Status { key: Key::Part(0), ..self }
    }

    pub(super) fn key_unsure(self) -> Status {
        Status { key: Key::Unsure, ..self }
    }

    pub(super) fn key(self, byte: u8) -> Status {
        let (Key::Part(n) | Key::Folded(n)) = self.key else { return self };
        let key = match NAME.get(usize::from(n)) {
            Some(wanted) if *wanted == byte && self.key == Key::Part(n) => Key::Part(n + 1),
            Some(wanted) if wanted.eq_ignore_ascii_case(&byte) => Key::Folded(n + 1),
            _ => Key::Other,
        };
        Status { key, ..self }
    }

    fn is_name(self) -> bool {
        self.key == Key::Part(NAME.len() as u8)
    }

    /// A reader that minds no case, or knows what is not known here, might take it for the name.
    fn may_be_name(self) -> bool {
        matches!(self.key, Key::Unsure) || self.key == Key::Folded(NAME.len() as u8)
    }

    /// The first byte of a member's value.
    pub(super) fn value(self, byte: u8) -> Status {
        let found = match (self.found, byte) {
            _ if self.may_be_name() => Found::Unsure,
            _ if !self.is_name() => return self,
            (Found::Nothing, b'-') => Found::Sign,
            (Found::Nothing, b'0'..=b'9') => Found::Code(i64::from(byte - b'0')),
            (Found::Nothing, b'{' | b'[' | b't' | b'f' | b'n') => Found::Nothing,
            _ => Found::Unsure,
        };
        Status { found, ..self }
    }

    pub(super) fn value_unsure(self) -> Status {
        if self.is_name() || self.may_be_name() { self.unsure() } else { self }
    }

    /// A further byte of a number.
    pub(super) fn number(self, byte: u8) -> Status {
        if !self.is_name() {
            return self;
        }
        let digit = i64::from(byte.wrapping_sub(b'0'));
        let found = match self.found {
            Found::Sign if byte.is_ascii_digit() => Found::Code(-digit),
            Found::Code(n) if byte.is_ascii_digit() => {
                let signed = if n < 0 { -digit } else { digit };
                n.checked_mul(10).and_then(|n| n.checked_add(signed)).map_or(Found::Unsure, Found::Code)
            }
            _ => Found::Unsure,
        };
        Status { found, ..self }
    }
}
