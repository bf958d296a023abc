//! The longest piece of text that has a meaning at a place, by what the lexer is in the middle of. Of two equally long,
//! Velocity's grammar gives the one that it defines first; the order of the attempts below says which that is.

use super::ast::Operator;
use super::lexer::State;
use super::token::Kind;

/// What a scan found. The first group starts or continues a token, the second ends one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// Backslashes and `$`, perhaps more backslashes and `!`.
    Dollar,
    Hash,
    OpenUnparsed,
    OpenDoc,
    OpenBlock,
    /// A character inside `#[[ … ]]#`.
    Inside,
    /// A character of a comment.
    Skipped,
    /// No part of a reference or directive: it ends here.
    Terminator,
    Token(Kind),
}

pub(super) struct Scanner<'s> {
    pub(super) bytes: &'s [u8],
    /// The run of backslashes that was measured last.
    pub(super) run: (usize, usize),
}

type Found = Option<(Match, usize)>;

impl<'s> Scanner<'s> {
    pub(super) fn new(text: &'s str) -> Scanner<'s> {
        Scanner { bytes: text.as_bytes(), run: (0, 0) }
    }

    pub(super) fn longest(&mut self, state: State, at: usize) -> Found {
        let first = self.byte(at)?;
        let mut best = Best(None);
        match state {
            State::Default => self.default(at, first, &mut best),
            State::AfterHash => self.after_hash(at, &mut best),
            State::Directive => self.directive(at, first, &mut best),
            State::Reference => self.reference(at, first, &mut best),
            State::Member => self.member(at, first, &mut best),
            State::Arguments => self.arguments(at, first, &mut best),
            State::Index => self.index(at, first, &mut best),
            State::LineComment => {
                best.offer(Kind::LineCommentEnd, self.line_end(at));
                self.starter(at, first, &mut best);
                best.raw(Match::Skipped, self.character(at));
            }
            State::BlockComment | State::DocComment => {
                let kind = if state == State::DocComment { Kind::DocComment } else { Kind::BlockComment };
                best.offer(kind, self.literal(at, "*#"));
                self.starter(at, first, &mut best);
                best.raw(Match::Skipped, self.character(at));
            }
            State::Unparsed => {
                best.offer(Kind::Unparsed, self.literal(at, "]]#"));
                self.starter(at, first, &mut best);
                best.raw(Match::Inside, self.character(at));
            }
        }
        best.0
    }

    /// `$` and `#` start something wherever they stand.
    fn starter(&mut self, at: usize, first: u8, best: &mut Best) {
        if first == b'#' {
            match self.byte(at + 1) {
                Some(b'[') if self.byte(at + 2) == Some(b'[') => best.raw(Match::OpenUnparsed, 3),
                Some(b'*') => match (self.byte(at + 2), self.byte(at + 3)) {
                    (Some(b'*'), Some(after)) if after != b'#' => best.raw(Match::OpenDoc, 3),
                    _ => best.raw(Match::OpenBlock, 2),
                },
                _ => best.raw(Match::Hash, 1),
            }
        } else if first == b'$' || first == b'\\' {
            let dollar = at + self.backslashes(at);
            if self.byte(dollar) == Some(b'$') {
                let bang = dollar + 1 + self.backslashes(dollar + 1);
                let end = if self.byte(bang) == Some(b'!') { bang + 1 } else { dollar + 1 };
                best.raw(Match::Dollar, end - at);
            }
        }
    }

    fn default(&mut self, at: usize, first: u8, best: &mut Best) {
        match first {
            b'\\' => {
                let run = self.backslashes(at);
                if run % 2 == 1 && self.byte(at + run) == Some(b'#') {
                    let word = at + run + 1;
                    let len = self.word(word).max(self.braced(word));
                    best.offer(Kind::EscapedDirective, if len > 0 { run + 1 + len } else { 0 });
                }
                self.starter(at, first, best);
                best.offer(Kind::DoubleEscape, if run > 1 { 2 } else { 0 });
                best.offer(Kind::Escape, 1);
            }
            b'$' => {
                self.starter(at, first, best);
                self.empty_index(at, best);
            }
            b'#' => {
                best.offer(Kind::Set, self.set(at));
                self.starter(at, first, best);
                best.offer(Kind::LineComment, self.literal(at, "##"));
            }
            _ => {
                best.offer(Kind::Set, self.set(at));
                best.offer(Kind::Text, self.run(at, |byte| !matches!(byte, b'$' | b'#' | b'\\')));
            }
        }
    }

    fn after_hash(&mut self, at: usize, best: &mut Best) {
        if let Some(first) = self.byte(at) {
            self.starter(at, first, best);
        }
        best.offer(Kind::LineComment, self.literal(at, "##"));
        for (kind, name) in [(Kind::End, "end"), (Kind::If, "if"), (Kind::ElseIf, "elseif"), (Kind::Else, "else")] {
            let mut len = self.literal(at, name);
            if self.byte(at) == Some(b'{') && self.starts(at + 1, name) && self.byte(at + 1 + name.len()) == Some(b'}')
            {
                len = name.len() + 2;
            }
            if len > 0 {
                let swallows = matches!(kind, Kind::End | Kind::Else);
                best.offer(kind, len + if swallows { self.blank_line(at + len) } else { 0 });
            }
        }
        self.number(at, best);
        best.offer(Kind::Word, self.word(at));
        best.offer(Kind::BracedWord, self.braced(at));
        best.raw(Match::Terminator, 1);
    }

    fn directive(&mut self, at: usize, first: u8, best: &mut Best) {
        self.enclosing(at, first, best);
        match first {
            b'(' => best.offer(Kind::OpenParen, 1),
            b')' => best.offer(Kind::CloseParen, 1 + self.blank_line(at + 1)),
            _ => {}
        }
        self.starter(at, first, best);
        best.offer(Kind::LineComment, self.literal(at, "##"));
        self.value(at, first, best);
        self.operator(at, best);
        self.number(at, best);
        best.offer(Kind::Word, self.word(at));
        best.offer(Kind::BracedWord, self.braced(at));
    }

    fn reference(&mut self, at: usize, first: u8, best: &mut Best) {
        best.offer(Kind::OpenIndex, self.literal(at, "["));
        best.offer(Kind::Set, self.set(at));
        self.starter(at, first, best);
        best.offer(Kind::LineComment, self.literal(at, "##"));
        self.name(at, best);
        self.braces(first, best);
        self.empty_index(at, best);
        best.raw(Match::Terminator, 1);
    }

    fn member(&mut self, at: usize, first: u8, best: &mut Best) {
        best.offer(Kind::OpenIndex, self.literal(at, "["));
        best.offer(Kind::OpenParen, self.literal(at, "("));
        best.offer(Kind::Set, self.set(at));
        self.starter(at, first, best);
        self.name(at, best);
        self.braces(first, best);
        best.raw(Match::Terminator, 1);
    }

    fn arguments(&mut self, at: usize, first: u8, best: &mut Best) {
        self.enclosing(at, first, best);
        best.offer(Kind::CloseArguments, self.literal(at, ")"));
        best.offer(Kind::Set, self.set(at));
        self.starter(at, first, best);
        self.value(at, first, best);
        self.number(at, best);
        self.name(at, best);
    }

    fn index(&mut self, at: usize, first: u8, best: &mut Best) {
        best.offer(Kind::CloseIndex, self.literal(at, "]"));
        self.starter(at, first, best);
        self.value(at, first, best);
        self.number(at, best);
    }

    /// What later Velocity reads in an argument or an index and 1.7 does not.
    pub(super) fn beyond(&mut self, at: usize) -> Found {
        let mut best = Best(None);
        best.offer(Kind::OpenParen, self.literal(at, "("));
        best.offer(Kind::CloseParen, self.literal(at, ")"));
        self.operator(at, &mut best);
        best.0
    }

    fn enclosing(&self, at: usize, first: u8, best: &mut Best) {
        match first {
            b'[' => best.offer(Kind::OpenBracket, 1),
            b']' => best.offer(Kind::CloseBracket, 1),
            b',' => best.offer(Kind::Comma, 1),
            b':' => best.offer(Kind::Colon, 1),
            b'{' => best.offer(Kind::OpenBrace, 1),
            b'}' => best.offer(Kind::CloseBrace, 1),
            b'.' => best.offer(Kind::DoubleDot, self.literal(at, "..")),
            _ => {}
        }
    }

    fn value(&self, at: usize, first: u8, best: &mut Best) {
        match first {
            b' ' | b'\t' | b'\n' | b'\r' => best.offer(Kind::Blank, self.run(at, blank)),
            b'"' | b'\'' => best.offer(Kind::String, self.string(at, first)),
            b't' => best.offer(Kind::True, self.literal(at, "true")),
            b'f' => best.offer(Kind::False, self.literal(at, "false")),
            _ => {}
        }
    }

    fn name(&self, at: usize, best: &mut Best) {
        if matches!(self.byte(at), Some(b't' | b'f')) {
            best.offer(Kind::True, self.literal(at, "true"));
            best.offer(Kind::False, self.literal(at, "false"));
        }
        if self.byte(at).is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            let more = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            best.offer(Kind::Identifier, self.run(at, more));
        }
        if self.byte(at) == Some(b'.') && self.byte(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic()) {
            best.offer(Kind::Dot, 2);
        }
    }

    fn braces(&self, first: u8, best: &mut Best) {
        match first {
            b'{' => best.offer(Kind::OpenFormal, 1),
            b'}' => best.offer(Kind::CloseFormal, 1),
            _ => {}
        }
    }

    fn empty_index(&self, at: usize, best: &mut Best) {
        if self.byte(at) != Some(b'$') {
            return;
        }
        for text in ["$[", "$![", "$\\![", "$."] {
            best.offer(Kind::EmptyIndex, self.literal(at, text));
        }
    }

    fn operator(&self, at: usize, best: &mut Best) {
        use Operator::*;
        const SYMBOLS: &[(&str, Operator)] = &[
            ("-", Subtract),
            ("+", Add),
            ("*", Multiply),
            ("/", Divide),
            ("%", Modulo),
            ("&&", And),
            ("and", And),
            ("||", Or),
            ("or", Or),
            ("<", Less),
            ("lt", Less),
            ("<=", LessOrEqual),
            ("le", LessOrEqual),
            (">", Greater),
            ("gt", Greater),
            (">=", GreaterOrEqual),
            ("ge", GreaterOrEqual),
            ("==", Equal),
            ("eq", Equal),
            ("!=", NotEqual),
            ("ne", NotEqual),
        ];
        if !self.byte(at).is_some_and(|first| b"-+*/%&|<>=!aeglno".contains(&first)) {
            return;
        }
        for (text, operator) in SYMBOLS {
            best.offer(Kind::Operator(*operator), self.literal(at, text));
        }
        best.offer(Kind::Not, self.literal(at, "!"));
        best.offer(Kind::Not, self.literal(at, "not"));
        best.offer(Kind::Assign, self.literal(at, "="));
    }

    fn number(&self, at: usize, best: &mut Best) {
        if !matches!(self.byte(at), Some(b'-' | b'.' | b'0'..=b'9')) {
            return;
        }
        let digit = |byte: u8| byte.is_ascii_digit();
        let sign = self.literal(at, "-");
        let whole = self.run(at + sign, digit);
        if whole > 0 {
            let dots = self.literal(at + sign + whole, "..");
            best.offer(Kind::Integer, sign + whole + dots);
        }
        let mut len = sign + whole;
        let dot = self.literal(at + len, ".");
        let fraction = if dot > 0 { self.run(at + len + 1, digit) } else { 0 };
        if whole > 0 || fraction > 0 {
            len += dot + fraction;
            let exponent = self.exponent(at + len);
            best.offer(Kind::Float, if dot > 0 || exponent > 0 { len + exponent } else { 0 });
        }
    }

    fn exponent(&self, at: usize) -> usize {
        if !matches!(self.byte(at), Some(b'e' | b'E')) {
            return 0;
        }
        let sign = usize::from(matches!(self.byte(at + 1), Some(b'+' | b'-')));
        match self.run(at + 1 + sign, |byte| byte.is_ascii_digit()) {
            0 => 0,
            digits => 1 + sign + digits,
        }
    }
}

pub(super) fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The longest match so far; the first of equally long ones stays.
struct Best(Found);

impl Best {
    fn offer(&mut self, kind: Kind, len: usize) {
        self.raw(Match::Token(kind), len);
    }

    fn raw(&mut self, found: Match, len: usize) {
        if len > self.0.map_or(0, |(_, best)| best) {
            self.0 = Some((found, len));
        }
    }
}
