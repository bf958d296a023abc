//! What somebody may have meant who mistyped a name.

/// Whoever writes more bytes than this mistyped no name.
pub const LONGEST: usize = 128;

/// The name that takes the fewest keystrokes to mend what was written, if they are few: at most one for `each` so many of
/// its bytes.
pub fn mistyped<'n>(written: &str, names: impl IntoIterator<Item = &'n str>, each: usize) -> Option<&'n str> {
    if written.len() > LONGEST {
        return None;
    }
    let typos = |name: &str| strsim::osa_distance(written, name);
    let names = names.into_iter().filter(|name| name.len() <= LONGEST).map(|name| (typos(name), name));
    names.min_by_key(|(typos, _)| *typos).filter(|(typos, name)| typos * each <= name.len()).map(|(_, name)| name)
}
