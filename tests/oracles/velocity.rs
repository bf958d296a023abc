//! The template parser against Apache Velocity 1.7: which templates are read, and the line of the error of the others.

use gatelint::analysis::vtl;
use std::collections::BTreeMap;

/// Where the two disagree, and why. A template that agrees again must leave this table.
const DISAGREEMENTS: &[(&str, &str)] = &[
    (
        r##"{␊  "a": 1␊}␊#set($x = "ok")␊#set($y = "␊#if($x)␊")"##,
        "Velocity names the line where the string starts, we the line of the error in it",
    ),
    (r##"#set($x␊= "␊#if($y)")"##, "Velocity names the line where the string starts, we the line of the error in it"),
    (
        "$foo.bar(1 + 2)␊#if($x",
        "Velocity 1.7 stops at the `+`, which a later one reads; we name the error that all of them meet",
    ),
    (
        "#set($x = -$y)␊#end",
        "Velocity 1.7 stops at the minus, which a later one reads; we name the error that all of them meet",
    ),
    (
        "#set($x = (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))",
        "one level deeper than the nesting limit",
    ),
];

const TEMPLATES: &[(&str, &str)] = &[
    ("broken", include_str!("velocity/templates/broken.txt")),
    ("corners", include_str!("velocity/templates/corners.txt")),
    ("realistic", include_str!("velocity/templates/realistic.txt")),
];

fn controls(text: &str) -> String {
    text.replace('␊', "\n").replace('␍', "\r").replace('␉', "\t").replace('␀', "\0")
}

fn pictures(text: &str) -> String {
    text.replace('\n', "␊").replace('\r', "␍").replace('\t', "␉").replace('\0', "␀")
}

/// `> template` on a line, or `>>> title`, lines and `<<<`.
fn templates(text: &str) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), None::<Vec<&str>>);
    for line in text.split('\n') {
        match (&mut open, line) {
            (Some(lines), "<<<") => {
                found.push(controls(&lines.join("\n")));
                open = None;
            }
            (Some(lines), line) => lines.push(line),
            (None, line) if line.starts_with(">>> ") => open = Some(Vec::new()),
            (None, line) => found.extend(line.strip_prefix("> ").map(controls)),
        }
    }
    found
}

#[derive(Debug, PartialEq)]
enum Answer {
    Accept,
    /// On this line, if the line is known.
    Reject(Option<usize>),
}

impl Answer {
    fn agrees(&self, other: &Answer) -> bool {
        match (self, other) {
            (Answer::Reject(Some(one)), Answer::Reject(Some(other))) => one == other,
            (Answer::Accept, Answer::Accept) | (Answer::Reject(_), Answer::Reject(_)) => true,
            _ => false,
        }
    }
}

fn ours(template: &str) -> Answer {
    match vtl::parse(template) {
        Ok(parsed) if parsed.beyond.is_empty() => Answer::Accept,
        Ok(_) => Answer::Reject(None),
        Err(error) => Answer::Reject(Some(error.line)),
    }
}

/// Every template with Velocity's answer.
fn answers() -> Vec<(String, Answer)> {
    let mut answers = include_str!("velocity/answers").lines();
    let header = answers.next().unwrap_or_default();
    assert!(header.starts_with("# Apache Velocity 1.7 "), "who gave these answers? {header}");
    let mut out = Vec::new();
    for (file, text) in TEMPLATES {
        for template in templates(text) {
            let line = answers.next().unwrap_or_default();
            let (verdict, shown) = line.split_once('\t').unwrap_or_default();
            assert_eq!(shown, pictures(&template), "the answers are to other templates; regenerate them");
            let answer = match verdict.strip_prefix(file).map(|rest| rest.trim().split_once(' ')) {
                Some(None) => Answer::Accept,
                Some(Some(("reject", "0"))) => Answer::Reject(None),
                Some(Some(("reject", line))) => Answer::Reject(Some(line.parse().expect("a line"))),
                _ => panic!("no answer: {line}"),
            };
            out.push((template, answer));
        }
    }
    assert_eq!(answers.next(), None, "an answer to no template");
    out
}

#[test]
fn agrees_with_velocity_or_says_why_not() {
    let known: BTreeMap<&str, &str> = DISAGREEMENTS.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut used = 0;
    for (template, theirs) in answers() {
        let ours = ours(&template);
        let listed = known.get(pictures(&template).as_str());
        used += usize::from(listed.is_some());
        match (ours.agrees(&theirs), listed) {
            (true, Some(_)) => wrong.push(format!("agrees again: {template:?}")),
            (false, None) => wrong.push(format!("{template:?}: Velocity says {theirs:?}, we say {ours:?}")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(used, DISAGREEMENTS.len(), "a disagreement about no template");
}

/// The figures that the module's documentation states.
#[test]
fn the_stated_figures_are_these() {
    let answers = answers();
    let rejected = answers.iter().filter(|(_, answer)| *answer != Answer::Accept).count();
    let disagreed = DISAGREEMENTS.len();
    let stated = format!("{} templates, of which it rejects {rejected}; {disagreed} disagreements", answers.len());
    let docs = include_str!("../../src/analysis/vtl/mod.rs").replace("\n//!", "");
    assert!(docs.contains(&stated), "src/analysis/vtl/mod.rs should state: {stated}");
}
