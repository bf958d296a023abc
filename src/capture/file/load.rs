//! Reading a capture: what is shared at once, the APIs one at a time.

use super::error::{CaptureError, Fault, quoted};
use super::front::{Front, UnitKey, entry_key, unit_key};
use super::pieces::Pieces;
use super::record::{self, Home, Name, Wrong};
use crate::capture::{Capture, FORMAT, Header};
use crate::model::unit::{RestContent, RestUnit, V2Content, V2Unit};
use crate::model::{ApiEntry, ApiUnit, Gap, Kind, Scope, Seen};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Reads a capture file. APIs are read as they are asked for, so a fault further down
/// comes with the API that it stands in.
///
/// # Errors
/// What is wrong, and where.
pub fn read(path: &Path) -> Result<Capture, CaptureError> {
    let name = path.display().to_string();
    match std::fs::File::open(path) {
        Ok(file) => read_from(name, file),
        Err(error) => Err(CaptureError::of_file(&name, Fault::Io(error.to_string()))),
    }
}

/// Reads a capture from anything, say standard input; `name` is how errors call it.
///
/// # Errors
/// What is wrong, and where.
pub fn read_from(name: impl Into<String>, from: impl Read + 'static) -> Result<Capture, CaptureError> {
    let mut records = Records { pieces: Pieces::of_file(name.into(), from)?, home: None, version: None };
    let mut front = Front::default();
    let mut early = Vec::new();
    while let Some(name) = records.next()? {
        if !name.is_unit() {
            records.tell(name, &mut front)?;
        } else if let (Some(directory), true) = (&front.directory, early.is_empty()) {
            // In canonical order everything else has come by now.
            let told = untold(directory);
            let file = records.pieces.whole(Fault::NoHeader);
            let apis = Apis { records, at_hand: Some(name), told, ended: false };
            let units = apis.map(|unit| unit.map_err(Into::into));
            return front.finish(Box::new(units)).map_err(|fault| CaptureError { fault, ..file });
        } else {
            early.push(records.first_unit(name, &mut front)?);
        }
    }
    let whole = |fault| records.pieces.whole(fault);
    if front.header.is_none() {
        return Err(whole(Fault::NoHeader));
    }
    let mut told = untold(front.directory.as_ref().ok_or_else(|| whole(Fault::NoDirectory))?);
    early.iter().try_for_each(|unit| tell_unit(&mut told, unit)).map_err(whole)?;
    all_told(&told).map_err(whole)?;
    front.finish(Box::new(early.into_iter().map(Ok))).map_err(whole)
}

/// Reads a few records without a header, as the examples of a rule's page are written:
/// JSON Lines, objects on several lines, or an array, in any order. A record that names
/// no account or region is in 111122223333 and us-east-1.
///
/// What is not mentioned is unknown: no listing is implied, and a collection that an API's
/// record leaves out is not in this fragment. Inside a collection, left out is unset.
///
/// # Errors
/// What is wrong, and where.
pub fn fragment(text: &str) -> Result<Capture, CaptureError> {
    let home = Home(Scope::new("aws", "111122223333", "us-east-1"));
    let mut records = Records { pieces: Pieces::of_text(text)?, home: Some(home), version: None };
    let mut front = Front::default();
    let mut units = Vec::new();
    while let Some(name) = records.next()? {
        if name.is_unit() {
            let mut unit = records.first_unit(name, &mut front)?;
            hide_unmentioned(&mut unit);
            units.push(unit);
        } else {
            records.tell(name, &mut front)?;
        }
    }
    let directory = front.directory.get_or_insert_default();
    let listed = untold(directory);
    directory.extend(units.iter().map(ApiUnit::entry).filter(|entry| !listed.contains_key(&entry_key(entry))));
    front.header.get_or_insert_with(|| Header {
        format: FORMAT.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        // The first day of 2026: no example must come true by waiting.
        taken: jiff::Timestamp::constant(1_767_225_600, 0),
        sources: Vec::new(),
    });
    front.finish(Box::new(units.into_iter().map(Ok))).map_err(|fault| records.pieces.whole(fault))
}

/// The records of one file or text.
struct Records {
    pieces: Pieces,
    home: Option<Home>,
    /// The gatelint that wrote them, once the header was read.
    version: Option<String>,
}

impl Records {
    /// Brings in the next record and says what it is.
    fn next(&mut self) -> Result<Option<Name>, CaptureError> {
        if !self.pieces.advance()? {
            return Ok(None);
        }
        Name::of(self.pieces.text()).map(Some).map_err(|mut wrong| {
            if let Fault::UnknownRecord { version, .. } = &mut wrong.fault {
                version.clone_from(&self.version);
            }
            self.pieces.within(wrong)
        })
    }

    /// Reads the record at hand, which is none of an API.
    fn tell(&mut self, name: Name, front: &mut Front) -> Result<(), CaptureError> {
        let read = front.record(name, self.pieces.text(), self.home.as_ref());
        read.map_err(|wrong| self.pieces.within(wrong))?;
        self.version = front.header.as_ref().map(|header| header.version.chars().take(40).collect());
        Ok(())
    }

    /// Reads the API's record at hand.
    fn unit(&self, name: Name) -> Result<ApiUnit, Wrong> {
        let (text, home) = (self.pieces.text(), self.home.as_ref());
        let (unit, kind, field) = if name == Name::RestUnit {
            let (spoken, facts) = record::facts(text)?;
            let scope = spoken.scope(Kind::RestApi, home)?;
            (ApiUnit::Rest(RestUnit { scope, facts, planned: false }), Kind::RestApi, "api.id")
        } else {
            let (spoken, facts) = record::facts(text)?;
            let scope = spoken.scope(Kind::Api, home)?;
            (ApiUnit::V2(V2Unit { scope, facts, planned: false }), Kind::Api, "Api.ApiId")
        };
        match unit.id().is_empty() {
            true => Err(Fault::Incomplete { record: kind.noun(), field }.into()),
            false => Ok(unit),
        }
    }

    fn first_unit(&self, name: Name, front: &mut Front) -> Result<ApiUnit, CaptureError> {
        let unit = self.unit(name).and_then(|unit| front.first_unit(&unit).map(|()| unit));
        unit.map_err(|wrong| self.pieces.within(wrong))
    }
}

/// The APIs of a directory, and whether their record has come.
type Told = BTreeMap<UnitKey, bool>;

fn untold(directory: &[ApiEntry]) -> Told {
    directory.iter().map(|entry| (entry_key(entry), false)).collect()
}

fn tell_unit(told: &mut Told, unit: &ApiUnit) -> Result<(), Fault> {
    match told.get_mut(&unit_key(unit)) {
        Some(told) if !*told => *told = true,
        Some(_) => return Err(Fault::Duplicate { what: format!("the API {}", quoted(&unit.id().to_string())) }),
        None => return Err(Fault::NotInDirectory { id: quoted(&unit.id().to_string()) }),
    }
    Ok(())
}

fn all_told(told: &Told) -> Result<(), Fault> {
    let mut missing = told.iter().filter(|(_, told)| !**told).map(|((.., id), _)| id);
    match missing.next() {
        None => Ok(()),
        Some(first) => Err(Fault::Short { count: 1 + missing.count(), first: quoted(first) }),
    }
}

/// The APIs of a file in canonical order; nothing comes after the first fault.
struct Apis {
    records: Records,
    /// What the record that was already brought in is.
    at_hand: Option<Name>,
    told: Told,
    ended: bool,
}

impl Apis {
    fn read(&mut self) -> Result<Option<ApiUnit>, CaptureError> {
        let name = match self.at_hand.take() {
            Some(name) => Some(name),
            None => self.records.next()?,
        };
        let Some(name) = name else {
            return all_told(&self.told).map(|()| None).map_err(|fault| self.records.pieces.here(fault));
        };
        if !name.is_unit() {
            let late = Fault::Late { record: name.as_text() };
            return Err(self.records.pieces.within(late.into()));
        }
        let unit = self.records.unit(name).and_then(|unit| {
            tell_unit(&mut self.told, &unit)?;
            Ok(unit)
        });
        unit.map(Some).map_err(|wrong| self.records.pieces.within(wrong))
    }
}

impl Iterator for Apis {
    type Item = Result<ApiUnit, CaptureError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }
}

/// What a fragment's API leaves out was not looked at.
fn hide_unmentioned(unit: &mut ApiUnit) {
    match unit {
        ApiUnit::Rest(unit) => {
            hide(&mut unit.facts.stages, "the list of stages");
            let deployed = unit.facts.deployed.iter_mut();
            deployed.for_each(|deployed| hide_rest_deployed(&mut deployed.content));
            hide_rest(&mut unit.facts.draft);
        }
        ApiUnit::V2(unit) => {
            hide(&mut unit.facts.stages, "the list of stages");
            hide(&mut unit.facts.deployments, "the list of deployments");
            let deployed = unit.facts.deployed.iter_mut();
            deployed.for_each(|deployed| hide_v2_deployed(&mut deployed.content));
            hide_v2(&mut unit.facts.draft);
        }
    }
}

fn hide_rest_deployed(content: &mut Seen<RestContent>) {
    match content {
        Seen::Set(content) => hide_rest(content),
        content => hide(content, "the deployment's content"),
    }
}

fn hide_v2_deployed(content: &mut Seen<V2Content>) {
    match content {
        Seen::Set(content) => hide_v2(content),
        content => hide(content, "the deployment's content"),
    }
}

fn hide_rest(content: &mut RestContent) {
    hide(&mut content.resources, "the list of resources");
    hide(&mut content.authorizers, "the list of authorizers");
}

fn hide_v2(content: &mut V2Content) {
    hide(&mut content.routes, "the list of routes");
    hide(&mut content.integrations, "the list of integrations");
    hide(&mut content.authorizers, "the list of authorizers");
}

fn hide<T>(field: &mut Seen<T>, what: &str) {
    if field.is_unset() {
        *field = Seen::Unknown(Gap::not_readable(format!("{what} is not in this fragment")));
    }
}
