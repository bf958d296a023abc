//! Which plain words of YAML are more than text.
//!
//! YAML 1.1, which CloudFormation reads, except that dates and numbers to the base 60 stay the text they look like:
//! no property takes them.

use super::Is;

/// What a scalar without quotes and tag is.
pub(super) fn typed(text: &str) -> Is {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Is::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Is::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Is::Bool(false),
        _ if is_number(text) => Is::Number(text.into()),
        _ => Is::Text(text.into()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Where the whole scalar begins: most words leave here.
    match digits.as_bytes() {
        [b'0', b'x', rest @ ..] => all(rest, |b| b.is_ascii_hexdigit()),
        [b'0', b'b', rest @ ..] => all(rest, |b| matches!(b, b'0' | b'1')),
        [b'0', rest @ ..] if all(rest, |b| b.is_ascii_digit()) => all(rest, |b| b < b'8'),
        [b'0'..=b'9', ..] => is_decimal(digits),
        [b'.', b'0'..=b'9', ..] => is_decimal(digits),
        _ => matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN"),
    }
}

/// Digits, perhaps with a fraction, perhaps with an exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    exponent && [whole, fraction].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit() || b == b'_'))
}

fn all(digits: &[u8], is: impl Fn(u8) -> bool) -> bool {
    !digits.is_empty() && digits.iter().all(|b| is(*b) || *b == b'_')
}
