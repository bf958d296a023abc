//! What a user asks of a live account.

/// Which of the two configurations of an API is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Both,
    /// What stages serve.
    Deployed,
    /// What the next deployment will serve.
    Draft,
}

impl View {
    pub(super) fn deployed(self) -> bool {
        self != View::Draft
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Wins over credentials in the environment, as with the AWS CLI.
    pub profile: Option<String>,
    /// Empty: the one that the SDK finds in the environment or the profile.
    pub regions: Vec<String>,
    /// One endpoint for all services: an emulator.
    pub endpoint_url: Option<String>,
    /// Ids or names; empty: all.
    pub apis: Vec<String>,
    /// Names; empty: all. APIs without any of them are left out.
    pub stages: Vec<String>,
    pub view: View,
    /// The share of each published quota that may be used, in percent: 1 to 100.
    pub rate_percent: f64,
    /// A role to assume first.
    pub role_arn: Option<String>,
    pub external_id: Option<String>,
    /// No progress on stderr, even on a terminal.
    pub quiet: bool,
}

impl Default for Ask {
    fn default() -> Self {
        Ask {
            profile: None,
            regions: Vec::new(),
            endpoint_url: None,
            apis: Vec::new(),
            stages: Vec::new(),
            view: View::Both,
            rate_percent: 50.0,
            role_arn: None,
            external_id: None,
            quiet: false,
        }
    }
}

impl Ask {
    pub(super) fn wants_api(&self, id: &str, name: Option<&str>) -> bool {
        self.apis.is_empty() || self.apis.iter().any(|api| api == id || Some(api.as_str()) == name)
    }

    pub(super) fn wants_stage(&self, name: &str) -> bool {
        self.stages.is_empty() || self.stages.iter().any(|stage| stage == name)
    }
}
