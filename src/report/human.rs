//! The report for people: each finding under its resource's own JSON, then the sums.

use super::{Reporter, plain, span};
use crate::follow::Request;
use crate::model::{Evidence, Gap, Place};
use crate::run::{Finding, Run};
use crate::verdict::{Reach, Severity};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;

/// How many routes of a finding, and things behind a gap, are named one by one.
const NAMED: usize = 6;

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
            .with_context_lines(2)
            .with_show_related_as_nested(false)
            .with_links(false);
        for finding in &run.findings {
            let mut text = String::new();
            let shown = Shown::of(finding);
            handler.render_report(&mut text, &shown).map_err(io::Error::other)?;
            writeln!(out, "{}", text.trim_end())?;
            // Not wrapped: a command is copied.
            facts(finding, run).iter().try_for_each(|line| writeln!(out, "  {}", plain(line)))?;
            writeln!(out)?;
        }
        unknown(run, out)?;
        sums(run, out)
    }
}

/// A finding as miette prints it.
#[derive(Debug)]
struct Shown {
    says: String,
    code: String,
    severity: miette::Severity,
    help: String,
    at: Option<Marked>,
    /// What lies in other resources.
    related: Vec<Related>,
}

/// A resource's JSON with places to underline.
#[derive(Debug)]
struct Marked {
    source: NamedSource<String>,
    labels: Vec<LabeledSpan>,
}

#[derive(Debug)]
struct Related {
    says: String,
    at: Option<Marked>,
}

impl Shown {
    fn of(finding: &Finding) -> Shown {
        let fault = &finding.fault;
        let mut steps = Vec::new();
        steps_of(&fault.evidence, &mut steps);
        let mut documents: Vec<(&Place, Vec<(&Place, &str)>)> = Vec::new();
        let mut said = Vec::new();
        for step in steps {
            match step {
                Step::At(place, says) => {
                    match documents.iter_mut().find(|(first, _)| first.document == place.document) {
                        Some((_, labels)) => labels.push((place, says)),
                        None => documents.push((place, vec![(place, says)])),
                    }
                }
                Step::Says(says) => said.push(Related { says: plain(&says), at: None }),
            }
        }
        let mut marked = documents.into_iter().map(|(place, labels)| Marked::of(place, &labels));
        let at = marked.next();
        let others = marked.map(|at| Related { says: "and here".into(), at: Some(at) });
        Shown {
            says: plain(&fault.says),
            code: finding.rule.id.into(),
            severity: match finding.severity() {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
                Severity::Note => miette::Severity::Advice,
            },
            help: plain(&fault.help),
            related: others.chain(said).collect(),
            at,
        }
    }
}

impl Marked {
    fn of(place: &Place, labels: &[(&Place, &str)]) -> Marked {
        let document: String = place.document.chars().map(super::in_json).collect();
        let labels = labels
            .iter()
            .map(|(place, says)| LabeledSpan::new_with_span(Some(plain(says)), span::of(&document, &place.pointer)))
            .collect();
        Marked { source: NamedSource::new(plain(&place.resource), document), labels }
    }
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
    let mut lines = vec![format!("{} {}", dies(finding), routes(finding.requests.iter().map(|it| &it.request)))];
    for symptom in finding.symptoms() {
        let body = if symptom.body.is_empty() { "" } else { " " };
        lines.push(format!("clients see: {}{body}{}", symptom.status, symptom.body));
        if !symptom.log.is_empty() {
            lines.push(format!("the log says: {}", symptom.log));
        }
    }
    if let Some(first) = finding.behind.as_ref().and_then(|behind| earlier(behind, run)) {
        lines.push(format!("these requests already die of {}", first.rule.id));
    }
    lines.extend(fault.fix.cli.iter().flat_map(|commands| commands.lines()).map(|command| format!("mend: {command}")));
    lines.push(format!("more: gatelint explain {}", finding.rule.id));
    lines
}

fn earlier<'r>(fingerprint: &str, run: &'r Run) -> Option<&'r Finding> {
    run.findings.iter().find(|finding| finding.fingerprint == fingerprint)
}

fn dies(finding: &Finding) -> String {
    let draft =
        if finding.view == crate::follow::View::Draft { "in the current, not deployed configuration, " } else { "" };
    match &finding.fault.reach {
        Reach::EveryRequest if draft.is_empty() => "dies:".into(),
        Reach::EveryRequest => format!("{draft}this dies:"),
        Reach::SomeRequests { when } => format!("{draft}this may die ({when}):"),
        Reach::UnderLoad => format!("{draft}this may die under load:"),
        Reach::After { event } => format!("will die after {event}:"),
    }
}

/// `orders prod: GET /orders, POST /orders and 12 more`, by API and stage.
fn routes<'r>(requests: impl Iterator<Item = &'r Request>) -> String {
    let mut by_stage: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for request in requests {
        let api = request.api_name.as_deref().unwrap_or(&request.api);
        let stage = request.stage.as_deref().unwrap_or("(no stage yet)");
        let canary = if request.canary { " (canary)" } else { "" };
        by_stage.entry(format!("{api} {stage}{canary}")).or_default().push(&request.route);
    }
    let shown = by_stage.iter().take(NAMED).map(|(stage, routes)| format!("{stage}: {}", some_of(routes)));
    let more = by_stage.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("and {more} more stages"));
    shown.chain(more).collect::<Vec<_>>().join("; ")
}

fn some_of(names: &[&str]) -> String {
    let named = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// What stayed open, by what would settle it.
fn unknown(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let mut by_gap: BTreeMap<&Gap, (BTreeSet<&Request>, BTreeSet<&str>)> = BTreeMap::new();
    for row in &run.unknown {
        for gap in &row.gaps {
            let (requests, asked) = by_gap.entry(gap).or_default();
            requests.extend(&row.requests);
            asked.insert(row.rule.map_or(row.subject.name.as_deref().unwrap_or_default(), |rule| rule.id));
        }
    }
    if by_gap.is_empty() {
        return Ok(());
    }
    writeln!(out, "Not known:")?;
    for (gap, (requests, asked)) in by_gap {
        writeln!(out, "  ? {}", plain(&gap.remedy()))?;
        if !requests.is_empty() {
            writeln!(out, "      {}", plain(&routes(requests.into_iter())))?;
        }
        writeln!(out, "      hides: {}", plain(&some_of(&asked.into_iter().collect::<Vec<_>>())))?;
    }
    writeln!(out)
}

fn sums(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let (all, dying, unknown) = (run.requests.len(), run.dying().len(), run.undecided().len());
    let findings = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (run.count(severity), severity.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
        .collect::<Vec<_>>();
    let findings = if findings.is_empty() { "no findings".into() } else { findings.join(", ") };
    writeln!(out, "{findings}")?;
    writeln!(
        out,
        "{all} requests: {dying} die, {unknown} not known, {} get past every question asked",
        all - dying - unknown
    )?;
    for assumption in &run.assumptions {
        writeln!(out, "assumed: {}", plain(assumption))?;
    }
    for source in &run.sources {
        let place = [source.account.as_deref(), source.region.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        let name = format!("{} {} {}", source.kind, source.name, place.join(" "));
        writeln!(out, "read: {}, {}", plain(name.trim()), run.taken)?;
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
        Some(Box::new(&self.code))
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

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|it| it as &dyn Diagnostic)))
    }
}

impl fmt::Display for Related {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

impl std::error::Error for Related {}

impl Diagnostic for Related {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.at.as_ref().map(|at| &at.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.at.as_ref().map(|at| Box::new(at.labels.iter().cloned()) as Box<_>)
    }
}
