//! Tokens, by the state machine of Velocity's own lexer: what a character means depends on what it stands in, and a few
//! of its states end later than one would think. Templates rely on that, so it is kept, oddities included.

use super::scan::{Match, Scanner};
use super::token::{Kind, Token};

/// What the text is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Default,
    /// Right after a `#`.
    AfterHash,
    /// After a directive's name, up to the parenthesis that closes its arguments.
    Directive,
    /// After a `$`.
    Reference,
    /// After a `.` and a letter in a reference.
    Member,
    /// In a method's arguments.
    Arguments,
    /// In `[…]` of a reference.
    Index,
    LineComment,
    BlockComment,
    DocComment,
    Unparsed,
}

/// A state to return to, with its count of parentheses.
struct Frame {
    state: State,
    opened: usize,
    closed: usize,
    beyond: usize,
}

pub(super) struct Lexer<'s> {
    text: &'s str,
    scanner: Scanner<'s>,
    at: usize,
    state: State,
    opened: usize,
    closed: usize,
    /// Parentheses that are open in arguments, which Velocity 1.7 does not know.
    beyond: usize,
    frames: Vec<Frame>,
    pub(super) in_set: bool,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(text: &'s str) -> Lexer<'s> {
        let scanner = Scanner::new(text);
        let state = State::Default;
        Lexer { text, scanner, at: 0, state, opened: 0, closed: 0, beyond: 0, frames: Vec::new(), in_set: false }
    }

    pub(super) fn push(&mut self, next: State) {
        let (state, opened, closed, beyond) = (self.state, self.opened, self.closed, self.beyond);
        self.frames.push(Frame { state, opened, closed, beyond });
        // The count of closed ones runs on, as it does in Velocity.
        (self.opened, self.beyond) = (0, 0);
        self.state = next;
    }

    pub(super) fn pop(&mut self) -> bool {
        match self.frames.pop() {
            Some(frame) => {
                (self.state, self.opened) = (frame.state, frame.opened);
                (self.closed, self.beyond) = (frame.closed, frame.beyond);
                true
            }
            None => {
                self.opened = 0;
                self.state = State::Default;
                false
            }
        }
    }

    pub(super) fn switch(&mut self, state: State) {
        self.state = state;
    }

    /// Whether the arguments of a directive follow.
    pub(super) fn arguments_follow(&self) -> bool {
        let blanks = self.scanner.run(self.at, super::scan::blank);
        self.scanner.byte(self.at + blanks) == Some(b'(')
    }

    /// Goes on at `at`, in the alternate value of a formal reference.
    pub(super) fn alternate(&mut self, at: usize) {
        self.at = at;
        self.push(State::Directive);
        self.opened = 1;
    }

    pub(super) fn next(&mut self) -> Token {
        let mut token = Token {
            kind: Kind::Eof,
            start: self.at,
            core: self.at,
            end: self.at,
            lead: String::new(),
            lead_start: self.at,
            beyond: false,
            cut: false,
        };
        loop {
            let at = self.at;
            if at >= self.text.len() {
                return self.at_end(token);
            }
            let Some((found, len)) = self.scanner.longest(self.state, at) else {
                return self.unknown(token);
            };
            if found != Match::Inside {
                token.core = at;
            }
            self.at += len;
            if found == Match::OpenDoc && self.commented() {
                // Within a comment it takes the character behind it along.
                self.at += self.scanner.character(self.at);
            }
            match found {
                Match::Token(kind) => {
                    token.kind = kind;
                    self.token(&mut token);
                    return token;
                }
                Match::Terminator => {
                    self.at = at;
                    self.pop();
                    let lead = lead(self.text.get(token.start..at).unwrap_or_default());
                    if token.lead.is_empty() && !lead.is_empty() {
                        token.lead_start = token.start;
                    }
                    token.lead.push_str(&lead);
                    token.start = at;
                }
                Match::Skipped => token.start = self.at,
                Match::Inside => {}
                _ => self.start(found),
            }
        }
    }

    fn commented(&self) -> bool {
        matches!(self.state, State::LineComment | State::BlockComment | State::DocComment | State::Unparsed)
    }

    /// The text goes on in another state and the token goes on too.
    fn start(&mut self, found: Match) {
        if self.commented() {
            return;
        }
        let ends = match found {
            Match::Dollar => self.state == State::Reference,
            Match::Hash => matches!(self.state, State::Reference | State::Member),
            _ => false,
        };
        if ends {
            self.pop();
        }
        self.push(match found {
            Match::Dollar => State::Reference,
            Match::Hash => State::AfterHash,
            Match::OpenUnparsed => State::Unparsed,
            Match::OpenDoc => State::DocComment,
            _ => State::BlockComment,
        });
    }

    fn token(&mut self, token: &mut Token) {
        token.end = self.at;
        match token.kind {
            Kind::Integer => {
                if self.text.get(token.core..token.end).is_some_and(|text| text.ends_with("..")) {
                    token.end -= 2;
                    self.at -= 2;
                }
                if !matches!(self.state, State::Arguments | State::Index) {
                    self.end_bare_argument();
                }
            }
            Kind::Float if !matches!(self.state, State::Arguments | State::Index) => self.end_bare_argument(),
            Kind::String if self.state == State::Directive => self.end_bare_argument(),
            Kind::Dot => {
                token.end -= 1;
                self.at -= 1;
                self.state = State::Member;
            }
            Kind::OpenIndex => self.push(State::Index),
            Kind::OpenParen => {
                self.opened += 1;
                if self.state == State::Member {
                    self.state = State::Arguments;
                }
            }
            Kind::CloseParen => self.close(),
            Kind::CloseArguments if self.beyond > 0 => {
                self.beyond -= 1;
                token.kind = Kind::CloseParen;
                token.beyond = true;
            }
            Kind::CloseArguments => self.state = State::Reference,
            Kind::Set => {
                self.push(State::Directive);
                self.in_set = true;
                self.opened += 1;
            }
            Kind::If | Kind::ElseIf => self.state = State::Directive,
            Kind::LineComment => {
                if self.state == State::Reference {
                    self.pop();
                }
                self.push(State::LineComment);
            }
            Kind::End
            | Kind::Else
            | Kind::CloseFormal
            | Kind::CloseIndex
            | Kind::LineCommentEnd
            | Kind::BlockComment
            | Kind::DocComment
            | Kind::Unparsed => {
                self.pop();
            }
            _ => {}
        }
    }

    /// A literal that no parenthesis precedes ends the directive.
    fn end_bare_argument(&mut self) {
        if self.opened == 0 && !self.in_set {
            self.pop();
        }
    }

    /// A parenthesis closes the innermost state that opened one.
    fn close(&mut self) {
        loop {
            if self.opened > 0 {
                if self.opened == self.closed + 1 {
                    self.pop();
                } else {
                    self.closed += 1;
                }
                return;
            }
            if !self.pop() {
                return;
            }
        }
    }

    /// A character that means nothing to Velocity 1.7 in this state. A later one may read it in arguments.
    fn unknown(&mut self, mut token: Token) -> Token {
        token.core = self.at;
        token.kind = Kind::Unknown;
        let mut len = self.scanner.character(self.at);
        if matches!(self.state, State::Arguments | State::Index)
            && let Some((Match::Token(kind), longer)) = self.scanner.beyond(self.at)
            && (kind != Kind::CloseParen || self.beyond > 0)
        {
            match kind {
                Kind::OpenParen => self.beyond += 1,
                Kind::CloseParen => self.beyond -= 1,
                _ => {}
            }
            (token.kind, token.beyond, len) = (kind, true, longer);
        } else if matches!(self.text.as_bytes().get(self.at), Some(b'"' | b'\'')) {
            // Only a string that nothing closes has no token.
            token.cut = true;
        }
        self.at += len;
        token.end = self.at;
        token
    }

    fn at_end(&mut self, mut token: Token) -> Token {
        let at = self.at;
        token.end = at;
        if token.start == at {
            return token;
        }
        // Velocity 1.7 fails on `$` and `#` right at the end, later ones take them for text.
        token.cut = true;
        match self.state {
            State::Reference | State::AfterHash => (token.kind, token.beyond) = (Kind::Text, true),
            State::LineComment => (token.kind, token.beyond) = (Kind::LineCommentEnd, true),
            State::BlockComment => (token.kind, token.beyond) = (Kind::BlockComment, true),
            State::DocComment => (token.kind, token.beyond) = (Kind::DocComment, true),
            _ => {}
        }
        token
    }
}

/// What is written of a `$` or `#` that turned out to be text: themselves, and backslashes right before a `$`. Velocity
/// drops a `!`, and a character after an escaped `$`.
fn lead(image: &str) -> String {
    let mut out = String::new();
    let bytes = image.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' {
            let run = bytes.iter().skip(at).take_while(|byte| **byte == b'\\').count();
            if bytes.get(at + run) == Some(&b'$') {
                out.push_str(image.get(at..=at + run).unwrap_or_default());
                at += run + 1;
            } else {
                at += run - 1;
            }
        } else if matches!(byte, b'#' | b'$') {
            out.push(char::from(*byte));
        }
        at += 1;
    }
    out
}
