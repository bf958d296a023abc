//! The examples of the rules' pages.

use std::collections::BTreeSet;

/// A fenced block of a page: ```` ```capture dies ````, pins behind `#`, then records.
pub(crate) struct Example {
    pub(crate) line: usize,
    pub(crate) expect: String,
    pub(crate) requests: BTreeSet<String>,
    pub(crate) guilty: Option<String>,
    pub(crate) gap: Option<String>,
    pub(crate) severity: Option<String>,
    pub(crate) records: String,
}

pub(crate) fn of(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(expect) = line.strip_prefix("```capture ") else { continue };
        let mut example = Example {
            line: at + 1,
            expect: expect.trim().to_owned(),
            requests: BTreeSet::new(),
            guilty: None,
            gap: None,
            severity: None,
            records: String::new(),
        };
        for (_, line) in lines.by_ref().take_while(|(_, line)| !line.starts_with("```")) {
            match line.strip_prefix("# ").and_then(|pin| pin.split_once(": ")) {
                Some(("requests", keys)) => example.requests = keys.split(", ").map(str::to_owned).collect(),
                Some(("guilty", pointer)) => example.guilty = Some(pointer.to_owned()),
                Some(("gap", kind)) => example.gap = Some(kind.to_owned()),
                Some(("severity", severity)) => example.severity = Some(severity.to_owned()),
                Some((pin, _)) => panic!("line {}: no pin is called {pin}", at + 1),
                None => example.records += &format!("{line}\n"),
            }
        }
        found.push(example);
    }
    found
}
