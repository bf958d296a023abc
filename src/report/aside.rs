//! What was set aside, for people: a line each.

use super::place::Positions;
use super::requests::short;
use crate::model::Origin;
use crate::run::{Known, Run};
use std::io;

pub(super) fn aside(run: &Run, positions: &Positions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    let known = run.told().filter(|finding| finding.known);
    lines.extend(known.map(|it| format!("known: {}: {}", it.rule.id, short(&it.fault.says))));
    let worse = run.findings.iter().filter_map(|it| Some((it, it.worse.as_ref()?)));
    lines.extend(worse.map(|(it, how)| format!("worse, {how}: {}: {}", it.rule.id, short(&it.fault.says))));
    if let Some(compared) = &run.compared {
        let one = |what: &str, known: &Known| format!("{what}: {}: {}", short(&known.rule), short(&known.message));
        lines.extend(compared.fixed.iter().map(|known| one("fixed", known)));
        let gone = match compared.part {
            true => "not found again in this part of the account",
            false => "not found again, but not everything could be asked",
        };
        lines.extend(compared.undecided.iter().map(|known| one(gone, known)));
    }
    for it in &run.suppressed {
        let until = it.until.map(|until| format!(", until {until}")).unwrap_or_default();
        let (rule, says, because) = (it.finding.rule.id, short(&it.finding.fault.says), short(&it.because));
        lines.push(format!("ignored: {rule}: {says} ({because}{until}; {})", spot(&it.by, positions)));
    }
    lines.extend(
        run.broken
            .iter()
            .map(|it| format!("not judged: {} ({})", short(&it.says), short(&format!("{}:{}", it.file, it.line)))),
    );
    for notice in &run.notices {
        lines.push(format!("note: {} ({})", short(&notice.says), spot(&notice.at, positions)));
    }
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    if lines.is_empty() { Ok(()) } else { writeln!(out) }
}

fn spot(origin: &Origin, positions: &Positions) -> String {
    short(&format!("{}:{}", origin.file.name, positions.of(origin).line))
}
