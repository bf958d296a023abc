//! A pushdown recogniser of JSON (RFC 8259) that runs on text of which parts are not known.
//!
//! A [`State`] is where one reading of the text so far stands. It keeps the innermost 64 open brackets; what lies
//! further out, or came before text that could be anything, is an *open* bottom that a closing bracket may or may not
//! meet. On the side it follows the member `statusCode` of a top-level object, for MOCK integrations, which also read
//! keys without quotes.

use super::status::Status;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// A value must come.
    Value,
    /// After `[`: a value or `]`.
    First,
    /// After a comma in an object.
    Key,
    /// After `{`: a key or `}`.
    FirstKey,
    Colon,
    /// After a value.
    After,
    String,
    Escape,
    /// So many hexadecimal digits of `\uXXXX` are to come.
    Hex(u8),
    InKey,
    KeyEscape,
    KeyHex(u8),
    /// A key without quotes: not JSON, but a MOCK integration reads it.
    Bare,
    Minus,
    Zero,
    Digits,
    Dot,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
    /// Within `true`, `false` or `null`: the rest of the word.
    Word(Rest),
}

/// What is to come of a word: the last so many bytes of `true`, `alse` or `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rest {
    of: u8,
    left: u8,
}

const WORDS: [&[u8]; 3] = [b"true", b"false", b"null"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    pub mode: Mode,
    /// How many brackets are known to be open.
    depth: u8,
    /// One bit a known bracket, the innermost lowest; set for an object.
    frames: u64,
    /// Further brackets may be open below the known ones.
    pub open: bool,
    /// It is JSON but for keys without quotes.
    pub lenient: bool,
    pub status: Status,
}

/// Where one byte, or one piece of text, leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    To(State),
    /// An object or an array may lie below: both go on.
    Either(State, State),
    /// No JSON begins like this.
    Dead,
}

impl State {
    pub(super) const START: State =
        State { mode: Mode::Value, depth: 0, frames: 0, open: false, lenient: false, status: Status::START };

    /// Wherever a reading can stand after text that could be anything.
    pub(super) fn anywhere() -> impl Iterator<Item = State> {
        let plain = [
            Mode::Value,
            Mode::First,
            Mode::Key,
            Mode::FirstKey,
            Mode::Colon,
            Mode::After,
            Mode::String,
            Mode::Escape,
            Mode::InKey,
            Mode::KeyEscape,
            Mode::Minus,
            Mode::Zero,
            Mode::Digits,
            Mode::Dot,
            Mode::Fraction,
            Mode::Exponent,
            Mode::ExponentSign,
            Mode::ExponentDigits,
        ];
        let hex = (1..=4).flat_map(|left| [Mode::Hex(left), Mode::KeyHex(left)]);
        let words = (0..3u8).flat_map(|of| {
            let length = WORDS.get(usize::from(of)).map_or(0, |word| word.len() as u8);
            (1..length).map(move |left| Mode::Word(Rest { of, left }))
        });
        let status = Status::START.unsure();
        let at = move |mode| State { mode, open: true, status, ..State::START };
        plain.into_iter().chain(hex).chain(words).map(at)
    }

    /// The text may end here and be one whole JSON value, if nothing lies below an open bottom.
    pub(super) fn accepts(&self) -> bool {
        use Mode::{After, Digits, ExponentDigits, Fraction, Zero};
        self.depth == 0 && matches!(self.mode, After | Zero | Digits | Fraction | ExponentDigits)
    }

    /// Nothing but white space was written.
    pub(super) fn is_blank(&self) -> bool {
        self.mode == Mode::Value && self.is_outside()
    }

    /// Outside all brackets.
    pub(super) fn is_outside(&self) -> bool {
        self.depth == 0 && !self.open
    }

    pub(super) fn in_string(&self) -> bool {
        matches!(self.mode, Mode::String | Mode::InKey)
    }

    pub(super) fn wants_value(&self) -> bool {
        matches!(self.mode, Mode::Value | Mode::First)
    }

    /// Between the braces of a top-level object, where MOCK integrations look.
    fn at_top_object(&self) -> bool {
        self.depth == 1 && !self.open && self.frames & 1 == 1
    }

    /// After a value of which the text is not known; `modes` are where such a value can end.
    pub(super) fn after_value(mut self, modes: &'static [Mode]) -> impl Iterator<Item = State> {
        if self.at_top_object() && self.mode == Mode::Value {
            self.status = self.status.value_unsure();
        } else if self.is_outside() {
            self.status = self.status.unsure();
        }
        modes.iter().map(move |mode| State { mode: *mode, ..self })
    }

    /// Within a string, after text that stays within it.
    pub(super) fn after_plain(mut self) -> State {
        if self.mode == Mode::InKey && self.at_top_object() {
            self.status = self.status.key_unsure();
        }
        self
    }

    pub(super) fn at(self, mode: Mode) -> State {
        State { mode, ..self }
    }

    fn to(self, mode: Mode) -> Step {
        Step::To(self.at(mode))
    }

    fn push(mut self, object: bool) -> Step {
        if self.depth == 64 {
            self.open = true;
        } else {
            self.depth += 1;
        }
        self.frames = self.frames << 1 | u64::from(object);
        self.to(if object { Mode::FirstKey } else { Mode::First })
    }

    fn pop(mut self, object: bool) -> Step {
        if self.depth == 0 {
            return if self.open { self.to(Mode::After) } else { Step::Dead };
        }
        if (self.frames & 1 == 1) != object {
            return Step::Dead;
        }
        self.frames >>= 1;
        self.depth -= 1;
        self.to(Mode::After)
    }

    fn comma(self) -> Step {
        let (key, value) = (State { mode: Mode::Key, ..self }, State { mode: Mode::Value, ..self });
        match (self.depth, self.frames & 1) {
            (0, _) if self.open => Step::Either(key, value),
            (0, _) => Step::Dead,
            (_, 1) => Step::To(key),
            _ => Step::To(value),
        }
    }

    /// How many of these bytes change nothing: within a string, or white space between tokens.
    pub(super) fn stays(&self, bytes: &[u8]) -> usize {
        use Mode::*;
        let in_string = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
        match self.mode {
            String => bytes.iter().take_while(|byte| in_string(byte)).count(),
            InKey if !self.at_top_object() => bytes.iter().take_while(|byte| in_string(byte)).count(),
            Value | First | Key | FirstKey | Colon | After => bytes.iter().take_while(|byte| is_white(**byte)).count(),
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn step(mut self, byte: u8) -> Step {
        use Mode::*;
        let white = is_white(byte);
        match self.mode {
            String => match byte {
                b'"' => self.to(After),
                b'\\' => self.to(Escape),
                0..0x20 => Step::Dead,
                _ => Step::To(self),
            },
            InKey => {
                match byte {
                    b'"' => return self.to(Colon),
                    b'\\' => self.mode = KeyEscape,
                    0..0x20 => return Step::Dead,
                    _ => {}
                }
                if self.at_top_object() {
                    self.status = if byte == b'\\' { self.status.key_unsure() } else { self.status.key(byte) };
                }
                Step::To(self)
            }
            Value | First | Key | FirstKey | Colon | After if white => Step::To(self),
            Value => self.value(byte),
            First if byte == b']' => self.pop(false),
            First => self.value(byte),
            FirstKey if byte == b'}' => self.pop(true),
            Key | FirstKey => {
                let top = self.at_top_object();
                if top {
                    self.status = self.status.new_key();
                }
                match byte {
                    b'"' => self.to(InKey),
                    b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                        self.lenient = true;
                        if top {
                            self.status = self.status.key(byte);
                        }
                        self.to(Bare)
                    }
                    _ => Step::Dead,
                }
            }
            Bare => match byte {
                b':' => self.to(Value),
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' => {
                    if self.at_top_object() {
                        self.status = self.status.key(byte);
                    }
                    Step::To(self)
                }
                _ if white => self.to(Colon),
                _ => Step::Dead,
            },
            Colon if byte == b':' => self.to(Value),
            Colon => Step::Dead,
            After => match byte {
                b',' => self.comma(),
                b'}' => self.pop(true),
                b']' => self.pop(false),
                _ => Step::Dead,
            },
            Escape | KeyEscape => {
                let (back, hex) = if self.mode == Escape { (String, Hex(4)) } else { (InKey, KeyHex(4)) };
                match byte {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.to(back),
                    b'u' => self.to(hex),
                    _ => Step::Dead,
                }
            }
            Hex(_) | KeyHex(_) if !byte.is_ascii_hexdigit() => Step::Dead,
            Hex(left) => self.to(if left > 1 { Hex(left - 1) } else { String }),
            KeyHex(left) => self.to(if left > 1 { KeyHex(left - 1) } else { InKey }),
            Word(Rest { of, left }) => {
                let word = WORDS.get(usize::from(of)).copied().unwrap_or_default();
                if word.get(word.len().saturating_sub(usize::from(left))) != Some(&byte) {
                    return Step::Dead;
                }
                self.to(if left > 1 { Word(Rest { of, left: left - 1 }) } else { After })
            }
            Minus | Zero | Digits | Dot | Fraction | Exponent | ExponentSign | ExponentDigits => self.number(byte),
        }
    }

    fn value(mut self, byte: u8) -> Step {
        use Mode::*;
        let code = self.at_top_object();
        if code && self.mode == Value {
            self.status = self.status.value(byte);
        }
        match byte {
            b'"' => self.to(String),
            b'{' => self.push(true),
            b'[' => self.push(false),
            b't' => self.to(Word(Rest { of: 0, left: 3 })),
            b'f' => self.to(Word(Rest { of: 1, left: 4 })),
            b'n' => self.to(Word(Rest { of: 2, left: 3 })),
            b'-' => self.to(Minus),
            b'0' => self.to(Zero),
            b'1'..=b'9' => self.to(Digits),
            _ => Step::Dead,
        }
    }

    fn number(mut self, byte: u8) -> Step {
        use Mode::*;
        let mode = match (self.mode, byte) {
            (Minus, b'0') => Zero,
            (Minus, b'1'..=b'9') | (Digits, b'0'..=b'9') => Digits,
            (Zero | Digits, b'.') => Dot,
            (Dot | Fraction, b'0'..=b'9') => Fraction,
            (Zero | Digits | Fraction, b'e' | b'E') => Exponent,
            (Exponent, b'+' | b'-') => ExponentSign,
            (Exponent | ExponentSign | ExponentDigits, b'0'..=b'9') => ExponentDigits,
            (Zero | Digits | Fraction | ExponentDigits, b' ' | b'\t' | b'\n' | b'\r') => After,
            (Zero | Digits | Fraction | ExponentDigits, b',' | b'}' | b']') => {
                return State { mode: After, ..self }.step(byte);
            }
            _ => return Step::Dead,
        };
        if self.at_top_object() && mode != After {
            self.status = self.status.number(byte);
        }
        self.to(mode)
    }
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
