//! What a call carries: the request context.

use crate::model::Text;

/// The condition keys of a call, by name without regard to case. A key that is not
/// mentioned may be there or not, with any value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    /// In the order of their names, which are in lower case.
    keys: Vec<(String, Key)>,
}

/// What is known about one condition key.
#[derive(Debug, Clone, PartialEq)]
enum Key {
    Present(Vec<Text>),
    Perhaps(Vec<Text>),
    Absent,
}

/// A look at one condition key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Carried<'a> {
    Present(&'a [Text]),
    /// If the call carries it at all, then with these values.
    Perhaps(&'a [Text]),
    Absent,
    Unknown,
}

impl Context {
    pub fn new() -> Self {
        Context::default()
    }

    /// The call carries `key` with these values.
    #[must_use]
    pub fn with(self, key: &str, values: impl IntoIterator<Item = Text>) -> Self {
        self.set(key, Key::Present(values.into_iter().collect()))
    }

    /// Whether the call carries `key` is not known, but no other values are possible.
    #[must_use]
    pub fn perhaps(self, key: &str, values: impl IntoIterator<Item = Text>) -> Self {
        self.set(key, Key::Perhaps(values.into_iter().collect()))
    }

    /// The call does not carry `key`.
    #[must_use]
    pub fn without(self, key: &str) -> Self {
        self.set(key, Key::Absent)
    }

    fn set(mut self, key: &str, value: Key) -> Self {
        let name = key.to_ascii_lowercase();
        match self.keys.binary_search_by(|(other, _)| other.cmp(&name)) {
            Ok(at) => self.keys[at].1 = value,
            Err(at) => self.keys.insert(at, (name, value)),
        }
        self
    }

    /// API Gateway calling a function under its own name, for one API.
    ///
    /// The keys about the calling principal (`aws:PrincipalOrgID`, `aws:PrincipalArn`,
    /// `aws:PrincipalAccount`, …) stay unknown: AWS describes them for identities of an
    /// account and does not say what a service principal carries.
    pub fn apigateway(source_arn: Text, source_account: Text) -> Self {
        Context::new()
            .with("aws:SourceArn", [source_arn])
            .with("aws:SourceAccount", [source_account])
            .with("aws:PrincipalIsAWSService", [Text::new("true")])
            .with("aws:PrincipalServiceName", [Text::new("apigateway.amazonaws.com")])
            .not_through_a_url()
    }

    /// API Gateway assuming the role of an integration or authorizer.
    ///
    /// One field report says that such a call carries no `aws:SourceAccount`. So neither
    /// source key is taken as present, but no API of another account can be in them.
    pub fn apigateway_assuming(source_arn: Text, source_account: Text) -> Self {
        Context::new()
            .perhaps("aws:SourceArn", [source_arn])
            .perhaps("aws:SourceAccount", [source_account])
            .with("aws:PrincipalIsAWSService", [Text::new("true")])
            .with("aws:PrincipalServiceName", [Text::new("apigateway.amazonaws.com")])
    }

    /// A call with the credentials of an assumed role. For a role session
    /// `aws:PrincipalArn` is the role, not the session, and there is no `aws:username`.
    pub fn role(arn: Text, account: Text) -> Self {
        Context::new()
            .with("aws:PrincipalArn", [arn])
            .with("aws:PrincipalAccount", [account])
            .with("aws:PrincipalType", [Text::new("AssumedRole")])
            .with("aws:PrincipalIsAWSService", [Text::new("false")])
            .without("aws:username")
            .not_through_a_url()
    }

    /// Function URLs have grants of their own in the same policies. Whether an ordinary
    /// invocation carries the first key is not said; the second is no key of InvokeFunction.
    fn not_through_a_url(self) -> Self {
        self.perhaps("lambda:InvokedViaFunctionUrl", [Text::new("false")]).without("lambda:FunctionUrlAuthType")
    }

    pub(super) fn get(&self, key: &str) -> Carried<'_> {
        let same = |(name, key): (u8, u8)| name == key.to_ascii_lowercase();
        let called = |name: &str| name.len() == key.len() && name.bytes().zip(key.bytes()).all(same);
        let found = self.keys.iter().find(|(name, _)| called(name));
        match found.map(|(_, key)| key) {
            Some(Key::Present(values)) => Carried::Present(values),
            Some(Key::Perhaps(values)) => Carried::Perhaps(values),
            Some(Key::Absent) => Carried::Absent,
            None => Carried::Unknown,
        }
    }
}
