//! Is this a capture?

use crate::capture::FORMAT;
use std::io::Read;

/// What a gzip member begins with.
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Whether a file that begins so is a capture of some version, gzipped or not. A few
/// hundred bytes are enough for what gatelint wrote.
pub fn is_capture(first_bytes: &[u8]) -> bool {
    if !first_bytes.starts_with(&GZIP) {
        return names_format(first_bytes);
    }
    let mut text = vec![0; 4096];
    let mut from = flate2::read::GzDecoder::new(first_bytes);
    let mut got = 0;
    // The bytes may well end in the middle of the stream: what came until then counts.
    while let Ok(more @ 1..) = from.read(&mut text[got..]) {
        got += more;
    }
    names_format(&text[..got])
}

fn names_format(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let Some((family, _)) = FORMAT.split_once('@') else { return false };
    text.starts_with(['{', '['])
        && text.match_indices(&format!("\"{family}@")).any(|(at, _)| {
            let before = text[..at].trim_end().strip_suffix(':').map(str::trim_end);
            before.is_some_and(|before| before.ends_with("\"format\""))
        })
}
