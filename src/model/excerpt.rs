//! What of a text people are shown: harmless to a terminal, without its secrets, and no longer than they can read.

use super::redact::masked;
use std::ops::Range;

/// Text of several lines, harmless to a terminal. In a JSON text it is still the same.
pub fn harmless(text: &str) -> String {
    escaped(text, |c| steers(c) && c != '\n')
}

/// One line of text. Names come from accounts and templates: nothing in them may steer a
/// terminal or begin a line of its own.
pub(crate) fn plain(text: &str) -> String {
    escaped(text, steers)
}

fn escaped(text: &str, which: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // Nearly all are of ASCII's letters and signs.
        let words = if which('\n') { line } else { line.trim_end_matches('\n') };
        if words.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            shown += line;
            continue;
        }
        for part in line.split_inclusive(&which) {
            match part.strip_suffix(&which).zip(part.chars().next_back()) {
                Some((before, c)) => {
                    shown += before;
                    c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown += &format!("\\u{unit:04x}"));
                }
                None => shown += part,
            }
        }
    }
    shown
}

/// The first of these names, and how many more there are.
pub fn few(names: &[impl AsRef<str>], most: usize) -> String {
    let named = names.iter().take(most).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// Control characters, those that no XML may hold, and those that reorder or hide what
/// stands beside them.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// Of a longer line only what stands so near to a place is shown, in bytes.
const LONG: usize = 120;
const BESIDE: usize = 30;

/// A text for people, and where its places are then: harmless to a terminal, with a `*` for each character of its
/// secrets (in order, none touching another), and without what a line of thousands of characters would put around them.
pub fn excerpt(text: &str, places: &[Range<usize>], secrets: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let places: &[Range<usize>] = &places.iter().map(|place| first_line(text, place)).collect::<Vec<_>>();
    let mut shown = String::new();
    let mut found: Vec<Range<usize>> = places.iter().map(|_| 0..0).collect();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let mut cut = 0;
        for part in parts(text, start..end, places) {
            if part.start > start.max(cut) {
                shown.push('…');
            }
            let before = shown.len();
            shown += &plainly(text, part.clone(), secrets);
            let at = |byte: usize| match byte < part.end {
                true => before + plainly(text, part.start..text.floor_char_boundary(byte), secrets).len(),
                false => shown.len(),
            };
            for (place, found) in places.iter().zip(&mut found) {
                if part.start <= place.start {
                    found.start = at(place.start);
                }
                if part.start <= place.end {
                    found.end = at(place.end);
                }
            }
            cut = part.end;
        }
        if cut < end {
            shown.push_str("…\n");
        }
        start = end;
    }
    (shown, found)
}

/// Of what goes over several lines, the first tells which.
pub(crate) fn first_line(text: &str, at: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(at.start);
    let end = text.floor_char_boundary(at.end).max(start);
    match text.get(start..end).and_then(|of| of.split_once('\n')) {
        Some((line, _)) => start..start + line.trim_end().len(),
        None => start..end,
    }
}

/// What is kept of a line: all of it, or what is near to the ends of a place.
fn parts(text: &str, line: Range<usize>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= LONG {
        return vec![line];
    }
    let mut edges: Vec<usize> = places.iter().flat_map(|place| [place.start, place.end]).collect();
    edges.retain(|edge| line.contains(edge));
    edges.sort_unstable();
    if edges.is_empty() {
        edges.push(line.start);
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for edge in edges {
        let from = text.floor_char_boundary(edge.saturating_sub(BESIDE).max(line.start));
        let to = text.ceil_char_boundary((edge + BESIDE).min(line.end));
        match parts.last_mut() {
            Some(last) if from <= last.end => last.end = to,
            _ => parts.push(from..to),
        }
    }
    parts
}

fn plainly(text: &str, part: Range<usize>, secrets: &[Range<usize>]) -> String {
    let part = masked(text, part, secrets).replace("\r\n", "\n").replace('\r', "\n");
    part.split('\t').map(harmless).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_keeps_its_places() {
        let (text, places) = excerpt("a\tb\r\n#if(\u{7}$x)", &[5..8, 1..2], &[]);
        assert_eq!(text, "a\tb\n#if(\\u0007$x)");
        assert_eq!((&text[places[0].clone()], &text[places[1].clone()]), ("#if", "\t"));
        assert_eq!(excerpt("ab", &[1..2, 7..9], &[]).1, [1..2, 2..2]);
    }

    #[test]
    fn a_place_of_several_lines_ends_with_its_first() {
        let (text, places) = excerpt("A: |  \n  x\n  y\nB", &[3..14, 0..1], &[]);
        assert_eq!((&text[places[0].clone()], text.as_str()), ("|", "A: |  \n  x\n  y\nB"));
    }

    #[test]
    fn what_hides_or_reorders_is_spelt_out() {
        for (c, spelt) in [('\u{61c}', "\\u061c"), ('\u{2028}', "\\u2028"), ('\u{e0041}', "\\udb40\\udc41")] {
            assert_eq!(super::plain(&format!("a{c}b")), format!("a{spelt}b"));
            let json = format!("\"{}\"", super::harmless(&c.to_string()));
            assert_eq!(serde_json::from_str::<String>(&json).ok(), Some(c.to_string()));
        }
    }

    #[test]
    fn places_stay_where_secrets_stood() {
        let text = "Pw: h\u{fc}nter2\r\nBad: x\n";
        let (shown, places) = excerpt(text, &[14..17, 4..12], std::slice::from_ref(&(4..12)));
        assert_eq!(shown, "Pw: *******\nBad: x\n");
        assert_eq!((&shown[places[0].clone()], &shown[places[1].clone()]), ("Bad", "*******"));
    }

    #[test]
    fn a_long_line_is_cut_around_its_places_and_says_so() {
        let long = "é".repeat(5_000);
        let (text, places) = excerpt(&format!("one\n{long}HERE{long}\nthree"), &[10_004..10_006, 10_006..10_008], &[]);
        assert_eq!((&text[places[0].clone()], &text[places[1].clone()]), ("HE", "RE"));
        assert_eq!(text, format!("one\n…{}HERE{}…\nthree", "é".repeat(15), "é".repeat(15)));
        let (text, places) = excerpt(&format!("{long}HERE"), &[10_000..10_004, 0..10_000], &[]);
        assert_eq!(&text[places[0].clone()], "HERE");
        assert!(text.len() < 200, "{}", text.len());
    }
}
