//! What an expression may be worth.

use std::borrow::Cow;

/// Words of more than this many bytes in all, or more than [`FEW`] of them, are only classed.
const LONG: usize = 1024;
const FEW: usize = 8;

/// A value that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Const<'t> {
    Bool(bool),
    Int(i64),
    Str(Cow<'t, str>),
}

impl Const<'_> {
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Const::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Const::Int(n) => Cow::Owned(n.to_string()),
            Const::Str(text) => Cow::Borrowed(text),
        }
    }
}

/// The texts that a value may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lang<'t> {
    /// One of these; sorted, each once, at least one.
    Words(Vec<Const<'t>>),
    /// A whole number in digits.
    Integer {
        at_least: Option<i64>,
    },
    /// Any JSON value.
    Json,
    /// What a JSON string may hold as it stands, and nothing that ends the string.
    Plain,
    /// What `$util.escapeJavaScript` gives: as `Plain`, but quotes may be written `\'`, which JSON has not.
    Script,
    Any,
}

impl<'t> Lang<'t> {
    pub(super) fn text(text: impl Into<Cow<'t, str>>) -> Lang<'t> {
        Lang::Words(vec![Const::Str(text.into())])
    }

    pub(super) fn truth(truth: Option<bool>) -> Lang<'t> {
        match truth {
            Some(truth) => Lang::Words(vec![Const::Bool(truth)]),
            None => Lang::Words(vec![Const::Bool(false), Const::Bool(true)]),
        }
    }

    /// All words fit into a JSON string as they stand.
    fn is_plain(&self) -> bool {
        match self {
            Lang::Words(words) => words.iter().all(|word| match word {
                Const::Str(text) => is_plain(text),
                _ => true,
            }),
            Lang::Integer { .. } | Lang::Plain => true,
            _ => false,
        }
    }

    /// The smallest class that holds it.
    fn class(&self) -> Lang<'t> {
        if self.is_plain() {
            Lang::Plain
        } else if *self == Lang::Script {
            Lang::Script
        } else {
            Lang::Any
        }
    }

    /// How many bytes it takes to hold.
    pub(super) fn size(&self) -> usize {
        match self {
            Lang::Words(words) => {
                words.iter().map(|word| if let Const::Str(text) = word { text.len() } else { 1 }).sum()
            }
            _ => 1,
        }
    }

    fn least(&self) -> Option<Option<i64>> {
        match self {
            Lang::Integer { at_least } => Some(*at_least),
            Lang::Words(words) => words
                .iter()
                .map(|word| if let Const::Int(n) = word { Some(*n) } else { None })
                .collect::<Option<Vec<i64>>>()
                .map(|all| all.into_iter().min()),
            _ => None,
        }
    }

    pub(super) fn join(&self, other: &Lang<'t>) -> Lang<'t> {
        if self == other {
            return self.clone();
        }
        if let (Lang::Words(a), Lang::Words(b)) = (self, other)
            && let Some(words) = few(a.iter().chain(b).cloned().collect())
        {
            return words;
        }
        if let (Some(a), Some(b)) = (self.least(), other.least()) {
            return Lang::Integer { at_least: if a == b { a } else { None } };
        }
        match (self.class(), other.class()) {
            (Lang::Plain, Lang::Plain) => Lang::Plain,
            (Lang::Plain | Lang::Script, Lang::Plain | Lang::Script) => Lang::Script,
            _ => Lang::Any,
        }
    }

    /// The one text after the other.
    pub(super) fn then(&self, other: &Lang<'t>) -> Lang<'t> {
        if let (Lang::Words(a), Lang::Words(b)) = (self, other)
            && a.len() * b.len() <= FEW
        {
            let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
            let both = pairs.map(|(a, b)| Const::Str((a.text() + b.text()).into_owned().into()));
            if let Some(words) = few(both.collect()) {
                return words;
            }
        }
        match (self.class(), other.class()) {
            (Lang::Plain, Lang::Plain) => Lang::Plain,
            (Lang::Plain | Lang::Script, Lang::Plain | Lang::Script) => Lang::Script,
            _ => Lang::Any,
        }
    }
}

fn few(mut words: Vec<Const<'_>>) -> Option<Lang<'_>> {
    words.sort();
    words.dedup();
    let words = Lang::Words(words);
    matches!(&words, Lang::Words(all) if all.len() <= FEW && words.size() <= LONG).then_some(words)
}

pub(super) fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))
}

/// What a list holds, as long as nothing may have changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Items<'t> {
    pub least: usize,
    pub most: Option<usize>,
    pub each: Lang<'t>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value<'t> {
    pub lang: Lang<'t>,
    /// It may have no value, and then writes its source or nothing.
    pub null: bool,
    /// It may be a `#define`d block: writing it may do anything.
    pub block: bool,
    pub items: Option<Items<'t>>,
    /// It may be `$context` or a part of it.
    pub context: bool,
}

impl<'t> Value<'t> {
    pub(super) fn new(lang: Lang<'t>) -> Value<'t> {
        Value { lang, null: false, block: false, items: None, context: false }
    }

    pub(super) fn any() -> Value<'t> {
        Value::new(Lang::Any).or_null()
    }

    /// Whatever code that cannot be seen may have made.
    pub(super) fn unseen() -> Value<'t> {
        Value { block: true, context: true, ..Value::any() }
    }

    /// No value at all: a variable that nothing set.
    pub(super) fn none() -> Value<'t> {
        Value::new(Lang::text("")).or_null()
    }

    pub(super) fn int(n: i64) -> Value<'t> {
        Value::new(Lang::Words(vec![Const::Int(n)]))
    }

    pub(super) fn truth(truth: Option<bool>) -> Value<'t> {
        Value::new(Lang::truth(truth))
    }

    pub(super) fn or_null(mut self) -> Value<'t> {
        self.null = true;
        self
    }

    pub(super) fn join(&self, other: &Value<'t>) -> Value<'t> {
        if self == other {
            return self.clone();
        }
        Value {
            lang: self.lang.join(&other.lang),
            null: self.null || other.null,
            block: self.block || other.block,
            items: None,
            context: self.context || other.context,
        }
    }

    /// As Velocity's `#if` sees it; `None` where versions or requests differ. Only values that all versions agree on
    /// decide: 1.7 takes an empty string and zero for true, 2 takes them for false.
    pub(super) fn is_true(&self) -> Option<bool> {
        let Lang::Words(words) = &self.lang else { return None };
        if self.null {
            return (words.iter().all(|word| *word == Const::Bool(false))).then_some(false);
        }
        let mut all = words.iter().map(|word| match word {
            Const::Bool(truth) => Some(*truth),
            Const::Int(n) => (*n != 0).then_some(true),
            Const::Str(text) => (!text.is_empty()).then_some(true),
        });
        let first = all.next()??;
        all.all(|truth| truth == Some(first)).then_some(first)
    }
}
