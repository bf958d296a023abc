//! What a person may choose from.

use crate::model::ApiEntry;
use std::collections::{BTreeMap, BTreeSet};

/// The names of APIs and stages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    /// By id: the name, or the id of what has none.
    pub apis: BTreeMap<String, String>,
    pub stages: BTreeSet<String>,
}

impl Names {
    pub fn api(&mut self, id: String, name: Option<String>) {
        let name = name.unwrap_or_else(|| id.clone());
        self.apis.insert(id, name);
    }

    pub fn add(&mut self, other: Names) {
        self.apis.extend(other.apis);
        self.stages.extend(other.stages);
    }

    pub fn read(&mut self, directory: &[ApiEntry]) {
        for entry in directory {
            self.api(entry.id.to_string(), entry.name.set().map(ToString::to_string));
            self.stages.extend(entry.stages.set().into_iter().flatten().map(ToString::to_string));
        }
    }
}
