//! API units at rest: compressed, so that an account's APIs fit where a few would.

use crate::model::unit::{RestUnit, V2Unit};
use crate::model::{ApiUnit, Scope};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use miette::IntoDiagnostic;
use std::io::Read;

/// One unit as compressed JSON.
pub(super) struct Packed {
    scope: Scope,
    is_rest: bool,
    bytes: Box<[u8]>,
}

impl Packed {
    pub(super) fn pack(unit: &ApiUnit) -> std::io::Result<Packed> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        match unit {
            ApiUnit::Rest(unit) => serde_json::to_writer(&mut encoder, &unit.facts)?,
            ApiUnit::V2(unit) => serde_json::to_writer(&mut encoder, &unit.facts)?,
        }
        let is_rest = matches!(unit, ApiUnit::Rest(_));
        Ok(Packed { scope: unit.scope().clone(), is_rest, bytes: encoder.finish()?.into() })
    }

    pub(super) fn unpack(self) -> miette::Result<ApiUnit> {
        let mut json = String::new();
        DeflateDecoder::new(&*self.bytes).read_to_string(&mut json).into_diagnostic()?;
        let scope = self.scope;
        Ok(if self.is_rest {
            ApiUnit::Rest(RestUnit { scope, facts: serde_json::from_str(&json).into_diagnostic()?, planned: false })
        } else {
            ApiUnit::V2(V2Unit { scope, facts: serde_json::from_str(&json).into_diagnostic()?, planned: false })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::unit::{RestContent, RestDeployed, RestFacts};
    use crate::model::{Gap, Seen, rest};

    #[test]
    fn what_is_unpacked_is_what_was_packed() {
        let canary =
            rest::CanarySettings { percent_traffic: Seen::Unknown(Gap::not_readable("zero")), ..Default::default() };
        let stage = rest::Stage {
            stage_name: "prod".into(),
            variables: Seen::Set([("fn".into(), "orders".into())].into()),
            canary_settings: Seen::Set(canary),
            ..Default::default()
        };
        let gap = Gap::Denied { action: "apigateway:GET".into(), on: "arn".into() };
        let draft = RestContent { resources: Seen::Unknown(gap.clone()), authorizers: Seen::Set(Vec::new()) };
        let deployed = RestDeployed { deployment_id: "d".into(), content: Seen::Set(draft.clone()) };
        let facts = RestFacts {
            api: rest::RestApi { id: "a".into(), name: Seen::Set("é".into()), ..Default::default() },
            stages: Seen::Set(vec![stage]),
            draft,
            deployed: vec![deployed],
        };
        let unit = ApiUnit::Rest(RestUnit { scope: Scope::new("aws", "1", "eu-west-1"), facts, planned: false });
        assert_eq!(Packed::pack(&unit).unwrap().unpack().unwrap(), unit);
    }
}
