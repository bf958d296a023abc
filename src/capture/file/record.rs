//! One record: what it is, and its facts with their gaps in place.

use super::error::{Fault, quoted};
use super::gaps::{self, Gaps};
use crate::capture::nulls::without_nulls;
use crate::model::{Gap, Kind, Scope, Text};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What is wrong in a record; the line and the column count from its beginning.
pub(super) struct Wrong {
    pub(super) line: u64,
    pub(super) column: u64,
    /// It lacks its end.
    pub(super) cut: bool,
    pub(super) fault: Fault,
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Wrong { line: 1, column: 0, cut: false, fault }
    }
}

impl From<serde_json::Error> for Wrong {
    fn from(error: serde_json::Error) -> Self {
        Wrong {
            line: error.line() as u64,
            column: error.column() as u64,
            cut: error.is_eof(),
            fault: Fault::json(&error),
        }
    }
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Name {
    Header,
    Listed,
    Asked,
    Calls,
    Directory,
    RestUnit,
    ApiUnit,
    Thing(Kind),
}

impl Name {
    pub(super) fn is_unit(self) -> bool {
        matches!(self, Name::RestUnit | Name::ApiUnit)
    }

    /// As the file writes it.
    pub(super) fn as_text(self) -> String {
        match self {
            Name::Header => "header".to_owned(),
            Name::Listed => "listed".to_owned(),
            Name::Asked => "asked".to_owned(),
            Name::Calls => "calls".to_owned(),
            Name::Directory => "directory".to_owned(),
            Name::RestUnit => "restUnit".to_owned(),
            Name::ApiUnit => "apiUnit".to_owned(),
            Name::Thing(kind) => {
                serde_json::to_string(&kind).map_or_else(|_| String::new(), |name| name.trim_matches('"').to_owned())
            }
        }
    }

    /// What the record in `text` is.
    pub(super) fn of(text: &str) -> Result<Name, Wrong> {
        #[derive(Deserialize)]
        struct Tagged<'a> {
            #[serde(borrow)]
            record: Option<Cow<'a, str>>,
            format: Option<IgnoredAny>,
        }
        // What gatelint writes names itself first: no need to look through all of it.
        let first = text.strip_prefix("{\"record\":\"").and_then(|rest| rest.split_once('"'));
        if let Some((name, _)) = first
            && !name.contains('\\')
        {
            return Name::called(name);
        }
        if !text.trim_start().starts_with('{') {
            return Err(Fault::NotARecord.into());
        }
        let tagged: Tagged = serde_json::from_str(text)?;
        match (tagged.record, tagged.format) {
            (Some(name), _) => Name::called(&name),
            (None, Some(_)) => Ok(Name::Header),
            (None, None) => Err(Fault::Expected("a \"record\" that says what this is").into()),
        }
    }

    fn called(name: &str) -> Result<Name, Wrong> {
        Ok(match name {
            "listed" => Name::Listed,
            "asked" => Name::Asked,
            "calls" => Name::Calls,
            "directory" => Name::Directory,
            "restUnit" => Name::RestUnit,
            "apiUnit" => Name::ApiUnit,
            name => match serde_json::from_value(name.into()) {
                Ok(Kind::RestApi | Kind::Api) | Err(_) => {
                    return Err(Fault::UnknownRecord { record: quoted(name), version: None }.into());
                }
                Ok(kind) => Name::Thing(kind),
            },
        })
    }
}

/// The account and region of records that do not say.
#[derive(Clone)]
pub(super) struct Home(pub(super) Scope);

/// Where a record's facts were read, as far as it says.
pub(super) struct Spoken {
    pub(super) partition: Option<Text>,
    pub(super) account: Option<Text>,
    pub(super) region: Option<Text>,
}

impl Spoken {
    /// Roles and managed policies are in no region.
    pub(super) fn scope(self, kind: Kind, home: Option<&Home>) -> Result<Scope, Wrong> {
        let missing = |field| Wrong::from(Fault::Incomplete { record: kind.noun(), field });
        let global = matches!(kind, Kind::Role | Kind::ManagedPolicy);
        let home = home.map(|Home(scope)| if global { scope.global() } else { scope.clone() });
        let region = match global {
            true => Some(self.region.unwrap_or_default()),
            false => self.region.or_else(|| home.as_ref().map(|home| home.region.clone())),
        };
        let account = self.account.or_else(|| home.as_ref().map(|home| home.account.clone()));
        Ok(Scope {
            partition: self.partition.or_else(|| home.map(|home| home.partition)).unwrap_or_else(|| "aws".into()),
            account: account.ok_or_else(|| missing("account"))?,
            region: region.ok_or_else(|| missing("region"))?,
        })
    }
}

/// A record of facts and their gaps. A misspelt `gaps` would turn what is unknown into
/// what is not there, so nothing else may stand here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts<T> {
    #[serde(rename = "record")]
    _record: IgnoredAny,
    partition: Option<Text>,
    account: Option<Text>,
    region: Option<Text>,
    #[serde(alias = "apis")]
    facts: T,
    #[serde(default)]
    gaps: Gaps,
}

impl<T> Facts<T> {
    fn parts(self) -> (Spoken, T, Gaps) {
        let spoken = Spoken { partition: self.partition, account: self.account, region: self.region };
        (spoken, self.facts, self.gaps)
    }
}

/// Reads a record of facts; the gaps of those who have any are put back.
pub(super) fn facts<T: Serialize + DeserializeOwned>(text: &str) -> Result<(Spoken, T), Wrong> {
    // A glance decides: only a record with gaps is looked at twice.
    let direct = || match serde_json::from_str::<Facts<T>>(text) {
        Ok(facts) => Ok(facts.parts()),
        // A null in a map of texts is no text; the error of anything else keeps its place.
        Err(error) => match without_nulls(text.as_bytes()).map(|clean| serde_json::from_slice::<Facts<T>>(&clean)) {
            Some(Ok(facts)) => Ok(facts.parts()),
            _ => Err(error),
        },
    };
    if !text.contains("\"gaps\"") && !text.contains("\"$gap\"") {
        let (spoken, facts, _) = direct()?;
        return Ok((spoken, facts));
    }
    let (spoken, body, hidden) = serde_json::from_str::<Facts<&RawValue>>(text)?.parts();
    if has_gap_key(body.get()) {
        return Err(Fault::Expected("gaps to stand in the record's \"gaps\", not among its facts").into());
    }
    if hidden.is_empty() {
        let (spoken, facts, _) = direct()?;
        return Ok((spoken, facts));
    }
    match gaps::restored(body.get(), &hidden) {
        Ok(facts) => Ok((spoken, facts)),
        // Of what is wrong without the gaps too, the place can be told.
        Err(fault) => Err(direct().err().map_or_else(|| fault.into(), Wrong::from)),
    }
}

fn has_gap_key(json: &str) -> bool {
    json.match_indices("\"$gap\"").any(|(at, key)| json[at + key.len()..].trim_start().starts_with(':'))
}

/// `listed`: a collection, read to its end or not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    #[serde(rename = "record")]
    _record: IgnoredAny,
    pub(super) kind: Kind,
    partition: Option<Text>,
    account: Option<Text>,
    region: Option<Text>,
    pub(super) gap: Option<Gap>,
}

/// `asked`: one thing, asked for by name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(rename = "record")]
    _record: IgnoredAny,
    pub(super) kind: Kind,
    partition: Option<Text>,
    account: Option<Text>,
    region: Option<Text>,
    pub(super) id: Text,
    pub(super) found: Option<bool>,
    pub(super) absent: Option<Absent>,
    pub(super) gap: Option<Gap>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Absent {
    pub(super) action: String,
    pub(super) code: String,
}

impl Listed {
    pub(super) fn spoken(&mut self) -> Spoken {
        Spoken { partition: self.partition.take(), account: self.account.take(), region: self.region.take() }
    }
}

impl Asked {
    pub(super) fn spoken(&mut self) -> Spoken {
        Spoken { partition: self.partition.take(), account: self.account.take(), region: self.region.take() }
    }
}
