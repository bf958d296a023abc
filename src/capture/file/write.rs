//! Writing a capture: the same capture gives the same bytes.

use super::front::{UnitKey, entry_key, unit_key};
use super::gaps;
use super::kinds;
use super::record::{Absent, Name};
use crate::capture::{Answer, CallCount, Capture, Coverage, FORMAT, Header, Units};
use crate::model::{ApiUnit, Gap, Kind, Ref, Scope};
use miette::{IntoDiagnostic, WrapErr, miette};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Writes a capture in canonical order, one API in memory at a time.
///
/// # Errors
/// What could not be written, or an API that could not be read.
pub fn write(capture: Capture, to: &mut dyn Write) -> miette::Result<()> {
    let mut writer = Writer::begin(&capture, to)?;
    for unit in capture.units {
        writer.unit(&unit?)?;
    }
    writer.finish()
}

/// Writes a capture while it is used: what stands before the APIs at once, each API
/// as it passes by. The file is whole when the last API has passed.
///
/// # Errors
/// What could not be written; of an API, in that API's place.
pub fn tee(mut capture: Capture, to: impl Write + 'static) -> miette::Result<Capture> {
    let writer = Writer::begin(&capture, to)?;
    let units = std::mem::replace(&mut capture.units, Box::new(std::iter::empty()));
    let mut tee = Tee { units, writer: Some(writer) };
    capture.units = Box::new(std::iter::from_fn(move || tee.next().transpose()));
    Ok(capture)
}

struct Tee<W: Write> {
    units: Units,
    /// None after the end, or after a fault.
    writer: Option<Writer<W>>,
}

impl<W: Write> Tee<W> {
    fn next(&mut self) -> miette::Result<Option<ApiUnit>> {
        let Some(mut writer) = self.writer.take() else { return Ok(None) };
        let Some(unit) = self.units.next() else { return writer.finish().map(|()| None) };
        let unit = unit?;
        writer.unit(&unit)?;
        self.writer = Some(writer);
        Ok(Some(unit))
    }
}

/// A capture file in the making.
pub(super) struct Writer<W: Write> {
    to: W,
    /// The APIs that the directory promises.
    missing: BTreeSet<UnitKey>,
}

impl<W: Write> Writer<W> {
    fn begin(capture: &Capture, to: W) -> miette::Result<Self> {
        let missing = capture.directory.iter().map(entry_key).collect();
        let mut writer = Writer { to, missing };
        writer.header(&capture.header)?;
        writer.coverage(&capture.coverage)?;
        writer.line(&Record { record: "calls", value: Calls { calls: &capture.calls } })?;
        kinds::write(&capture.shared, &mut writer)?;
        writer.record(Name::Directory, None, "apis", &capture.directory)?;
        Ok(writer)
    }

    fn header(&mut self, header: &Header) -> miette::Result<()> {
        let format = FORMAT.into();
        self.line(&Header { format, ..header.clone() })
    }

    fn coverage(&mut self, coverage: &Coverage) -> miette::Result<()> {
        for (kind, scope, gap) in coverage.listed() {
            self.line(&Record { record: "listed", value: Listed { kind, scope, gap } })?;
        }
        for (of, answer) in coverage.asked() {
            let answer = match answer {
                Answer::Found => Answered::Found(true),
                Answer::Absent { action, code } => {
                    Answered::Absent(Absent { action: action.clone(), code: code.clone() })
                }
                Answer::Gap(gap) => Answered::Gap(gap),
            };
            self.line(&Record { record: "asked", value: Asked { of, answer } })?;
        }
        Ok(())
    }

    /// An API must be one of the directory's, or the file could not be read again.
    fn unit(&mut self, unit: &ApiUnit) -> miette::Result<()> {
        if !self.missing.remove(&unit_key(unit)) {
            return Err(miette!("the API {} is twice in the capture, or not in its directory", unit.id()));
        }
        match unit {
            ApiUnit::Rest(unit) => self.record(Name::RestUnit, Some(&unit.scope), "facts", &unit.facts),
            ApiUnit::V2(unit) => self.record(Name::ApiUnit, Some(&unit.scope), "facts", &unit.facts),
        }
    }

    fn finish(mut self) -> miette::Result<()> {
        match self.missing.first() {
            Some((.., id)) => Err(miette!("the API {id} is in the directory, and its facts are not in the capture")),
            None => self.to.flush().into_diagnostic().wrap_err("cannot write the capture"),
        }
    }

    /// A record of facts, with its gaps beside it.
    pub(super) fn record(
        &mut self,
        name: Name,
        scope: Option<&Scope>,
        key: &str,
        facts: &impl Serialize,
    ) -> miette::Result<()> {
        let mut body = json(facts)?;
        let mut hidden = gaps::Gaps::new();
        if gaps::needs_lift(&body) {
            (body, hidden) = gaps::lift(&body);
        }
        let mut line = format!("{{\"record\":\"{}\",", name.as_text());
        if let Some(scope) = scope {
            // The scope's members, without its own braces.
            let members = json(scope)?;
            line += members.strip_prefix('{').and_then(|members| members.strip_suffix('}')).unwrap_or_default();
            line += ",";
        }
        line += &format!("\"{key}\":");
        let mut end = String::new();
        if !hidden.is_empty() {
            end = format!(",\"gaps\":{}", json(&hidden)?);
        }
        end += "}\n";
        [line, body, end].iter().try_for_each(|part| self.bytes(part))
    }

    fn line(&mut self, record: &impl Serialize) -> miette::Result<()> {
        let line = json(record)? + "\n";
        self.bytes(&line)
    }

    fn bytes(&mut self, text: &str) -> miette::Result<()> {
        self.to.write_all(text.as_bytes()).into_diagnostic().wrap_err("cannot write the capture")
    }
}

fn json(value: &impl Serialize) -> miette::Result<String> {
    serde_json::to_string(value).into_diagnostic()
}

#[derive(Serialize)]
struct Record<T> {
    record: &'static str,
    #[serde(flatten)]
    value: T,
}

#[derive(Serialize)]
struct Calls<'a> {
    calls: &'a BTreeMap<String, CallCount>,
}

#[derive(Serialize)]
struct Listed<'a> {
    kind: Kind,
    #[serde(flatten)]
    scope: &'a Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<&'a Gap>,
}

#[derive(Serialize)]
struct Asked<'a> {
    #[serde(flatten)]
    of: &'a Ref,
    #[serde(flatten)]
    answer: Answered<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Answered<'a> {
    Found(bool),
    Absent(Absent),
    Gap(&'a Gap),
}
