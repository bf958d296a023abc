//! The report for people: each finding under what the file says, or its resource's own
//! JSON; then the sums.

use super::aside::aside;
use super::place::Positions;
use super::requests::{dying, requests, routes, seen, some_of};
use super::snippet::{CONTEXT, Snippet, same_source};
use super::{Reporter, plain};
use crate::follow::{Request, View};
use crate::model::source_file::is_json;
use crate::model::{Evidence, Gap, Place};
use crate::run::{Finding, Run};
use crate::verdict::{Fix, Severity};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::ops::Range;

pub struct Human {
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

impl Reporter for Human {
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let theme = if self.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_context_lines(CONTEXT)
            .with_links(false);
        let positions = Positions::default();
        for finding in run.told().filter(|finding| !finding.known) {
            let (first, others, said) = shown(finding, &positions, self.width);
            let mut text = String::new();
            for part in std::iter::once(&first).chain(&others) {
                handler.render_report(&mut text, part).map_err(io::Error::other)?;
            }
            text.trim_end().lines().try_for_each(|line| writeln!(out, "{}", no_command(line)))?;
            // Not wrapped: a command is copied.
            let facts = said.into_iter().chain(facts(finding, run));
            facts.into_iter().try_for_each(|line| writeln!(out, "  {}", plain(&line)))?;
            writeln!(out)?;
        }
        aside(run, &positions, out)?;
        unknown(run, out)?;
        sums(run, out)
    }
}

/// What is wrapped may begin a line with somebody's words: to a pipeline they would be a command.
fn no_command(line: &str) -> Cow<'_, str> {
    match line.trim_start().starts_with("::") || line.trim_start().starts_with("##[") {
        true => format!("|{line}").into(),
        false => line.into(),
    }
}

/// A source with its places underlined, as miette prints it.
#[derive(Debug)]
struct Shown {
    says: String,
    code: Option<&'static str>,
    severity: miette::Severity,
    help: String,
    at: Option<Marked>,
}

/// A source with places to underline.
#[derive(Debug)]
struct Marked {
    source: Snippet,
    labels: Vec<LabeledSpan>,
}

/// The finding under its guilty source, the other sources that speak for it, and
/// what is said without a place.
fn shown(finding: &Finding, positions: &Positions, width: usize) -> (Shown, Vec<Shown>, Vec<String>) {
    let fault = &finding.fault;
    let mut steps = Vec::new();
    steps_of(&fault.evidence, &mut steps);
    let mut sources: Vec<Vec<(&Place, &str)>> = Vec::new();
    let mut said = Vec::new();
    for step in steps {
        match step {
            Step::At(place, says) => {
                let same =
                    |labels: &&mut Vec<(&Place, &str)>| labels.first().is_some_and(|it| same_source(it.0, place));
                match sources.iter_mut().find(same) {
                    // Of several connections, one group may stop each.
                    Some(labels) if labels.contains(&(place, says)) => {}
                    Some(labels) => labels.push((place, says)),
                    None => sources.push(vec![(place, says)]),
                }
            }
            Step::Says(says) => said.push(format!("because: {says}")),
        }
    }
    let mut marked = sources.into_iter().map(|labels| Marked::of(&labels, positions, width, &mut said));
    let severity = match finding.severity() {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
        Severity::Note => miette::Severity::Advice,
    };
    let first = Shown {
        says: plain(&fault.says),
        code: Some(finding.rule.id),
        severity,
        help: plain(&fault.help),
        at: marked.next(),
    };
    let other = |at: Marked| Shown {
        says: "what it has to do with:".into(),
        code: None,
        severity: miette::Severity::Advice,
        help: String::new(),
        at: Some(at),
    };
    let others = marked.map(other).collect();
    (first, others, said)
}

impl Marked {
    /// A label that does not fit beside its underline is said below.
    fn of(labels: &[(&Place, &str)], positions: &Positions, width: usize, said: &mut Vec<String>) -> Marked {
        let places: Vec<&Place> = labels.iter().map(|(place, _)| *place).collect();
        let (source, spans) = Snippet::of(&places, positions);
        let labels = labels.iter().zip(spans).map(|((_, says), span)| label(says, span, width, said)).collect();
        Marked { source, labels }
    }
}

fn label(says: &str, span: Range<usize>, width: usize, said: &mut Vec<String>) -> LabeledSpan {
    let fits = says.chars().count() <= width.saturating_sub(40);
    if !fits {
        said.push(format!("because: {says}"));
    }
    let says = if fits { plain(says) } else { "here".to_owned() };
    LabeledSpan::new_with_span(Some(says), span)
}

enum Step<'r> {
    At(&'r Place, &'r str),
    Says(String),
}

fn steps_of<'r>(evidence: &'r [Evidence], into: &mut Vec<Step<'r>>) {
    for evidence in evidence {
        match evidence {
            Evidence::Read { place, says, .. } => into.push(Step::At(place, says)),
            Evidence::Missing { what, seen_all } => into.push(Step::Says(format!("{what}: {seen_all}"))),
            Evidence::Because { says, of } => {
                into.push(Step::Says(says.clone()));
                steps_of(of, into);
            }
            Evidence::Document { title, url } => into.push(Step::Says(format!("{title}: {url}"))),
        }
    }
}

/// What dies, what clients see, and the way out.
fn facts(finding: &Finding, run: &Run) -> Vec<String> {
    let fault = &finding.fault;
    let mut lines: Vec<String> = finding.world.iter().map(|world| format!("so it is {world}")).collect();
    lines.push(dying(finding));
    lines.extend(seen(finding));
    if finding.behind.is_some() {
        let behind = finding.requests.iter().filter_map(|it| earlier(it.behind.as_ref()?, run));
        let rules: BTreeSet<&str> = behind.map(|first| first.rule.id).collect();
        lines.push(format!("these requests already die of {}", rules.into_iter().collect::<Vec<_>>().join(" or ")));
    }
    match (&finding.view, &fault.fix) {
        // What a template makes is mended in the template, but not in one that a program makes again.
        (View::Planned, Fix { cloudformation: Some(fix), .. }) if !fix.contains('\n') || !is_generated(finding) => {
            match fix.contains('\n') {
                true => lines.extend(std::iter::once("mend in the template:").chain(fix.lines()).map(str::to_owned)),
                false => lines.push(format!("mend in the template: {fix}")),
            }
        }
        (_, fix) => lines.extend(fix.cli.iter().flat_map(|fix| fix.lines()).map(|line| format!("mend: {line}"))),
    }
    lines.push(format!("more: gatelint explain {}", finding.rule.id));
    lines
}

/// What the CDK and the Serverless Framework write into their templates.
const OF_PROGRAMS: [&str; 4] =
    ["\"aws:cdk:path\"", "\"CDKMetadata\"", "\"BootstrapVersion\"", "\"ServerlessDeploymentBucket"];

/// Programs write JSON, and those that leave no name often all of it in one line.
fn is_generated(finding: &Finding) -> bool {
    let text = finding.origin.as_ref().map_or("", |origin| origin.file.text.trim());
    is_json(text) && (!text.contains('\n') || OF_PROGRAMS.iter().any(|sign| text.contains(sign)))
}

fn earlier<'r>(fingerprint: &str, run: &'r Run) -> Option<&'r Finding> {
    run.findings.iter().find(|finding| finding.fingerprint == fingerprint)
}

/// What an open question hides.
#[derive(Default)]
struct Hides<'r> {
    requests: BTreeSet<&'r Request>,
    asked: BTreeSet<&'r str>,
    /// Where several were checked.
    files: BTreeSet<&'r str>,
}

/// What stayed open, by what would settle it.
fn unknown(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let mut first: BTreeMap<String, &Gap> = BTreeMap::new();
    let mut by_gap: BTreeMap<&Gap, Hides<'_>> = BTreeMap::new();
    let several = run.sources.iter().filter(|source| FILES.contains(&&*source.kind)).count() > 1;
    for row in &run.unknown {
        for gap in &row.gaps {
            let Hides { requests, asked, files } = by_gap.entry(first.entry(gap.remedy()).or_insert(gap)).or_default();
            requests.extend(&row.requests);
            files.extend(row.origin.as_ref().filter(|_| several).map(|origin| &*origin.file.name));
            asked.insert(row.rule.map_or(row.subject.name.as_deref().unwrap_or_default(), |rule| rule.id));
        }
    }
    if by_gap.is_empty() {
        return Ok(());
    }
    writeln!(out, "Not known:")?;
    for (gap, Hides { requests, asked, files }) in by_gap {
        writeln!(out, "  ? {}", plain(&gap.remedy()))?;
        if !requests.is_empty() {
            writeln!(out, "      for: {}", plain(&routes(requests.into_iter())))?;
        }
        if !files.is_empty() {
            writeln!(out, "      in: {}", plain(&some_of(&files.into_iter().collect::<Vec<_>>())))?;
        }
        writeln!(out, "      hides: {}", plain(&some_of(&asked.into_iter().collect::<Vec<_>>())))?;
    }
    writeln!(out)
}

fn requests_of<'r>(findings: impl Iterator<Item = &'r Finding>) -> BTreeSet<&'r Request> {
    findings.flat_map(|finding| &finding.requests).map(|it| &it.request).collect()
}

/// Sources that people write.
const FILES: [&str; 4] = ["cloudformation", "sam", "cdk", "openapi"];

fn sums(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let dying = run.dying();
    let warned = requests_of(run.findings.iter());
    let undecided = run.undecided();
    let mut ignored = requests_of(run.suppressed.iter().map(|it| &it.finding));
    ignored.retain(|it| !warned.contains(it) && !undecided.contains(it));
    let met = |it: &Request| warned.contains(it) || undecided.contains(it) || ignored.contains(it);
    let past = run.requests.iter().filter(|it| !met(it)).count();
    let findings = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (run.count(severity), severity.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
        .collect::<Vec<_>>();
    let known = run.findings.iter().filter(|finding| finding.known).count();
    let findings = match (findings.is_empty(), known) {
        (false, _) => findings.join(", "),
        (true, 0) => "no findings".into(),
        (true, _) => "no new findings".into(),
    };
    let known = if known > 0 { format!(", {known} known") } else { String::new() };
    let open = run.unknown.iter().filter(|row| !row.inherent).flat_map(|row| &row.gaps).map(Gap::remedy);
    let open = open.collect::<BTreeSet<_>>().len();
    let open =
        if open > 0 { format!(", {open} open question{}", if open == 1 { "" } else { "s" }) } else { String::new() };
    writeln!(out, "{findings}{known}{open}")?;

    let (may, unknown) = (warned.len() - dying.len(), undecided.difference(&warned).count());
    let ignored = match ignored.len() {
        0 => String::new(),
        ignored => format!("{ignored} with what is ignored, "),
    };
    let die = if dying.len() == 1 { "dies" } else { "die" };
    let get = if past == 1 { "gets" } else { "get" };
    writeln!(
        out,
        "{}: {} {die}, {may} may or will die, {unknown} not known, {ignored}{past} {get} past every question asked",
        requests(run.requests.len()),
        dying.len()
    )?;
    for assumption in &run.assumptions {
        writeln!(out, "assumed: {}", plain(assumption))?;
    }
    for source in &run.sources {
        let place = [source.account.as_deref(), source.region.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        let name = format!("{} {}", source.kind, source.name);
        // Files are read now; when an account was read matters.
        let time = (!FILES.contains(&&*source.kind)).then(|| format!("{:.0}", source.taken.unwrap_or(run.taken)));
        let read = [name, place.join(" "), time.unwrap_or_default()];
        let read = read.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty());
        writeln!(out, "read: {}", plain(&read.collect::<Vec<_>>().join(", ")))?;
    }
    Ok(())
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.at.as_ref().map(|at| &at.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.at.as_ref().map(|at| Box::new(at.labels.iter().cloned()) as Box<_>)
    }
}
