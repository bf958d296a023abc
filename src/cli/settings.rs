//! The settings of a run: `gatelint.toml`, the baseline, and which day it is.

use super::write;
use crate::config::{self, Config};
use crate::model::SourceFile;
use crate::run::Run;
use crate::source::files;
use crate::triage::{baseline::Baseline, settle};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use miette::{IntoDiagnostic, WrapErr};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Settings {
    /// Settings; without it gatelint.toml of this folder, or of one above it up to the repository's
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Do not count what this file knows already
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write what was found to the baseline: it belongs to one way of calling gatelint
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
    /// Print only what the baseline does not know
    #[arg(long, requires = "baseline")]
    new_only: bool,
    /// Judge as if it were this day, or this time in ISO 8601
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) now: Option<Timestamp>,
}

fn time(text: &str) -> Result<Timestamp, String> {
    let day = || text.parse::<Date>().ok()?.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC).ok();
    let time = text.parse().ok().or_else(|| Some(day()?.timestamp()));
    time.ok_or_else(|| "a day such as 2027-01-31, or a time such as 2027-01-31T08:00:00Z".into())
}

/// No settings are larger.
const MOST: u64 = 1 << 20;

/// No baseline is larger: it holds some dozen bytes for each request that dies.
const MOST_OF_BASELINE: u64 = 256 << 20;

impl Settings {
    pub(super) fn config(&self) -> miette::Result<Config> {
        let Some(path) = self.config.clone().or_else(discovered) else { return Ok(Config::default()) };
        let name = path.display().to_string();
        let text = text(&path, MOST).into_diagnostic().wrap_err_with(|| format!("cannot read the settings {name}"))?;
        Ok(config::parse(SourceFile::new(name, text, files::repository().as_ref()))?)
    }

    /// Applies the settings to the run and writes the baseline, if that was asked for. A run of only a `part` of the
    /// account does not say what is fixed.
    pub(super) fn apply(&self, run: &mut Run, config: &Config, part: bool) -> miette::Result<()> {
        let now = self.now.unwrap_or_else(Timestamp::now);
        settle(run, config, now.to_zoned(TimeZone::UTC).date());
        let Some(path) = &self.baseline else { return Ok(()) };
        let known = self.known(path).wrap_err_with(|| format!("cannot read the baseline {}", path.display()))?;
        known.compare(run, part, self.new_only);
        if self.update_baseline {
            let updated = known.update(run);
            updated.mark(run);
            write::whole(path, |out| out.write_all(crate::report::harmless(&updated.to_text()).as_bytes()))
                .into_diagnostic()
                .wrap_err_with(|| format!("cannot write the baseline {}", path.display()))?;
        }
        Ok(())
    }

    fn known(&self, path: &Path) -> miette::Result<Baseline> {
        match text(path, MOST_OF_BASELINE) {
            Ok(text) => Ok(Baseline::parse(&text)?),
            // The first update makes it.
            Err(error) if self.update_baseline && error.kind() == io::ErrorKind::NotFound => Ok(Baseline::default()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(miette::miette!(help = "--update-baseline makes it, of what is found now", "{error}"))
            }
            Err(error) => Err(error).into_diagnostic(),
        }
    }
}

/// Above this folder only as far as its repository goes: nobody else's file decides.
fn discovered() -> Option<PathBuf> {
    let below = files::repository().and_then(|it| Some(it.here.strip_prefix(it.root).ok()?.components().count()));
    let mut paths = (0..=below.unwrap_or(0)).map(|up| PathBuf::from("../".repeat(up)).join(config::NAME));
    paths.find(|path| path.is_file())
}

fn text(path: &Path, most: u64) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(most + 1).read_to_string(&mut text)?;
    match u64::try_from(read).is_ok_and(|read| read <= most) {
        true => Ok(text),
        false => Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes"))),
    }
}
