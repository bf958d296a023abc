//! What every judging command shares: options, formats, and the exit code.

use super::settings::Settings;
use super::{Outcome, nothing, write};
use crate::capture::Capture;
use crate::config::{Config, FailOn, Level};
use crate::report::{Github, Gitlab, Human, Json, Junit, Reporter, Sarif};
use crate::rule::Rule;
use crate::run::{Options, Run, Views, judge};
use crate::verdict::Severity;
use clap::{Args, ValueEnum};
use miette::{GraphicalReportHandler, GraphicalTheme, IntoDiagnostic, WrapErr};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::str::FromStr;

#[derive(Args)]
pub(super) struct Output {
    /// human, json, sarif, github, gitlab or junit, each to standard output or to =FILE; may be given several times
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "human")]
    formats: Vec<Format>,
    /// The least severity that makes the exit code 1; error unless the settings say otherwise
    #[arg(long, value_enum)]
    fail_on: Option<FailOn>,
    /// Exit with 4 if anything stayed unknown
    #[arg(long)]
    strict: bool,
    /// Colour for a terminal, always or never; NO_COLOR is honoured
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
    /// Which of a stage's two configurations to judge
    #[arg(long, value_enum, default_value_t = View::Both)]
    pub(super) view: View,
    /// Judge only these stages
    #[arg(long = "stage", value_name = "NAME")]
    pub(super) stages: Vec<String>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Clone)]
struct Format {
    kind: Kind,
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Human,
    Json,
    Sarif,
    Github,
    Gitlab,
    Junit,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, file) = text.split_once('=').map_or((text, None), |(kind, file)| (kind, Some(file)));
        let kind = match kind {
            "human" => Kind::Human,
            "json" => Kind::Json,
            "sarif" => Kind::Sarif,
            "github" => Kind::Github,
            "gitlab" => Kind::Gitlab,
            "junit" => Kind::Junit,
            other => return Err(format!("there is no format {other}: human, json, sarif, github, gitlab or junit")),
        };
        if file == Some("") {
            return Err("name the file behind =".into());
        }
        Ok(Format { kind, file: file.filter(|file| *file != "-").map(PathBuf::from) })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// What is deployed, and what the next deployment would break
    Both,
    /// Only what is deployed
    Deployed,
    /// The current configuration, as if it were deployed now
    Draft,
}

impl Output {
    /// Judges the capture, prints the reports and says how it ended. If some `apis` were asked for, it is only a part
    /// of the account.
    pub(super) fn judge(&self, capture: Capture, apis: &[String]) -> miette::Result<Outcome> {
        let (config, options) = self.options()?;
        self.report(judge(capture, &options)?, &config, !apis.is_empty(), apis)
    }

    pub(super) fn options(&self) -> miette::Result<(Config, Options)> {
        let config = self.settings.config()?;
        let asked = |rule: &&Rule| config.levels.get(rule.id) != Some(&Level::Off);
        let options = Options {
            rules: crate::rules::all().filter(asked).collect(),
            now: self.settings.now,
            views: match self.view {
                View::Both => Views::Both,
                View::Deployed => Views::Deployed,
                View::Draft => Views::Draft,
            },
            stages: self.stages.clone(),
        };
        Ok((config, options))
    }

    /// No report may take the place of what is judged, of the baseline, or of another report.
    pub(super) fn spare(&self, inputs: &[PathBuf]) -> miette::Result<()> {
        let same = |a: &PathBuf, b: &PathBuf| {
            a == b || std::fs::canonicalize(a).is_ok_and(|a| std::fs::canonicalize(b).is_ok_and(|b| a == b))
        };
        let files: Vec<&PathBuf> = self.formats.iter().filter_map(|format| format.file.as_ref()).collect();
        if self.formats.len() > files.len() + 1 {
            let help = "write all but one to files, as in --format sarif=gatelint.sarif";
            return Err(miette::miette!(
                help = help,
                "two reports on standard output would be one that nobody can read"
            ));
        }
        for (n, file) in files.iter().enumerate() {
            let taken = inputs.iter().chain(self.settings.baseline.as_ref()).chain(files.iter().take(n).copied());
            if let Some(taken) = taken.into_iter().find(|it| same(it, file)) {
                return Err(miette::miette!("a report would take the place of {}", taken.display()));
            }
        }
        Ok(())
    }

    /// The time at which templates are judged.
    pub(super) fn now(&self) -> jiff::Timestamp {
        self.settings.now.unwrap_or_else(jiff::Timestamp::now)
    }

    /// Prints the reports and says how it ended.
    pub(super) fn report(&self, mut run: Run, config: &Config, part: bool, apis: &[String]) -> miette::Result<Outcome> {
        let part = part || !self.stages.is_empty() || self.view != View::Both;
        self.settings.apply(&mut run, config, part)?;
        match run.requests.is_empty() && !run.broken.is_empty() {
            true => self.print_but_for_people(&run)?,
            false => self.formats.iter().try_for_each(|format| self.print(format, &run))?,
        }
        let outcome = self.outcome(&run, config);
        if outcome == Outcome::Nothing && run.broken.is_empty() {
            tell(&format!("nothing to check: {}", nothing::why(apis, &self.stages, &run.names)));
        }
        Ok(outcome)
    }

    /// What is wrong was told, and people need no sums of nothing. A pipeline waits for the files that it asked for.
    pub(super) fn print_but_for_people(&self, run: &Run) -> miette::Result<()> {
        let is_told = |format: &&Format| !matches!((format.kind, &format.file), (Kind::Human, None));
        self.formats.iter().filter(is_told).try_for_each(|format| self.print(format, run))
    }

    fn print(&self, format: &Format, run: &Run) -> miette::Result<()> {
        let reporter = |colour| -> Box<dyn Reporter> {
            match format.kind {
                Kind::Human => Box::new(Human { colour, width: width() }),
                Kind::Json => Box::new(Json),
                Kind::Sarif => Box::new(Sarif),
                Kind::Github => Box::new(Github),
                Kind::Gitlab => Box::new(Gitlab),
                Kind::Junit => Box::new(Junit),
            }
        };
        let Some(path) = &format.file else {
            let colour = match self.color {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => {
                    io::stdout().is_terminal()
                        && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
                }
            };
            let mut out = io::BufWriter::new(io::stdout().lock());
            return printed(reporter(colour).report(run, &mut out).and_then(|()| out.flush()));
        };
        write::whole(path, |out| reporter(false).report(run, out))
            .into_diagnostic()
            .wrap_err_with(|| format!("cannot write the report to {}", path.display()))
    }

    fn outcome(&self, run: &Run, config: &Config) -> Outcome {
        let least = match self.fail_on.or(config.fail_on).unwrap_or(FailOn::Error) {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        };
        if least.is_some_and(|least| run.findings.iter().any(|finding| !finding.known && finding.severity() >= least)) {
            Outcome::Findings
        } else if (self.strict || config.strict) && run.unknown.iter().any(|row| !row.inherent) {
            Outcome::Unknown
        } else if run.is_empty() {
            Outcome::Nothing
        } else {
            Outcome::Clean
        }
    }
}

/// A reader that has seen enough (`| head`) is no failure.
pub(super) fn printed(result: io::Result<()>) -> miette::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.into_diagnostic().wrap_err("cannot write to standard output"),
    }
}

/// Prints `text` on standard output.
pub(super) fn say(text: &str) -> miette::Result<Outcome> {
    printed(writeln!(io::stdout(), "{}", text.trim_end())).map(|()| Outcome::Clean)
}

/// Prints what went wrong on standard error. Messages quote names, paths and answers
/// that anybody may have written.
pub(super) fn complain(report: &miette::Report) -> io::Result<()> {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(width());
    let mut text = String::new();
    if handler.render_report(&mut text, report.as_ref()).is_err() {
        text = report.to_string();
    }
    writeln!(io::stderr(), "{}", crate::report::harmless(&text).trim_end())
}

/// Columns of the terminal, if there is one.
fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).clamp(60, 160))
}

/// Says one sentence on standard error.
pub(super) fn tell(sentence: &str) {
    let _ = writeln!(io::stderr(), "gatelint: {sentence}");
}
