//! How long the pieces are that tokens consist of; 0 where there is none.

use super::scan::Scanner;

impl Scanner<'_> {
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn starts(&self, at: usize, with: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// Length of the run of bytes that `wanted` accepts.
    pub(super) fn run(&self, at: usize, wanted: impl Fn(u8) -> bool) -> usize {
        self.bytes.get(at..).unwrap_or_default().iter().take_while(|byte| wanted(**byte)).count()
    }

    /// Measures a run of backslashes once, however often it is asked about.
    pub(super) fn backslashes(&mut self, at: usize) -> usize {
        if !(self.run.0..self.run.1).contains(&at) {
            self.run = (at, at + self.run(at, |byte| byte == b'\\'));
        }
        self.run.1 - at
    }

    /// Length of the character at `at`.
    pub(super) fn character(&self, at: usize) -> usize {
        1 + self.run(at + 1, |byte| byte & 0xC0 == 0x80)
    }

    /// Up to the last quote that can close it: a doubled quote is part of the text unless nothing closes after it.
    pub(super) fn string(&self, at: usize, quote: u8) -> usize {
        let mut closed = 0;
        let mut from = at + 1;
        loop {
            from += self.run(from, |byte| byte != quote);
            if self.byte(from).is_none() {
                return closed;
            }
            closed = from + 1 - at;
            if self.byte(from + 1) != Some(quote) {
                return closed;
            }
            from += 2;
        }
    }

    pub(super) fn word(&self, at: usize) -> usize {
        match self.byte(at) {
            Some(b'@' | b'_' | b'a'..=b'z' | b'A'..=b'Z') => self.run(at, in_word),
            _ => 0,
        }
    }

    pub(super) fn braced(&self, at: usize) -> usize {
        if self.byte(at) != Some(b'{') || !matches!(self.byte(at + 1), Some(b'_' | b'a'..=b'z' | b'A'..=b'Z')) {
            return 0;
        }
        let len = 1 + self.run(at + 1, in_word);
        if self.byte(at + len) == Some(b'}') { len + 1 } else { 0 }
    }

    pub(super) fn set(&self, at: usize) -> usize {
        if !matches!(self.byte(at), Some(b' ' | b'\t' | b'#')) {
            return 0;
        }
        let before = self.run(at, |byte| matches!(byte, b' ' | b'\t'));
        let name = self.literal(at + before, "#set").max(self.literal(at + before, "#{set}"));
        let between = self.run(at + before + name, |byte| byte == b' ');
        let len = before + name + between;
        if name > 0 && self.byte(at + len) == Some(b'(') { len + 1 } else { 0 }
    }

    pub(super) fn literal(&self, at: usize, text: &str) -> usize {
        if self.starts(at, text) { text.len() } else { 0 }
    }

    pub(super) fn line_end(&self, at: usize) -> usize {
        match self.byte(at) {
            Some(b'\r') if self.byte(at + 1) == Some(b'\n') => 2,
            Some(b'\r' | b'\n') => 1,
            _ => 0,
        }
    }

    /// Blanks and the line end behind them, if there is one.
    pub(super) fn blank_line(&self, at: usize) -> usize {
        let blanks = self.run(at, |byte| matches!(byte, b' ' | b'\t'));
        match self.line_end(at + blanks) {
            0 => 0,
            end => blanks + end,
        }
    }
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@')
}
