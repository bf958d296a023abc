//! The examples of the rules' pages.

use std::collections::BTreeSet;

/// A fenced block of a page: ```` ```yaml dies ```` with a template, or ```` ```capture dies ```` with records of a capture;
/// pins behind `#` come first. A block ```` ```facts ```` behind a template adds records: what no template can say.
pub(crate) struct Example {
    pub(crate) line: usize,
    pub(crate) expect: String,
    pub(crate) is_template: bool,
    pub(crate) requests: BTreeSet<String>,
    pub(crate) guilty: Option<String>,
    pub(crate) gap: Option<String>,
    pub(crate) severity: Option<String>,
    /// The template, or the records.
    pub(crate) text: String,
    /// Records beside a template.
    pub(crate) facts: Option<String>,
}

pub(crate) fn of(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if line == "```facts" {
            let block = lines.by_ref().take_while(|(_, line)| !line.starts_with("```"));
            let records = block.map(|(_, line)| format!("{line}\n")).collect();
            let template: &mut Example = found.last_mut().filter(|it: &&mut Example| it.is_template).unwrap();
            template.facts = Some(records);
            continue;
        }
        let template = line.strip_prefix("```yaml ");
        let Some(expect) = template.or_else(|| line.strip_prefix("```capture ")) else { continue };
        let mut example = Example {
            line: at + 1,
            expect: expect.trim().to_owned(),
            is_template: template.is_some(),
            requests: BTreeSet::new(),
            guilty: None,
            gap: None,
            severity: None,
            text: String::new(),
            facts: None,
        };
        for (_, line) in lines.by_ref().take_while(|(_, line)| !line.starts_with("```")) {
            match line.strip_prefix("# ").and_then(|pin| pin.split_once(": ")) {
                Some(("requests", keys)) => example.requests = keys.split(", ").map(str::to_owned).collect(),
                Some(("guilty", pointer)) => example.guilty = Some(pointer.to_owned()),
                Some(("gap", kind)) => example.gap = Some(kind.to_owned()),
                Some(("severity", severity)) => example.severity = Some(severity.to_owned()),
                Some((pin, _)) if template.is_none() => panic!("line {}: no pin is called {pin}", at + 1),
                _ => example.text += &format!("{line}\n"),
            }
        }
        found.push(example);
    }
    found
}
