//! What a rule says of a hop.

use crate::analysis::Tri;
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Subject};

/// `?` on a verdict is the request stopping there.
pub type Verdict = Result<Pass, Stop>;

/// The request gets past this question, and this is why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pass {
    pub why: Vec<Evidence>,
}

/// The request does not get past, or it is not known whether it does.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// The question does not arise here.
    NotApplicable,
    /// Faults: it dies. Only gaps: unknown. Both: both are told.
    Not { faults: Vec<Fault>, gaps: Vec<Gap> },
}

/// Why a request dies.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// One sentence that holds for every request with the same subject and reason.
    pub says: String,
    /// What is wrong, so that equal faults of many requests become one finding.
    pub subject: Subject,
    /// Tells apart the ways in which one rule can fail, in kebab case.
    pub reason: &'static str,
    /// The statement, rule or group that decided, where one did.
    pub decided_by: String,
    pub reach: Reach,
    pub evidence: Vec<Evidence>,
    pub help: String,
    pub fix: Fix,
    /// Where its rule's faults do not all look alike, what this one looks like.
    pub symptoms: &'static [Symptom],
}

/// What a client sees, and what the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Symptom {
    /// The API flavours that show it.
    #[serde(skip)]
    pub of: &'static [Protocol],
    /// A status, `5xx` where the catalogue is not certain; of a WebSocket API, that of the handshake.
    pub status: &'static str,
    pub body: &'static str,
    /// The line of the execution log (REST, WebSocket) or the access log's
    /// `$context.integrationErrorMessage` (HTTP).
    pub log: &'static str,
}

/// Whom a fault meets, and so what is seen of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// Who waits for a response, also to the handshake of a WebSocket.
    Asking(Protocol),
    /// Who is to be let in by an authorizer first.
    Entering(Protocol),
    /// On an open WebSocket.
    Connected,
    /// `$disconnect` runs when the connection is closed.
    Gone,
}

impl Client {
    pub fn protocol(self) -> Protocol {
        match self {
            Client::Asking(protocol) | Client::Entering(protocol) => protocol,
            Client::Connected | Client::Gone => Protocol::WebSocket,
        }
    }
}

/// Which of the matching requests die. Severity follows from it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    EveryRequest,
    /// Some of them, or it is likely rather than certain.
    SomeRequests {
        when: String,
    },
    UnderLoad,
    /// After an event, such as the next deployment.
    After {
        event: String,
    },
}

/// The change that mends it, in the ways people make changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fix {
    /// Commands of the AWS CLI, quoted for a POSIX shell, one a line.
    pub cli: Option<String>,
    pub cloudformation: Option<String>,
    /// In place of `cloudformation`, where that template is at hand.
    pub grant: Option<Grant>,
    pub terraform: Option<String>,
}

/// A grant that a template lacks: what it is called there, when it is made and how it is written is the template's to say.
/// Things are named as [`Place`](crate::model::Place)s name them.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    pub api: String,
    pub function: String,
    /// How a template calls the function that does not make it.
    pub function_name: Option<String>,
    /// Who calls, if not the API's integrations.
    pub authorizer: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl Reach {
    pub fn severity(&self) -> Severity {
        match self {
            Reach::EveryRequest => Severity::Error,
            Reach::SomeRequests { .. } | Reach::UnderLoad | Reach::After { .. } => Severity::Warning,
        }
    }
}

impl Fault {
    /// A fault that every matching request dies of.
    pub fn new(reason: &'static str, subject: Subject, says: impl Into<String>) -> Fault {
        Fault {
            says: says.into(),
            subject,
            reason,
            decided_by: String::new(),
            reach: Reach::EveryRequest,
            evidence: Vec::new(),
            help: String::new(),
            fix: Fix::default(),
            symptoms: &[],
        }
    }

    #[must_use]
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// Only some of the requests die, or it is likely rather than certain.
    #[must_use]
    pub fn when(self, when: impl Into<String>) -> Self {
        self.reach(Reach::SomeRequests { when: when.into() })
    }

    #[must_use]
    pub fn decided_by(mut self, what: impl Into<String>) -> Self {
        self.decided_by = what.into();
        self
    }

    #[must_use]
    pub fn because(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    #[must_use]
    pub fn looks_like(self, symptoms: &'static [Symptom]) -> Self {
        Fault { symptoms, ..self }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// A command by its words, after those that were given before, for the subject's
    /// region. Names come from accounts, so none is trusted unquoted.
    #[must_use]
    pub fn cli(mut self, words: &[&str]) -> Self {
        // What only a deployment knows cannot be typed.
        if words.iter().any(|word| word.contains(char::is_control) || word.contains("${")) {
            return self;
        }
        let region = self.subject.scope.region.lit().filter(|region| !region.is_empty());
        let region = region.filter(|_| !words.contains(&"--region")).map(|region| ["--region", region]);
        let words: Vec<String> = words.iter().copied().chain(region.into_iter().flatten()).map(quoted).collect();
        let before = self.fix.cli.take().map(|before| before + "\n").unwrap_or_default();
        self.fix.cli = Some(before + &words.join(" "));
        self
    }

    #[must_use]
    pub fn cloudformation(mut self, property: impl Into<String>) -> Self {
        self.fix.cloudformation = Some(property.into());
        self
    }

    #[must_use]
    pub fn grant(mut self, grant: Grant) -> Self {
        self.fix.grant = Some(grant);
        self
    }

    #[must_use]
    pub fn terraform(mut self, argument: impl Into<String>) -> Self {
        self.fix.terraform = Some(argument.into());
        self
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Not { faults: vec![fault], gaps: Vec::new() }
    }
}

impl From<Gap> for Stop {
    fn from(gap: Gap) -> Self {
        Stop::Not { faults: Vec::new(), gaps: vec![gap] }
    }
}

impl From<Vec<Gap>> for Stop {
    fn from(gaps: Vec<Gap>) -> Self {
        Stop::Not { faults: Vec::new(), gaps }
    }
}

/// The request passes because of this.
pub fn passes(why: impl Into<String>) -> Verdict {
    Ok(Pass { why: vec![Evidence::because(why, Vec::new())] })
}

/// Turns an engine's answer into a verdict; `fault` is made from the proof of a No.
pub fn judge<P>(answer: Tri<P>, why: impl FnOnce(P) -> String, fault: impl FnOnce(P) -> Fault) -> Verdict {
    match answer {
        Tri::Yes(proof) => passes(why(proof)),
        Tri::No(proof) => Err(fault(proof).into()),
        Tri::Unknown(gaps) => Err(gaps.into()),
    }
}

/// The request must get past every one: dies beats unknown beats passes, and neither
/// hides the other. Members that do not apply are ignored.
pub fn all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let (mut why, mut faults, mut gaps, mut applied) = (Vec::new(), Vec::new(), Vec::new(), false);
    for verdict in verdicts {
        match verdict {
            Err(Stop::NotApplicable) => continue,
            Ok(pass) => why.extend(pass.why),
            Err(Stop::Not { faults: more_faults, gaps: more_gaps }) => {
                faults.extend(more_faults);
                gaps.extend(more_gaps);
            }
        }
        applied = true;
    }
    match applied {
        false => Err(Stop::NotApplicable),
        true if faults.is_empty() && gaps.is_empty() => Ok(Pass { why }),
        true => Err(Stop::Not { faults, gaps }),
    }
}

/// One way through is enough: passes beats unknown beats dies.
pub fn any(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let (mut faults, mut gaps, mut applied) = (Vec::new(), Vec::new(), false);
    for verdict in verdicts {
        match verdict {
            Err(Stop::NotApplicable) => continue,
            Ok(pass) => return Ok(pass),
            // A way that is proven shut stays shut, whatever else is unknown about it.
            Err(Stop::Not { faults: more, gaps: _ }) if !more.is_empty() => faults.extend(more),
            Err(Stop::Not { faults: _, gaps: more }) => gaps.extend(more),
        }
        applied = true;
    }
    match applied {
        false => Err(Stop::NotApplicable),
        true if gaps.is_empty() => Err(Stop::Not { faults, gaps }),
        true => Err(Stop::Not { faults: Vec::new(), gaps }),
    }
}
