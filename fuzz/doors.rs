//! What must hold for any input of gatelint's parsers.
//!
//! One function a parser, each a law over bytes that an attacker chose. The fuzz targets
//! call them without end, and `tests/corpora.rs` on every file of the corpora.
//!
//! Inputs are text, a question a line. In ARNs and URIs `{a}`, `{d}`, `{i}`, `{s}`, `{n}`
//! and `{p}` stand for holes of the six charsets.

#![allow(dead_code, unreachable_pub, reason = "a fuzz target uses one door, the replay all")]
#![allow(clippy::expect_used, clippy::panic, clippy::unreachable, reason = "a law is asserted")]

use gatelint::analysis::iam::{self, Call, Caller, Context, Identity, Labelled, Policies, Proof};
use gatelint::analysis::net::{Addresses, Endpoint, Groups};
use gatelint::analysis::{Tri, regex, vtl};
use gatelint::model::ec2::{Ipv6Block, Subnet};
use gatelint::model::policy::{Many, Policy, Principal, Scalar, Statement};
use gatelint::model::refs::{Arn, Backend, Thing, backend_of, substitute, undefined, wants};
use gatelint::model::rest::{Integration, Method, Resource, Stage};
use gatelint::model::unit::{RestContent, RestFacts, RestUnit};
use gatelint::model::{ApiUnit, Charset, Gap, Hole, Part, Scope, Seen, Text};
use gatelint::run;
use gatelint::source::cloudformation::sam::{Include, SamError, transform};
use gatelint::source::cloudformation::{Evaluator, Given, Template, World};
use gatelint::source::files::{Deployment, Project};
use gatelint::source::tree::{self, Document, Is, Node, Span};
use std::collections::BTreeSet;
use std::net::IpAddr;

pub type Door = fn(&[u8]);

pub const DOORS: &[(&str, Door)] = &[
    ("arn", arn),
    ("cidr", cidr),
    ("json", json),
    ("pattern", pattern),
    ("policy", policy),
    ("sam", sam),
    ("template", template),
    ("uri", uri),
    ("yaml", yaml),
];

const ACCOUNT: &str = "111122223333";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:111122223333:function:orders";
const SOURCE: &str = "arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders";

/// Policy documents: writing gives back what was read, and against a fixed call an
/// explicit deny always wins, one more allow takes nothing away, and an Unknown says why.
pub fn policy(data: &[u8]) {
    let Ok(json) = std::str::from_utf8(data) else { return };
    let Ok(policy) = Policy::parse(json) else { return };
    let written = serde_json::to_string(&policy).expect("a policy can be written");
    assert_eq!(Policy::parse(&written).expect("what was written can be read"), policy);
    let asks: [fn(&Policy) -> char; 3] = [of_a_resource, of_trust, of_an_identity];
    for (i, ask) in asks.into_iter().enumerate() {
        let answer = ask(&policy);
        let everything = |effect: &str| {
            let all = || Some(Many::One(Text::new("*")));
            let everything = Statement {
                effect: Some(effect.into()),
                principal: (i < 2).then(|| Principal::Any("*".into())),
                action: all(),
                resource: if i == 1 { None } else { all() },
                ..Statement::default()
            };
            let statements = policy.statement.iter().cloned().chain([everything]).collect();
            ask(&Policy { statement: Many::List(statements), version: None, ..policy.clone() })
        };
        // What AWS would not accept as a policy stays unknown whatever stands beside it.
        let denied = everything("Deny");
        assert!(denied == 'n' || (answer == '?' && denied == '?'), "an explicit deny wins");
        // Without its Version a policy says something else where it has variables.
        if answer == 'y' && policy.version.is_none() {
            assert_eq!(everything("Allow"), 'y', "an allow takes nothing away");
        }
    }
}

fn of_a_resource(policy: &Policy) -> char {
    of_the_resource(policy, &invocation(FUNCTION.into(), SOURCE.into()))
}

fn of_the_resource(policy: &Policy, call: &Call) -> char {
    let document = Seen::Set(policy.clone());
    let on_it = iam::Resource::Policy(Labelled { label: "the policy", document: &document });
    told(&iam::may(&Policies { resource: Some(on_it), ..Policies::default() }, call))
}

fn of_trust(policy: &Policy) -> char {
    let call = Call {
        principal: service(),
        action: "sts:AssumeRole".into(),
        resource: "arn:aws:iam::111122223333:role/gateway".into(),
        context: Context::apigateway_assuming(SOURCE.into(), ACCOUNT.into()),
    };
    let document = Seen::Set(policy.clone());
    let on_it = iam::Resource::Trust(Labelled { label: "the policy", document: &document });
    told(&iam::may(&Policies { resource: Some(on_it), ..Policies::default() }, &call))
}

fn of_an_identity(policy: &Policy) -> char {
    let role = Text::new("arn:aws:iam::111122223333:role/gateway");
    let call = Call {
        principal: Caller::role(role.clone(), ACCOUNT.into()),
        action: "lambda:InvokeFunction".into(),
        resource: FUNCTION.into(),
        context: Context::role(role, ACCOUNT.into()),
    };
    let document = Seen::Set(policy.clone());
    let own = [Labelled { label: "the policy", document: &document }];
    let none = iam::Resource::Policy(Labelled { label: "none", document: &Seen::Unset });
    let identity = Some(Identity { policies: &own, boundary: None });
    let policies = Policies { identity, resource: Some(none), ..Policies::default() };
    told(&iam::may(&policies, &call))
}

fn service() -> Caller {
    Caller::Service { name: "apigateway.amazonaws.com", account: ACCOUNT.into() }
}

fn invocation(resource: Text, source: Text) -> Call {
    let context = Context::apigateway(source, ACCOUNT.into());
    Call { principal: service(), action: "lambda:InvokeFunction".into(), resource, context }
}

fn mark<P>(answer: &Tri<P>) -> char {
    match answer {
        Tri::Yes(_) => 'y',
        Tri::No(_) => 'n',
        Tri::Unknown(gaps) => {
            assert!(!gaps.is_empty(), "an Unknown says why");
            '?'
        }
    }
}

/// The mark of an answer whose proof says all that it says on request, and of one statement.
fn told(answer: &Tri<Proof>) -> char {
    if let Tri::Yes(proof) | Tri::No(proof) = answer {
        assert!(!proof.sentence().is_empty(), "a proof is a sentence");
        let within = proof.statement().is_none_or(|it| proof.pointer().is_some_and(|at| at.starts_with(&it.pointer())));
        assert!(within, "what failed is outside of its statement");
        if let Proof::NoMatch { nearest: Some(nearest) } = proof {
            std::hint::black_box(nearest.miss());
        }
    }
    mark(answer)
}

/// ARNs (a text, a pattern, a filling): six parts make the text again; a pattern matches
/// what a naive matcher says; filling a hole flips no answer. Short inputs only: beyond
/// a length the engine answers Unknown, and a filling can go beyond it.
pub fn arn(data: &[u8]) {
    if data.len() > 512 {
        return;
    }
    let Some([text, pattern, filling]) = lines(data) else { return };
    let filling = filling.get(..filling.len().min(8)).unwrap_or_default();
    let (text, pattern) = (with_holes(text, "text"), with_holes(pattern, "pattern"));
    match (Arn::parse(&text), text.lit()) {
        (Some(arn), _) => {
            assert_eq!(arn.text(), text);
            assert_eq!(arn.to_string(), text.to_string());
            let filled = Arn::parse(&filled(&text, filling)).expect("a filled ARN has six parts");
            assert_eq!(filled.text(), self::filled(&text, filling));
        }
        (None, Some(lit)) => assert!(!lit.starts_with("arn:") || lit.matches(':').count() < 5, "{lit}"),
        (None, None) => {}
    }
    for operator in ["StringLike", "ArnLike"] {
        let answer = like(operator, &pattern, &text);
        let (pattern, text) = (filled(&pattern, filling), filled(&text, filling));
        let full = like(operator, &pattern, &text);
        assert!(answer == '?' || answer == full, "{operator}: a filling flips {answer} to {full}");
        let (Some(pattern), Some(text)) = (pattern.lit(), text.lit()) else { unreachable!("all holes are filled") };
        let (pattern_parts, text_parts) = (parts(pattern), parts(text));
        let naive = match operator {
            "StringLike" => glob(pattern, text),
            _ if pattern_parts.len() < 6 => continue,
            _ => text_parts.len() == 6 && pattern_parts.iter().zip(&text_parts).all(|(p, t)| glob(p, t)),
        };
        assert_eq!(full, if naive { 'y' } else { 'n' }, "{operator} {pattern:?} {text:?}");
    }
    let answer = names(&pattern, &text);
    let full = names(&filled(&pattern, filling), &filled(&text, filling));
    assert!(answer == '?' || answer == full, "Resource: a filling flips {answer} to {full}");
}

fn parts(arn: &str) -> Vec<&str> {
    arn.splitn(6, ':').collect()
}

/// Does a condition with this value hold for a call whose source is this text?
fn like(operator: &str, pattern: &Text, text: &Text) -> char {
    let values = [("aws:SourceArn".into(), Many::One(Scalar::Text(pattern.clone())))].into();
    let statement = Statement { condition: [(operator.into(), values)].into(), ..allow(Text::new("*")) };
    judged(statement, FUNCTION.into(), text.clone())
}

/// Does a `Resource` of this form name this resource?
fn names(pattern: &Text, text: &Text) -> char {
    judged(allow(pattern.clone()), text.clone(), SOURCE.into())
}

fn allow(resource: Text) -> Statement {
    Statement {
        effect: Some("Allow".into()),
        principal: Some(Principal::Any("*".into())),
        action: Some(Many::One("*".into())),
        resource: Some(Many::One(resource)),
        ..Statement::default()
    }
}

fn judged(statement: Statement, resource: Text, source: Text) -> char {
    // This Version has no policy variables, so a `$` is a `$`.
    let policy = Policy { version: Some("2008-10-17".into()), statement: Many::One(statement), ..Policy::default() };
    of_the_resource(&policy, &invocation(resource, source))
}

/// `*` any characters, `?` one, by the book: each row from the one before.
fn glob(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    for p in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        next[0] = row[0] && p == '*';
        for i in 0..text.len() {
            next[i + 1] = match p {
                '*' => row[i + 1] || next[i],
                '?' => row[i],
                _ => row[i] && p == text[i],
            };
        }
        row = next;
    }
    row[text.len()]
}

/// Blocks of addresses (a block, an address): a block is read exactly if it has the one
/// spelling, its host bits are gone, and it holds the addresses that share its prefix.
pub fn cidr(data: &[u8]) {
    let Some([block, address, _]) = lines(data) else { return };
    let wanted = block.split_once('/').and_then(|(address, length)| {
        let (address, length) = (address.parse::<IpAddr>().ok()?, length.parse::<u8>().ok()?);
        let spelling = block.ends_with(&format!("/{length}"));
        (spelling && length <= bits(address).1).then_some((address, length))
    });
    let Some((base, length)) = wanted else {
        assert_eq!(read_block(block, false), None, "{block}");
        return assert_eq!(read_block(block, true), None, "{block}");
    };
    for v6 in [false, true] {
        let found = read_block(block, v6).unwrap_or_else(|| panic!("{block} is a block"));
        assert_eq!(read_block(&found, v6).as_ref(), Some(&found), "print and parse");
        let (network, found_length) = found.split_once('/').expect("a length");
        assert_eq!(found_length, length.to_string());
        let (value, width) = bits(network.parse().expect("an address"));
        let host = u128::MAX.checked_shr(128 - u32::from(width - length)).unwrap_or(0);
        assert_eq!(value & host, 0, "{block}: host bits");
        assert_eq!(value, bits(base).0 & !host, "{block}: network bits");
        let Ok(address) = address.parse::<IpAddr>() else { continue };
        let holds = bits(address).1 == width && bits(address).0 & !host == value;
        let net = Addresses::Any { block: found.parse().expect("a block"), gap: hidden() }.block();
        assert_eq!(net.contains(&address), holds, "{block} {address}");
    }
}

fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn hidden() -> Gap {
    Gap::not_readable("which address it has")
}

/// The block as a subnet's own, printed, or `None` where the engine could not read it.
fn read_block(text: &str, v6: bool) -> Option<String> {
    let block = Seen::Set(Text::from(text));
    let subnet = if v6 {
        let association = Ipv6Block { ipv6_cidr_block: block };
        Subnet { ipv6_cidr_block_association_set: Seen::Set(vec![association]), ..Subnet::default() }
    } else {
        Subnet { cidr_block: block, ..Subnet::default() }
    };
    let endpoint = Endpoint::somewhere_in("an interface", &subnet, Groups::None, hidden());
    match endpoint.addresses.as_slice() {
        [Addresses::Any { block, gap }] => (*gap == hidden()).then(|| block.to_string()),
        other => panic!("one block: {other:?}"),
    }
}

/// Integration URIs (a URI, a filling, a variable's value): what a URI means does not
/// change when a hole is filled with a plain name, a function's URI can be written again
/// from what was read, and variables are either replaced or known to be missing.
pub fn uri(data: &[u8]) {
    let Some([uri, filling, variable]) = lines(data) else { return };
    let text = with_holes(uri, "uri");
    let vars = Seen::Set([("v".into(), with_holes(variable, "variable"))].into());
    let (replaced, missing) = (substitute(&text, &vars), undefined(&text, &vars));
    if text.lit().is_some() && !variable.contains('{') {
        assert_eq!(missing.is_some(), replaced.lit().is_none(), "{uri}: {missing:?}");
    }
    assert_eq!(substitute(&text, &Seen::Set(Default::default())), substitute(&text, &Seen::Unset));
    let home = Scope::new("aws", ACCOUNT, "us-east-1");
    let found = backend_of(&replaced, &home);
    let plain: String = filling.chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit()).collect();
    let plain = if plain.is_empty() { "0".to_owned() } else { plain };
    let full = backend_of(&filled(&replaced, &plain), &home);
    if !matches!(found, Backend::Unknown(_)) {
        assert_eq!(format!("{:?}", filled_backend(&found, &plain)), format!("{full:?}"), "{uri}");
    }
    match &full {
        Backend::Function(function) if function.id.lit().is_some_and(|id| id.ends_with(":$LATEST")) => {}
        Backend::Function(function) => {
            assert!(!function.id.is_empty());
            let arn = Arn::new("lambda", &function.scope, Text::new("function:").join(&function.id)).text();
            assert_eq!(backend_of(&arn, &home), full, "{arn}");
        }
        Backend::Listener(arn) | Backend::CloudMap(arn) => assert_eq!(backend_of(&arn.text(), &home), full),
        Backend::Http { tls, host, port } => {
            let scheme = if *tls { "https" } else { "http" };
            let again = Text::new(format!("{scheme}://{host}:{port}"));
            let plain = host.lit().is_some_and(|host| !host.contains(['@', ':', '/', '?', '#']));
            assert!(!plain || backend_of(&again, &home) == full, "{again}");
        }
        Backend::Service { .. } | Backend::Unknown(_) => {}
    }
    let refs = wants(Thing::Api(&api(&text, vars)), &home);
    match &found {
        Backend::Function(function) => assert!(refs.contains(function), "{uri}: {refs:?}"),
        Backend::Listener(_) => {}
        _ => assert!(refs.is_empty(), "{uri}: {refs:?}"),
    }
}

fn api(uri: &Text, vars: Seen<std::collections::BTreeMap<std::sync::Arc<str>, Text>>) -> ApiUnit {
    let integration = Integration { uri: Seen::Set(uri.clone()), ..Integration::default() };
    let method = Method { method_integration: Seen::Set(integration), ..Method::default() };
    let resource = Resource { resource_methods: [("GET".into(), Box::new(method))].into(), ..Resource::default() };
    let draft = RestContent { resources: Seen::Set(vec![resource]), ..RestContent::default() };
    let stages = Seen::Set(vec![Stage { stage_name: "prod".into(), variables: vars, ..Stage::default() }]);
    let facts = RestFacts { stages, draft, ..RestFacts::default() };
    ApiUnit::Rest(RestUnit { scope: Scope::new("aws", ACCOUNT, "us-east-1"), facts, planned: false })
}

fn filled_backend(backend: &Backend, filling: &str) -> Backend {
    let fill = |text: &Text| filled(text, filling);
    match backend.clone() {
        Backend::Function(mut function) => {
            function.id = fill(&function.id);
            function.scope = filled_scope(&function.scope, filling);
            Backend::Function(function)
        }
        Backend::Service { service, region, call } => {
            Backend::Service { service: fill(&service), region: fill(&region), call: fill(&call) }
        }
        Backend::Listener(arn) => Backend::Listener(filled_arn(&arn, filling)),
        Backend::CloudMap(arn) => Backend::CloudMap(filled_arn(&arn, filling)),
        Backend::Http { tls, host, port } => Backend::Http { tls, host: fill(&host), port },
        Backend::Unknown(gap) => Backend::Unknown(gap),
    }
}

fn filled_scope(scope: &Scope, filling: &str) -> Scope {
    Scope {
        partition: filled(&scope.partition, filling),
        account: filled(&scope.account, filling),
        region: filled(&scope.region, filling),
    }
}

fn filled_arn(arn: &Arn, filling: &str) -> Arn {
    Arn {
        partition: filled(&arn.partition, filling),
        service: filled(&arn.service, filling),
        region: filled(&arn.region, filling),
        account: filled(&arn.account, filling),
        resource: filled(&arn.resource, filling),
    }
}

/// Java patterns (a pattern, then texts): an error points into the pattern, and a pattern
/// that is taken answers alike when it is quantified to once, put in a group, or offered twice.
pub fn pattern(data: &[u8]) {
    let Ok(input) = std::str::from_utf8(data) else { return };
    let mut lines = input.split('\n');
    let source = lines.next().unwrap_or_default();
    let pattern = match regex::validate(source) {
        Ok(pattern) => pattern,
        Err(error) => {
            assert!(source.is_char_boundary(error.index) && !error.what.is_empty(), "{error}");
            return;
        }
    };
    // In a comment the bracket would be lost, in a quotation it would be text.
    let plain = !source.contains(['#', '\\']);
    let grouped = if plain { regex::validate(&format!("(?:{source})")).ok() } else { None };
    let doubled = if plain { regex::validate(&format!("(?:{source})|(?:{source})")).ok() } else { None };
    for text in lines.take(3) {
        let answer = mark(&regex::matches(&pattern, text));
        if let Some(grouped) = &grouped {
            assert_eq!(mark(&regex::matches(grouped, text)), answer, "in a group: {source:?} {text:?}");
        }
        if let Some(doubled) = &doubled {
            let twice = mark(&regex::matches(doubled, text));
            assert!(twice == answer || twice == '?', "twice: {source:?} {text:?}");
        }
    }
    let literal: String = source.chars().filter(|c| c.is_alphanumeric()).collect();
    let quoted = regex::validate(&format!("\\Q{literal}\\E")).expect("quoted text is a pattern");
    assert_eq!(mark(&regex::matches(&quoted, &literal)), 'y', "quoted");
    assert_eq!(mark(&regex::matches(&quoted, &format!("{literal}x"))), 'n', "quoted, and more");
}

/// Mapping templates: an error points into the template, printing and analysing what was
/// read never panics, and the answers keep to their laws. That printing and reading undo
/// each other is a property test's: text that begins like syntax and is none has no
/// spelling of its own.
pub fn template(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    match vtl::parse(source) {
        Ok(parsed) => {
            assert!(parsed.beyond.iter().all(|it| source.get(it.span.start..it.span.end).is_some()));
            meaning(source, &parsed.template);
            assert!(parsed.template.to_string().len() <= 8 * source.len() + 64, "printing multiplies");
        }
        Err(error) => {
            assert!(source.get(error.span.start..error.span.end).is_some(), "{error:?}");
            assert!(error.line <= source.len() + 1 && error.line > 0 && error.column > 0, "{error:?}");
        }
    }
}

/// Every place that is told lies in the template, and stage variables that are given settle
/// what is open but turn no answer round.
fn meaning(source: &str, template: &std::rc::Rc<vtl::ast::Block>) {
    let vars = Seen::Set([("s".into(), Text::new("1"))].into());
    let open = vtl::Analysis::of(source, template, vtl::Given::default());
    let given = vtl::Analysis::of(source, template, vtl::Given { vars: Some(&vars), ..vtl::Given::default() });
    let (before, after) = (mark(&open.status().answer), mark(&given.status().answer));
    assert!(before == '?' || before == after, "the status: {before} turns to {after}");
    let read = given.stage_variables().into_iter().map(|it| it.span);
    let unknown = given.unknown_members().into_iter().map(|it| it.span);
    let written = given.arns().into_iter().map(|it| it.span).chain(given.fields().into_iter().map(|it| it.span));
    let looped = given.loops().into_iter().map(|it| it.span);
    for span in read.chain(unknown).chain(written).chain(looped) {
        assert!(source.get(span.start..span.end).is_some(), "{span:?} is no place in the template");
    }
}

/// YAML files: whatever is read has its places in the file, and no key twice; an error has a place that can be
/// shown. Read again behind a byte order mark it is the same, three bytes on.
pub fn yaml(data: &[u8]) {
    let Some(read) = a_file(data) else { return };
    if data.starts_with(b"\xef\xbb\xbf") {
        return;
    }
    let marked = a_file(&[b"\xef\xbb\xbf", data].concat()).expect("the mark changes nothing");
    let places = |document: &Document| {
        let mut places = Vec::new();
        all_places(&document.root, &mut places);
        places
    };
    let moved: Vec<u32> = places(&read).into_iter().map(|it| it + 3).collect();
    assert_eq!(places(&marked), moved, "a byte order mark only moves");
}

/// JSON files: what is read an independent parser reads too, to the same values.
pub fn json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // One mark of the byte order, as for the reader: what has two is no JSON.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with(['{', '[']) {
        return;
    }
    match (a_file(data), serde_json::from_str::<serde_json::Value>(text)) {
        (Some(read), Ok(value)) => assert_eq!(as_json(&read.root), value),
        // Numbers are kept as they are written, so that none is too large; and serde_json stops one list earlier.
        (Some(read), Err(error)) => {
            let said = error.to_string();
            let excused = ["number out of range", "recursion limit exceeded"].iter().any(|it| said.starts_with(it));
            assert!(excused, "only we read {text:?}: {error} {:?}", read.root);
        }
        // Of a key that stands twice serde_json keeps the last.
        (None, _) => {}
    }
}

/// SAM templates: what the transform makes stands where something was written, the same each time, is no SAM template, and
/// has all resources that are not SAM's. An error has its place. What `check` makes of the file, if anything, can be judged.
pub fn sam(data: &[u8]) {
    let Ok(Document { root, .. }) = tree::read(7, "template", data) else { return };
    let text = std::str::from_utf8(data).expect("what was read is text");
    let inside = |at: Span| at.file == 7 && text.get(at.range()).is_some();
    match transform(&root, &NoFiles) {
        Err(error) => assert!(inside(error.at) && !error.message.is_empty(), "{error:?}"),
        Ok(made) => {
            stands_in(&made, text, 0..text.len());
            assert_eq!(transform(&root, &NoFiles).as_ref(), Ok(&made), "the same each time");
            assert_eq!(transform(&made, &NoFiles).as_ref(), Ok(&made), "transformed already");
            let resources = |root: &Node| root.get("Resources").and_then(Node::as_map).unwrap_or_default().to_vec();
            for resource in resources(&root) {
                let kind = resource.value.get("Type").and_then(Node::as_text).unwrap_or_default();
                let kept = made.get("Resources").and_then(|made| made.get(&resource.key));
                assert!(kind.starts_with("AWS::Serverless::") || kept.is_some(), "{} is gone", resource.key);
            }
            if let Ok(template) = Template::read(&made, &Given::default())
                && let Err(error) = Evaluator::new(&template, Given::default())
            {
                assert!(error.labels().iter().all(|(at, _)| inside(*at)), "{error:?}");
            }
        }
    }
    let deployment = Deployment::default();
    let Ok(project) = Project::of_text("/nowhere/template", text, &deployment) else { return };
    let now = jiff::Timestamp::UNIX_EPOCH;
    if let Ok((capture, _)) = project.capture(&deployment, &World::new(), now) {
        _ = run::judge(capture, &run::Options::default());
    }
}

struct NoFiles;

impl Include for NoFiles {
    fn read(&self, _: &Node) -> Result<Option<Node>, SamError> {
        Ok(None)
    }
}

fn a_file(data: &[u8]) -> Option<Document> {
    match tree::read(7, "file", data) {
        Ok(document) => {
            let text = std::str::from_utf8(data).expect("what was read is text");
            stands_in(&document.root, text, 0..text.len());
            let whole = document.comments.iter().all(|(at, says)| text[at.range()] == format!("#{says}"));
            assert!(whole, "a comment is where it is said to be");
            Some(document)
        }
        Err(error) => {
            let text = std::str::from_utf8(data).unwrap_or_default();
            assert!(error.places.iter().all(|at| at.file == 7 && text.get(at.range()).is_some()), "{error:?}");
            let mut shown = String::new();
            let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
            handler.render_report(&mut shown, &error).expect("an error can be shown");
            assert!(!shown.contains('\u{1b}'), "an error is harmless: {shown:?}");
            None
        }
    }
}

/// The places of a node and of all in it are text. What an alias or a merge brings stands elsewhere in the file.
fn stands_in(node: &Node, text: &str, file: std::ops::Range<usize>) {
    let inside = |at: Span| at.file == 7 && at.end as usize <= file.end && text.get(at.range()).is_some();
    assert!(inside(node.at), "{node:?}");
    match &node.is {
        Is::List(items) => items.iter().for_each(|item| stands_in(item, text, file.clone())),
        Is::Map(members) => {
            let keys: BTreeSet<&str> = members.iter().map(|member| &*member.key).collect();
            assert_eq!(keys.len(), members.len(), "a key stands once: {node:?}");
            for member in members {
                assert!(inside(member.key_at), "{member:?}");
                stands_in(&member.value, text, file.clone());
            }
        }
        _ => {}
    }
}

fn all_places(node: &Node, into: &mut Vec<u32>) {
    into.extend([node.at.start, node.at.end]);
    node.as_list().unwrap_or_default().iter().for_each(|item| all_places(item, into));
    for member in node.as_map().unwrap_or_default() {
        into.extend([member.key_at.start, member.key_at.end]);
        all_places(&member.value, into);
    }
}

fn as_json(node: &Node) -> serde_json::Value {
    match &node.is {
        Is::Null => serde_json::Value::Null,
        Is::Bool(value) => (*value).into(),
        Is::Number(number) => serde_json::from_str(number).expect("a number"),
        Is::Text(text) => (&**text).into(),
        Is::List(items) => items.iter().map(as_json).collect(),
        Is::Map(members) => members.iter().map(|member| (member.key.to_string(), as_json(&member.value))).collect(),
    }
}

/// Up to three lines; the missing ones are empty.
fn lines(data: &[u8]) -> Option<[&str; 3]> {
    let mut lines = std::str::from_utf8(data).ok()?.split('\n');
    Some(std::array::from_fn(|_| lines.next().unwrap_or_default()))
}

const CHARSETS: [(&str, Charset); 6] = [
    ("{a}", Charset::Any),
    ("{d}", Charset::Digits),
    ("{i}", Charset::Id),
    ("{s}", Charset::Slug),
    ("{n}", Charset::Name),
    ("{p}", Charset::Segment),
];

fn with_holes(text: &str, of: &str) -> Text {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((at, charset)) =
        CHARSETS.iter().filter_map(|(mark, set)| Some((rest.find(mark)?, *set))).min_by_key(|hole| hole.0)
    {
        parts.push(Part::Lit(rest[..at].into()));
        let id = format!("{of}{}", parts.len()).into();
        parts.push(Part::Hole(Hole { id, family: None, charset, gap: Gap::not_readable(of) }.into()));
        rest = &rest[at + 3..];
    }
    parts.push(Part::Lit(rest.into()));
    Text::from_parts(parts)
}

/// The text with every hole filled by what its charset allows of the filling.
fn filled(text: &Text, filling: &str) -> Text {
    Text::from_parts(text.parts().into_iter().map(|part| match part {
        Part::Hole(hole) => {
            let value: String = filling.chars().filter(|c| hole.charset.allows(*c)).collect();
            let missing = value.is_empty() && !hole.charset.may_be_empty();
            Part::Lit(if missing { "0".into() } else { value.into() })
        }
        lit => lit,
    }))
}
