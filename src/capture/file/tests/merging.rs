use super::*;

fn at(taken: &str, records: &[&str]) -> Capture {
    let lines = records.join("\n");
    let header = HEADER.replace("2026-05-01T10:00:00Z", taken);
    fragment(&format!("{header}\n{lines}")).expect("readable")
}

fn arns(capture: &Capture) -> Vec<(&str, Option<i64>)> {
    let functions = capture.shared.functions.iter();
    functions.map(|held| (held.facts.function_arn.lit().unwrap(), held.facts.timeout.set().copied())).collect()
}

const OLD: &str = "2026-01-01T00:00:00Z";
const NEW: &str = "2026-02-01T00:00:00Z";
const F: &str = r#"{"record":"function","facts":{"FunctionName":"f","FunctionArn":"f","Timeout":1}}"#;
const F2: &str = r#"{"record":"function","facts":{"FunctionName":"f","FunctionArn":"f","Timeout":2}}"#;
const G: &str = r#"{"record":"function","facts":{"FunctionName":"g","FunctionArn":"g"}}"#;
const A: &str = r#"{"record":"restUnit","facts":{"api":{"id":"a","name":"old"}}}"#;
const A2: &str = r#"{"record":"restUnit","facts":{"api":{"id":"a","name":"new"}}}"#;
const B: &str = r#"{"record":"restUnit","facts":{"api":{"id":"b"}}}"#;
const NONE: &str =
    r#"{"record":"asked","kind":"function","id":"g","absent":{"action":"lambda:GetFunction","code":"NotFound"}}"#;
const ALL: &str = r#"{"record":"listed","kind":"function","account":"111122223333","region":"us-east-1"}"#;
const ROLE: &str = r#"{"record":"role","facts":{"Arn":"r"}}"#;
const ROLES: &str = r#"{"record":"listed","kind":"role"}"#;
const APIS: &str = r#"{"record":"listed","kind":"restApi"}"#;

#[test]
fn what_was_seen_later_wins_whatever_the_order() {
    for flip in [false, true] {
        let mut captures = vec![at(OLD, &[F, G, A, B]), at(NEW, &[F2, A2])];
        if flip {
            captures.reverse();
        }
        let merged = merge(captures).unwrap();
        assert_eq!(merged.header.taken.to_string(), NEW);
        assert_eq!(arns(&merged), [("f", Some(2)), ("g", None)]);
        let names: Vec<_> = Whole::of(merged).units.iter().map(|unit| (unit.id().to_string(), unit.name())).collect();
        assert_eq!(names, [("b".to_owned(), None), ("a".to_owned(), Some("new".to_owned()))]);
    }
}

#[test]
fn what_is_proven_gone_later_is_gone() {
    let asked = merge(vec![at(OLD, &[F, G]), at(NEW, &[NONE])]).unwrap();
    assert_eq!(arns(&asked), [("f", Some(1))]);
    let listed = merge(vec![at(OLD, &[F, G, A, B, ROLE]), at(NEW, &[F2, ALL, ROLES, APIS, A])]).unwrap();
    assert!(listed.shared.roles.is_empty());
    // A list of functions shows neither aliases nor versions: it proves nothing gone.
    assert_eq!(arns(&listed), [("f", Some(2)), ("g", None)]);
    assert_eq!(listed.directory.len(), 1);
    assert_eq!(listed.units.count(), 1);
    // Asked before, not after: it may have been made since.
    let before = merge(vec![at(OLD, &[NONE]), at(NEW, &[G])]).unwrap();
    assert_eq!(arns(&before), [("g", None)]);
}

#[test]
fn the_same_twice_is_once() {
    let merged = merge(vec![at(OLD, &[F, A]), at(OLD, &[F, A])]).unwrap();
    assert_eq!(arns(&merged), [("f", Some(1))]);
    let mut bytes = Vec::new();
    write(merged, &mut bytes).expect("the directory and the APIs agree");
}

#[test]
fn nothing_is_no_capture() {
    assert_eq!(merge(vec![]).err().unwrap().fault, Fault::Nothing);
}
