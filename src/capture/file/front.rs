//! All of a capture but its APIs.

use super::error::{Fault, quoted};
use super::kinds;
use super::record::{self, Asked, Home, Listed, Name, Wrong};
use crate::capture::{Answer, CallCount, Capture, Coverage, FORMAT, Header, Names, Shared, Units};
use crate::model::{ApiEntry, ApiUnit, Kind, Origins, Ref, Scope, Str, Text};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Account, region and id: what tells an API from all others.
pub(super) type UnitKey = (Text, Text, Str);

pub(super) fn entry_key(entry: &ApiEntry) -> UnitKey {
    (entry.account.clone(), entry.region.clone(), entry.id.clone())
}

pub(super) fn unit_key(unit: &ApiUnit) -> UnitKey {
    (unit.scope().account.clone(), unit.scope().region.clone(), unit.id().label().into())
}

/// What the records have told so far.
#[derive(Default)]
pub(super) struct Front {
    pub(super) header: Option<Header>,
    coverage: Coverage,
    calls: Option<BTreeMap<String, CallCount>>,
    pub(super) shared: Shared,
    pub(super) directory: Option<Vec<ApiEntry>>,
    things: BTreeSet<(Kind, Scope, String)>,
    listed: BTreeSet<(Kind, Scope)>,
    asked: BTreeSet<Ref>,
    units: BTreeSet<UnitKey>,
}

impl Front {
    /// Takes in a record that is none of an API.
    pub(super) fn record(&mut self, name: Name, text: &str, home: Option<&Home>) -> Result<(), Wrong> {
        match name {
            Name::Header => once(&mut self.header, header(text)?, "the header"),
            Name::Calls => once(&mut self.calls, calls(text)?, "the calls"),
            Name::Directory => once(&mut self.directory, directory(text)?, "the directory"),
            Name::Listed => self.listed(serde_json::from_str(text)?, home),
            Name::Asked => self.asked(serde_json::from_str(text)?, home),
            Name::Thing(kind) => kinds::read(kind, text, home, self),
            Name::RestUnit | Name::ApiUnit => Ok(()),
        }
    }

    fn listed(&mut self, mut listed: Listed, home: Option<&Home>) -> Result<(), Wrong> {
        let (kind, scope) = (listed.kind, listed.spoken().scope(listed.kind, home)?);
        if !self.listed.insert((kind, scope.clone())) {
            return Err(twice(format!("the listing of every {} there", kind.noun())));
        }
        match listed.gap {
            None => self.coverage.complete(kind, scope),
            Some(gap) => self.coverage.partial(kind, scope, gap),
        }
        Ok(())
    }

    fn asked(&mut self, mut asked: Asked, home: Option<&Home>) -> Result<(), Wrong> {
        let scope = asked.spoken().scope(asked.kind, home)?;
        let answer = match (asked.found, asked.absent, asked.gap) {
            (Some(true), None, None) => Answer::Found,
            (None, Some(absent), None) => Answer::Absent { action: absent.action, code: absent.code },
            (None, None, Some(gap)) => Answer::Gap(gap),
            _ => return Err(Fault::Expected("exactly one of \"found\": true, \"absent\" and \"gap\"").into()),
        };
        let of = Ref::new(asked.kind, scope, asked.id);
        if of.id.is_empty() {
            return Err(Fault::Incomplete { record: "asked", field: "id" }.into());
        }
        if !self.asked.insert(of.clone()) {
            return Err(twice(format!("the question for {}", quoted(&of.label()))));
        }
        self.coverage.answer(of, answer);
        Ok(())
    }

    /// A thing may be told once.
    pub(super) fn first(&mut self, kind: Kind, scope: &Scope, id: &str) -> Result<(), Wrong> {
        match self.things.insert((kind, scope.clone(), id.to_owned())) {
            true => Ok(()),
            false => Err(twice(format!("the {} {}", kind.noun(), quoted(id)))),
        }
    }

    /// So may an API.
    pub(super) fn first_unit(&mut self, unit: &ApiUnit) -> Result<(), Wrong> {
        match self.units.insert(unit_key(unit)) {
            true => Ok(()),
            false => Err(twice(format!("the API {}", quoted(&unit.id().to_string())))),
        }
    }

    pub(super) fn finish(self, units: Units) -> Result<Capture, Fault> {
        let mut shared = self.shared;
        shared.sort();
        Ok(Capture {
            header: self.header.ok_or(Fault::NoHeader)?,
            coverage: self.coverage,
            shared,
            directory: self.directory.ok_or(Fault::NoDirectory)?,
            calls: self.calls.unwrap_or_default(),
            assumed: Vec::new(),
            origins: Origins::default(),
            units,
            inline: Vec::new(),
            left_out: Names::default(),
        })
    }
}

fn twice(what: String) -> Wrong {
    Fault::Duplicate { what }.into()
}

fn once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), Wrong> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(twice(what.to_owned())),
    }
}

/// The format is looked at first: of another one, nothing else need be readable.
fn header(text: &str) -> Result<Header, Wrong> {
    #[derive(Deserialize)]
    struct Format<'a> {
        #[serde(borrow)]
        format: Cow<'a, str>,
    }
    let Format { format } = serde_json::from_str(text)?;
    if format != FORMAT {
        return Err(Fault::Format { found: quoted(&format) }.into());
    }
    Ok(serde_json::from_str(text)?)
}

fn calls(text: &str) -> Result<BTreeMap<String, CallCount>, Wrong> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Calls {
        #[serde(rename = "record")]
        _record: IgnoredAny,
        calls: BTreeMap<String, CallCount>,
    }
    Ok(serde_json::from_str::<Calls>(text)?.calls)
}

fn directory(text: &str) -> Result<Vec<ApiEntry>, Wrong> {
    let (_, apis): (_, Vec<ApiEntry>) = record::facts(text)?;
    let mut keys = BTreeSet::new();
    for entry in &apis {
        if entry.id.is_empty() {
            return Err(Fault::Incomplete { record: "directory", field: "id" }.into());
        }
        if !keys.insert(entry_key(entry)) {
            return Err(twice(format!("the API {} in the directory", quoted(&entry.id))));
        }
    }
    Ok(apis)
}
