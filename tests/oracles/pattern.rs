//! Selection patterns against Java's own `java.util.regex`.

use gatelint::analysis::Tri;
use gatelint::analysis::regex::{matches, validate};
use std::collections::BTreeSet;

const CASES: &str = include_str!("pattern/cases.txt");
const ANSWERS: &str = include_str!("pattern/answers.txt");

/// Where we do not say what Java 17 says, and why. Every line must still differ.
const DIFFERENT: &[(&str, &str)] = &[];

#[derive(Default)]
struct Tally {
    patterns: usize,
    invalid: usize,
    unsure: usize,
    pairs: usize,
    open: usize,
    different: Vec<String>,
}

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with("## "))
}

fn text(field: &str) -> String {
    field.replace('␊', "\n").replace('␍', "\r").replace('␉', "\t")
}

fn compare() -> Tally {
    let mut tally = Tally::default();
    let (cases, answers): (Vec<_>, Vec<_>) = (lines(CASES).collect(), lines(ANSWERS).collect());
    assert_eq!(cases.len(), answers.len(), "run tests/oracles/regenerate pattern --write");
    for (case, answer) in cases.into_iter().zip(answers) {
        let (pattern, texts) = case.split_once('\t').unwrap();
        let (asked, verdict) = answer.split_once('\t').unwrap();
        assert_eq!(asked, pattern, "run tests/oracles/regenerate pattern --write");
        tally.patterns += 1;
        let marks = verdict.strip_prefix("valid\t");
        assert!(marks.is_some() || verdict.starts_with("invalid at "), "{answer}");
        tally.invalid += usize::from(marks.is_none());
        match (validate(&text(pattern)), marks) {
            (Err(error), _) if !error.sure => tally.unsure += 1,
            (Err(_), None) => {}
            (Ok(read), Some(marks)) => {
                assert_eq!(texts.split('\t').count(), marks.len(), "{answer}");
                for (words, mark) in texts.split('\t').zip(marks.chars()) {
                    tally.pairs += 1;
                    match (matches(&read, &text(words)), mark) {
                        (Tri::Yes(()), 'y') | (Tri::No(()), 'n') => {}
                        (Tri::Unknown(_), _) => tally.open += 1,
                        (own, _) => tally.different.push(format!("{pattern}\t{words}: Java {mark}, we {own:?}")),
                    }
                }
            }
            (own, _) => tally.different.push(format!("{pattern}: Java {verdict}, we {:?}", own.err())),
        }
    }
    tally
}

#[test]
fn agrees_with_java() {
    let tally = compare();
    let listed: BTreeSet<&str> = DIFFERENT.iter().map(|(line, _)| *line).collect();
    let found: BTreeSet<&str> = tally.different.iter().map(String::as_str).collect();
    let news: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(news.is_empty() && gone.is_empty(), "not listed: {news:#?}\nno longer different: {gone:#?}");
    let figures = (tally.patterns, tally.invalid, tally.unsure, tally.pairs, tally.open);
    assert_eq!(figures, (716, 188, 29, 6_228, 609), "the figures that `analysis::regex` tells");
}
