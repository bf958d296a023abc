//! The tree of a template. Every node carries its bytes in the source; siblings are in order, children lie within their
//! parent. White space that Velocity swallows around directives lies between the nodes and within the enclosing block.

/// Bytes `start..end` of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The source text under the span; empty where the span is of another source.
    pub fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }
}

/// A run of nodes: a whole template, the body of a directive, or the inside of an interpolated string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    pub span: Span,
    pub nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Written as it stands, escapes of directives (`\#if`) already resolved. Never two in a row.
    Text(String),
    /// `#[[ … ]]#`: the inside, written as it stands.
    Unparsed(String),
    /// Writes nothing.
    Comment(Comment),
    /// Writes its value; where it has none, its source text unless quiet.
    Reference(Reference),
    /// `#set($target = value)`. Without a value (null) the target keeps what it had.
    Set { target: Reference, value: Expr },
    /// `#if … #elseif … #else … #end`; at least one branch.
    If { branches: Vec<Branch>, otherwise: Option<Block> },
    /// `#foreach($item in list)`. The item is a reference without a path.
    Foreach { item: Reference, list: Expr, body: Block },
    /// `#define($target) … #end`: the body renders each time the target is written. A reference without a path.
    Define { target: Reference, body: Block },
    /// `#macro(name $a $b) … #end`. Each parameter is a reference without a path.
    Macro { name: String, params: Vec<Reference>, body: Block },
    /// `#name(…)`, `#name` without parentheses (`args` is `None`), or `#@name(…) … #end` (with a body). Where the
    /// template defines no such macro, before or after, a call without a body writes its source text.
    Call { name: String, args: Option<Vec<Expr>>, body: Option<Block> },
    /// `#literal() … #end`: writes the source text of its body.
    Literal { body: Block },
    /// `#stop` or `#stop(message)`: the template ends here.
    Stop { message: Option<Expr> },
    /// `#break` or `#break(scope)`: the innermost loop, or the given scope, ends here.
    Break { scope: Option<Expr> },
    /// `#include("a" "b")`: the files' text.
    Include { args: Vec<Expr> },
    /// `#parse("a")`: the file's text as a template.
    Parse { arg: Expr },
    /// `#evaluate("…")`: a string as a template.
    Evaluate { arg: Expr },
    /// A directive that Velocity reads, with arguments that it has no meaning for, such as `#foreach($x)`: it fails or
    /// misbehaves when (and only when) it is rendered.
    Misused { name: String, args: Option<Vec<Expr>>, body: Option<Block> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comment {
    /// `## …` with its line end.
    Line,
    /// `#* … *#`
    Block,
    /// `#** … *#`
    Doc,
}

/// One `#if` or `#elseif`: `span` starts at its `#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub span: Span,
    pub condition: Expr,
    pub body: Block,
}

/// `$name`, `$!name`, `${name}`, `$!{name}` and what is reached through it. The span starts at the first backslash, if
/// any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub span: Span,
    /// Backslashes before the `$`. If the variable has a value, each pair writes one backslash, and an odd one over
    /// makes the reference write its own text; if it has none, all are written.
    pub backslashes: usize,
    /// `$!`: writes nothing where it has no value.
    pub quiet: bool,
    /// `{…}` around it.
    pub formal: bool,
    /// Backslashes between `$` and `!`. If any, this is no reference: it writes its text with one of them less.
    pub bang_backslashes: usize,
    pub name: Name,
    pub path: Vec<Access>,
    /// `${name|value}` of later Velocity: what stands in for a missing value.
    pub alternate: Option<Box<Expr>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub span: Span,
    pub text: String,
}

/// A step of a reference: `span` starts at the dot or bracket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub span: Span,
    pub kind: AccessKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessKind {
    /// `.name`
    Property(Name),
    /// `.name(args)`
    Method(Name, Vec<Expr>),
    /// `[index]`
    Index(Expr),
}

/// Parentheses are in the span of what they enclose and leave no other trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    Reference(Reference),
    /// Digits with an optional sign, as written; they may not fit a machine's integer.
    Integer(String),
    /// As written.
    Float(String),
    Boolean(bool),
    String(StringLiteral),
    List(Vec<Expr>),
    /// `[from..to]`: both ends are in it, and it may run downwards.
    Range(Box<Expr>, Box<Expr>),
    /// `{key: value}`, in order.
    Map(Vec<(Expr, Expr)>),
    Not(Box<Expr>),
    /// Unary minus of later Velocity; a negative number is a literal.
    Negate(Box<Expr>),
    /// Operands of one level of precedence, left to right: `a - b + c` is `a` and then `- b`, `+ c`; at least one step.
    Chain(Box<Expr>, Vec<(Operator, Expr)>),
    /// A bare word among arguments, such as `#name(word)` or `$a.b(word)`. It has no value.
    Word(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// `"…"`, not `'…'`.
    pub double: bool,
    /// What stands between the quotes, with doubled quotes made single and, in double quotes, `\uXXXX` made a character.
    /// A backslash is no escape otherwise.
    pub value: String,
    /// Of a double-quoted string with `$` or `#` in it: the value as a template, whose output the string is.
    pub template: Option<Block>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operator {
    /// How tightly it binds: `||` 0, `&&` 1, `== !=` 2, `< > <= >=` 3, `+ -` 4, `* / %` 5.
    pub fn precedence(self) -> u8 {
        match self {
            Operator::Or => 0,
            Operator::And => 1,
            Operator::Equal | Operator::NotEqual => 2,
            Operator::Less | Operator::Greater | Operator::LessOrEqual | Operator::GreaterOrEqual => 3,
            Operator::Add | Operator::Subtract => 4,
            Operator::Multiply | Operator::Divide | Operator::Modulo => 5,
        }
    }

    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Or => "||",
            Operator::And => "&&",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::Greater => ">",
            Operator::LessOrEqual => "<=",
            Operator::GreaterOrEqual => ">=",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Modulo => "%",
        }
    }
}
