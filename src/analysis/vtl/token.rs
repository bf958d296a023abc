//! What the lexer gives.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// `\\`
    DoubleEscape,
    /// `\`
    Escape,
    /// An odd run of backslashes before `#word`.
    EscapedDirective,
    /// `$[`, `$![` or `$.`: text.
    EmptyIndex,
    LineComment,
    /// The line end that closes it.
    LineCommentEnd,
    BlockComment,
    DocComment,
    Unparsed,
    /// `#set(` with the blanks before it.
    Set,
    If,
    ElseIf,
    Else,
    End,
    /// `#word`, or a bare word among arguments.
    Word,
    /// `#{word}`
    BracedWord,
    Identifier,
    /// `${`
    OpenFormal,
    /// `}` where a reference may end.
    CloseFormal,
    Dot,
    OpenIndex,
    CloseIndex,
    OpenParen,
    /// `)` of a directive or expression, with blanks and a line end behind it.
    CloseParen,
    /// `)` of a method's arguments.
    CloseArguments,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    DoubleDot,
    Blank,
    String,
    True,
    False,
    Integer,
    Float,
    Not,
    /// `=`
    Assign,
    Operator(super::ast::Operator),
    /// A character that has no meaning here.
    Unknown,
    Eof,
}

/// `start..end` of the lexed text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    /// Where the last part starts: `foo` of `$!foo`, `if` of `#if`.
    pub(super) core: usize,
    pub(super) end: usize,
    /// `$` and `#` that turned out to be text, where they belong to the text of this token, and where they start.
    pub(super) lead: String,
    pub(super) lead_start: usize,
    /// Velocity 1.7 has no token here.
    pub(super) beyond: bool,
    /// The text ends within it.
    pub(super) cut: bool,
}
