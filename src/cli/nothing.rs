//! Why there is nothing to check.

use crate::capture::Names;
use crate::model::nearest::mistyped;
use std::collections::BTreeSet;

/// More names than these are only counted.
const MOST: usize = 12;

/// Of a name no more is shown.
const LONG: usize = 60;

pub(super) fn why(apis: &[String], stages: &[String], there: &Names) -> String {
    let named: BTreeSet<&str> = there.apis.values().map(String::as_str).collect();
    let staged: BTreeSet<&str> = there.stages.iter().map(String::as_str).collect();
    let not_there = missing("API", apis, &named, |id| there.apis.contains_key(id));
    not_there.or_else(|| missing("stage", stages, &staged, |_| false)).unwrap_or_else(|| {
        let of = |what, asked: &[String]| match asked {
            [] => String::new(),
            asked => format!(" {what} {}", one_of(asked.iter().map(String::as_str), "or")),
        };
        format!("no request was found{}{}", of("of API", apis), of("on stage", stages))
    })
}

fn missing(what: &str, asked: &[String], there: &BTreeSet<&str>, is_id: impl Fn(&str) -> bool) -> Option<String> {
    let asked: Vec<&str> = asked.iter().map(String::as_str).filter(|it| !there.contains(it) && !is_id(it)).collect();
    if asked.is_empty() || there.is_empty() {
        return None;
    }
    let meant = asked.iter().find_map(|it| mistyped(it, there.iter().copied(), 4));
    let meant = meant.map(|name| format!(" (did you mean {}?)", shown(name))).unwrap_or_default();
    let are = if there.len() == 1 { "is only" } else { "are" };
    let there = one_of(there.iter().copied(), "and");
    Some(format!("there is no {what} {}; there {are} {there}{meant}", one_of(asked.into_iter(), "or")))
}

/// `dev, prod and test`.
fn one_of<'n>(names: impl ExactSizeIterator<Item = &'n str>, word: &str) -> String {
    let more = names.len().saturating_sub(MOST);
    let mut shown: Vec<String> = names.take(MOST).map(shown).collect();
    shown.extend((more > 0).then(|| format!("{more} more")));
    match shown.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        _ => shown.concat(),
    }
}

/// Anybody may have written it.
fn shown(name: &str) -> String {
    let short: String = name.chars().take(LONG).collect();
    format!("{}{}", short.escape_debug(), if short.len() < name.len() { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(apis: &[&str], stages: &[&str], there: &[&str]) -> String {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut names = Names { stages: owned(there).into_iter().collect(), ..Names::default() };
        names.api("a1b2".into(), Some("orders".into()));
        names.api("c3d4".into(), None);
        why(&owned(apis), &owned(stages), &names)
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let there = ["dev", "prod", "test"];
        for (apis, stages, says) in [
            (&[][..], &["tset"][..], "there is no stage tset; there are dev, prod and test (did you mean test?)"),
            (&[], &["tst", "x"], "there is no stage tst or x; there are dev, prod and test (did you mean test?)"),
            (&[], &["live"], "there is no stage live; there are dev, prod and test"),
            (&["ordres"], &["x"], "there is no API ordres; there are c3d4 and orders (did you mean orders?)"),
            (&["orders"], &["Prod"], "there is no stage Prod; there are dev, prod and test (did you mean prod?)"),
            (&["a1b2"], &["dev"], "no request was found of API a1b2 on stage dev"),
            (&["c3d4"], &[], "no request was found of API c3d4"),
            (&[], &[], "no request was found"),
        ] {
            assert_eq!(told(apis, stages, &there), says);
        }
        assert_eq!(told(&[], &["x"], &["prod"]), "there is no stage x; there is only prod");
        assert_eq!(told(&[], &["x"], &[]), "no request was found on stage x", "perhaps there are no stages at all");
    }

    #[test]
    fn names_are_few_short_and_harmless() {
        let many: Vec<String> = (10..60).map(|n| format!("stage{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(told(&[], &["x"], &many).ends_with("stage20, stage21 and 38 more"));
        let hostile = format!("\u{1b}[31m\n\u{202e}{}", "z".repeat(100_000));
        for told in [told(&[], &["x"], &[&hostile]), told(&[], &[&hostile], &["x"])] {
            assert!(told.len() < 300 && told.contains(r"\u{1b}[31m\n\u{202e}z"), "{told}");
        }
    }
}
