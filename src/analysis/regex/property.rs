//! The names in `\p{…}`, as Java 17 knows them, and what they say of ASCII.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A property of characters, decided for ASCII and, where Java says so, beyond.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    /// `None` where not even ASCII is decided.
    ascii: Option<fn(&u8) -> bool>,
    /// For all other characters.
    beyond: Option<bool>,
}

impl Property {
    pub(super) fn has(self, c: char) -> Option<bool> {
        match u8::try_from(c).ok().filter(u8::is_ascii) {
            Some(byte) => self.ascii.map(|is| is(&byte)),
            None => self.beyond,
        }
    }

    pub(super) const DIGIT: Property = posix(u8::is_ascii_digit);
    pub(super) const WORD: Property = posix(is_word);
    pub(super) const SPACE: Property = posix(is_space);

    /// The same with the definitions of Unicode.
    pub(super) fn of_unicode(self) -> Property {
        Property { beyond: None, ..self }
    }
}

const UNDECIDED: Property = Property { ascii: None, beyond: None };

const fn posix(ascii: fn(&u8) -> bool) -> Property {
    Property { ascii: Some(ascii), beyond: Some(false) }
}

const fn unicode(ascii: fn(&u8) -> bool) -> Property {
    Property { ascii: Some(ascii), beyond: None }
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, 9..=13 | b' ')
}

fn is_print(byte: &u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn is_blank(byte: &u8) -> bool {
    matches!(byte, b'\t' | b' ')
}

static BLOCKS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| include_str!("blocks.txt").lines().collect());
static SCRIPTS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| include_str!("scripts.txt").lines().collect());

/// What a pattern's flags say about properties.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) ignore_case: bool,
    pub(super) unicode: bool,
}

/// The property of that name; `None` where Java 17 knows none.
pub(super) fn named(name: &str, reading: Reading) -> Option<Property> {
    if let Some((key, value)) = name.split_once('=') {
        return match key.to_lowercase().as_str() {
            "sc" | "script" => script(value),
            "blk" | "block" => block(value),
            "gc" | "general_category" => category(value, reading),
            _ => None,
        };
    }
    if let Some(name) = name.strip_prefix("In") {
        return block(name);
    }
    if let Some(name) = name.strip_prefix("Is") {
        return binary(name).or_else(|| category(name, reading)).or_else(|| script(name));
    }
    // With the flag, POSIX names mean Unicode's sets and are read without regard to case.
    let posix = reading.unicode && POSIX.contains(&name.to_uppercase().as_str());
    if posix { Some(UNDECIDED) } else { category(name, reading) }
}

fn script(name: &str) -> Option<Property> {
    SCRIPTS.contains(name.to_uppercase().as_str()).then_some(UNDECIDED)
}

fn block(name: &str) -> Option<Property> {
    BLOCKS.contains(name.to_uppercase().as_str()).then_some(UNDECIDED)
}

const POSIX: &[&str] =
    &["ALPHA", "LOWER", "UPPER", "SPACE", "PUNCT", "XDIGIT", "ALNUM", "CNTRL", "DIGIT", "BLANK", "GRAPH", "PRINT"];

/// Unicode's binary properties, read without regard to case.
fn binary(name: &str) -> Option<Property> {
    Some(match name.to_uppercase().as_str() {
        "ALPHABETIC" | "ALPHA" | "LETTER" => unicode(u8::is_ascii_alphabetic),
        "LOWERCASE" | "LOWER" | "UPPERCASE" | "UPPER" | "TITLECASE" => UNDECIDED,
        "DIGIT" => unicode(u8::is_ascii_digit),
        "ALNUM" => unicode(u8::is_ascii_alphanumeric),
        "WORD" => unicode(is_word),
        "WHITESPACE" | "WHITE_SPACE" | "SPACE" => unicode(is_space),
        "CONTROL" | "CNTRL" => unicode(u8::is_ascii_control),
        "HEXDIGIT" | "HEX_DIGIT" | "XDIGIT" => unicode(u8::is_ascii_hexdigit),
        "ASSIGNED"
        | "IDEOGRAPHIC"
        | "JOINCONTROL"
        | "JOIN_CONTROL"
        | "NONCHARACTERCODEPOINT"
        | "NONCHARACTER_CODE_POINT"
        | "PUNCTUATION"
        | "PUNCT"
        | "BLANK"
        | "GRAPH"
        | "PRINT" => UNDECIDED,
        _ => return None,
    })
}

/// General categories, POSIX names and what Java's `Character` can say, as written.
fn category(name: &str, reading: Reading) -> Option<Property> {
    let cased = |property: Property| if reading.ignore_case { UNDECIDED } else { property };
    Some(match name {
        "L" | "javaLetter" | "javaAlphabetic" => unicode(u8::is_ascii_alphabetic),
        "Lu" | "javaUpperCase" => cased(unicode(u8::is_ascii_uppercase)),
        "Ll" | "javaLowerCase" => cased(unicode(u8::is_ascii_lowercase)),
        "N" | "Nd" | "javaDigit" => unicode(u8::is_ascii_digit),
        "LD" | "javaLetterOrDigit" => unicode(u8::is_ascii_alphanumeric),
        "L1" => Property { ascii: Some(|_| true), beyond: None },
        "all" => Property { ascii: Some(|_| true), beyond: Some(true) },
        "ASCII" => posix(|_| true),
        "Alnum" => posix(u8::is_ascii_alphanumeric),
        "Alpha" => posix(u8::is_ascii_alphabetic),
        "Blank" => posix(is_blank),
        "Cntrl" => posix(u8::is_ascii_control),
        "Digit" => posix(u8::is_ascii_digit),
        "Graph" => posix(u8::is_ascii_graphic),
        "Lower" => cased(posix(u8::is_ascii_lowercase)),
        "Print" => posix(is_print),
        "Punct" => posix(u8::is_ascii_punctuation),
        "Space" => posix(is_space),
        "Upper" => cased(posix(u8::is_ascii_uppercase)),
        "XDigit" => posix(u8::is_ascii_hexdigit),
        "Cn"
        | "Lt"
        | "Lm"
        | "Lo"
        | "Mn"
        | "Me"
        | "Mc"
        | "Nl"
        | "No"
        | "Zs"
        | "Zl"
        | "Zp"
        | "Cc"
        | "Cf"
        | "Co"
        | "Cs"
        | "Pd"
        | "Ps"
        | "Pe"
        | "Pc"
        | "Po"
        | "Sm"
        | "Sc"
        | "Sk"
        | "So"
        | "Pi"
        | "Pf"
        | "M"
        | "Z"
        | "C"
        | "P"
        | "S"
        | "LC"
        | "javaIdeographic"
        | "javaTitleCase"
        | "javaDefined"
        | "javaJavaIdentifierStart"
        | "javaJavaIdentifierPart"
        | "javaUnicodeIdentifierStart"
        | "javaUnicodeIdentifierPart"
        | "javaIdentifierIgnorable"
        | "javaSpaceChar"
        | "javaWhitespace"
        | "javaISOControl"
        | "javaMirrored" => UNDECIDED,
        _ => return None,
    })
}
