//! Amazon resource names.

use super::Scope;
use crate::model::Text;
use std::fmt;

/// An ARN by its six parts; any of them may have holes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    pub partition: Text,
    pub service: Text,
    pub region: Text,
    pub account: Text,
    /// All after the fifth colon, colons included.
    pub resource: Text,
}

impl Arn {
    /// `None` if the text is no ARN, or if a hole makes its parts undecidable.
    pub fn parse(text: &Text) -> Option<Arn> {
        if let Some(lit) = text.lit() {
            let mut parts = lit.strip_prefix("arn:")?.splitn(5, ':').map(Text::from);
            let mut next = || parts.next();
            let (partition, service, region, account, resource) = (next()?, next()?, next()?, next()?, next()?);
            return Some(Arn { partition, service, region, account, resource });
        }
        let rest = text.strip_prefix("arn:")?;
        let (partition, rest) = rest.split_once(':')?;
        let (service, rest) = rest.split_once(':')?;
        let (region, rest) = rest.split_once(':')?;
        let (account, resource) = rest.split_once(':')?;
        Some(Arn { partition, service, region, account, resource })
    }

    pub fn new(service: &str, scope: &Scope, resource: impl Into<Text>) -> Arn {
        Arn {
            partition: scope.partition.clone(),
            service: service.into(),
            region: scope.region.clone(),
            account: scope.account.clone(),
            resource: resource.into(),
        }
    }

    /// Where it says it lives; parts that the ARN leaves empty come from `home`.
    pub fn scope(&self, home: &Scope) -> Scope {
        let or = |part: &Text, home: &Text| if part.is_empty() { home.clone() } else { part.clone() };
        Scope {
            partition: or(&self.partition, &home.partition),
            account: or(&self.account, &home.account),
            region: self.region.clone(),
        }
    }

    pub fn text(&self) -> Text {
        let colon = Text::new(":");
        let parts = [&self.partition, &self.service, &self.region, &self.account, &self.resource];
        parts.into_iter().fold(Text::new("arn"), |arn, part| arn.join(&colon).join(part))
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}
