//! The SAM transform against aws-sam-translator, resource by resource.

use gatelint::source::cloudformation::sam::{Include, SamError, transform};
use gatelint::source::tree::{self, Is, Node};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// Where the two differ, and why: a template, or a resource of it. What agrees again must leave this table.
const EXPLAINED: &[(&str, &str)] = &[
    (
        "connectors-pairs/Machine",
        "SAM lets the source wait for its policy; no hop reads the order in which things are made",
    ),
    ("events-other/FnRole", "the managed policies are the same, SAM sorts those of events"),
    ("events-polled/FnW", QUEUE),
    ("events-polled/FnWEventSourceMapping", QUEUE),
    ("events-polled/FnWQueue", QUEUE),
    ("events-polled/FnWQueuePolicy", QUEUE),
    ("function-everything/CodeDeployServiceRole", TAGS),
    ("function-everything/OrdersDeploymentGroup", TAGS),
    ("function-everything/ServerlessDeploymentApplication", TAGS),
    ("function-everything/ServerlessRestApi", TAGS),
    ("function-everything/ServerlessRestApiProdStage", TAGS),
    ("refused-connector-pair", "a later SAM may know the pair: it is left, and what may come of it is told"),
    ("rest-domain-zone/ApiGatewayDomainName#", REGION),
    ("rest-domain-zone/RecordSetGroup#", REGION),
    (
        "rest-event-policies/Api",
        "SAM repeats the statements for a stage whose name is a reference; a resource policy answers 403, which no hop reads",
    ),
    (
        "rest-openapi-cors/Versioned",
        "SAM writes the schema of a CORS header into a second `schema`, which means nothing",
    ),
    ("state-machine/S2", "SAM makes a text of Definition; CloudFormation takes the object too"),
];

const TAGS: &str = "PropagateTags of a function hands its tags on to what it shares with others; no hop reads them";
const QUEUE: &str = "a topic with a queue before the function is no hop of a request through an API; it is not made";
const REGION: &str = "SAM puts the region in, we leave AWS::Region to the stage that knows it";

struct NoFiles;

impl Include for NoFiles {
    fn read(&self, _: &Node) -> Result<Option<Node>, SamError> {
        Ok(None)
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/sam")
}

fn plain(node: &Node) -> Value {
    match &node.is {
        Is::Null => Value::Null,
        Is::Bool(it) => json!(it),
        Is::Number(number) => serde_json::from_str(number).unwrap_or_else(|_| json!(&**number)),
        Is::Text(text) => json!(&**text),
        Is::List(items) => items.iter().map(plain).collect(),
        Is::Map(members) if node.get("Fn::GetAtt").is_some_and(|path| path.as_text().is_some()) => {
            // Two ways to write the same.
            let path = members[0].value.as_text().unwrap().split_once('.').unwrap();
            json!({"Fn::GetAtt": [path.0, path.1]})
        }
        Is::Map(members) => members.iter().map(|member| (member.key.to_string(), plain(&member.value))).collect(),
    }
}

/// Each part that is compared by its name: the resources, and the other sections whole. Ten digits of a digest in a logical
/// id are masked, and the text that says them.
fn parts(template: &Value) -> BTreeMap<String, Value> {
    let empty = Map::new();
    let resources = template["Resources"].as_object().unwrap_or(&empty);
    let mut text = template.to_string();
    for (id, resource) in resources {
        let kind = resource["Type"].as_str().unwrap_or_default();
        let hashed = [
            "ApiGateway::Deployment",
            "ApiGateway::Stage",
            "ApiGatewayV2::Stage",
            "Lambda::Permission",
            "Lambda::Version",
            "LayerVersion",
            "DomainName",
            "RecordSetGroup",
        ];
        let Some((name, digest)) = id.len().checked_sub(10).and_then(|middle| id.split_at_checked(middle)) else {
            continue;
        };
        if hashed.iter().any(|part| kind.ends_with(part)) && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            text = text.replace(id, &format!("{name}#"));
        }
    }
    let mut masked: Value = serde_json::from_str(&text).unwrap();
    let mut out = BTreeMap::new();
    let Value::Object(resources) = masked["Resources"].take() else { return out };
    for (id, mut resource) in resources {
        if let Some(description) = resource.pointer_mut("/Properties/Description")
            && description.as_str().is_some_and(|text| text.starts_with("RestApi deployment id"))
        {
            *description = json!("RestApi deployment id");
        }
        out.insert(id, resource);
    }
    for (section, value) in masked.as_object().unwrap().iter().filter(|(section, _)| *section != "Resources") {
        out.insert(format!("({section})"), value.clone());
    }
    out
}

#[test]
fn resources_are_those_that_sam_makes() {
    let (mut agree, mut differ, mut told) = (0, BTreeSet::new(), String::new());
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder().join("templates")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for path in &names {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let answer = fs::read_to_string(folder().join("answers").join(format!("{name}.json"))).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let read = tree::read(0, &name, &fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let ours = transform(&read.root, &NoFiles);
        match (ours, answer.get("error")) {
            (Err(_), Some(_)) => agree += 1,
            (Ok(_), Some(error)) => {
                told += &format!("{name}: SAM refuses this: {error} {}\n", answer["causes"]);
                differ.insert(name);
            }
            (Err(error), None) => {
                told += &format!("{name}: {} {:?}\n", error.message, error.help);
                differ.insert(name);
            }
            (Ok(ours), None) => {
                let (ours, theirs) = (parts(&plain(&ours)), parts(&answer));
                let ids: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
                for id in ids {
                    if ours.get(id) == theirs.get(id) {
                        agree += 1;
                        continue;
                    }
                    let show = |side: Option<&Value>| side.map_or("-".to_owned(), Value::to_string);
                    told += &format!("{name}/{id}\n  ours {}\n  sam  {}\n", show(ours.get(id)), show(theirs.get(id)));
                    differ.insert(format!("{name}/{id}"));
                }
            }
        }
    }
    let explained: BTreeSet<String> = EXPLAINED.iter().map(|(name, _)| (*name).to_owned()).collect();
    println!("{} templates, {agree} agree, {} differ", names.len(), differ.len());
    assert!(differ == explained, "{told}\nnow agree: {:?}", explained.difference(&differ).collect::<Vec<_>>());
}

#[test]
fn every_generated_node_stands_in_the_template() {
    for entry in fs::read_dir(folder().join("templates")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let read = tree::read(7, "template", &bytes).unwrap();
        let Ok(made) = transform(&read.root, &NoFiles) else { continue };
        let mut nodes = vec![&made];
        while let Some(node) = nodes.pop() {
            assert!(node.at.file == 7 && node.at.end as usize <= bytes.len(), "{}: {:?}", path.display(), node);
            assert!(node.at.start < node.at.end || node.at.start > 0, "{}: {:?} is nowhere", path.display(), node);
            match &node.is {
                Is::List(items) => nodes.extend(items),
                Is::Map(members) => nodes.extend(members.iter().map(|member| &member.value)),
                _ => {}
            }
        }
    }
}

/// Each value in turn becomes something else: a refusal or a template, and no panic.
#[test]
fn a_wrong_value_anywhere_is_no_panic() {
    let wrong = [Is::Null, Is::Bool(true), Is::Text("x".into()), Is::List(Vec::new()), Is::Map(Vec::new())];
    let (mut taken, mut refused) = (0, 0);
    for entry in fs::read_dir(folder().join("templates")).unwrap() {
        let path = entry.unwrap().path();
        let root = tree::read(0, "template", &fs::read(&path).unwrap()).unwrap().root;
        for index in 0.. {
            let mut changed = root.clone();
            let mut countdown = index;
            if !replace(&mut changed, &mut countdown, &wrong[index % wrong.len()]) {
                break;
            }
            match transform(&changed, &NoFiles) {
                Ok(_) => taken += 1,
                Err(error) => {
                    assert!(!error.message.is_empty() && error.at.start <= error.at.end, "{error:?}");
                    refused += 1;
                }
            }
        }
    }
    assert!(taken > 1000 && refused > 300, "{taken} taken, {refused} refused");
}

/// Replaces the value that the countdown meets.
fn replace(node: &mut Node, countdown: &mut usize, by: &Is) -> bool {
    if *countdown == 0 {
        node.is = by.clone();
        return true;
    }
    *countdown -= 1;
    match &mut node.is {
        Is::List(items) => items.iter_mut().any(|item| replace(item, countdown, by)),
        Is::Map(members) => members.iter_mut().any(|member| replace(&mut member.value, countdown, by)),
        _ => false,
    }
}
