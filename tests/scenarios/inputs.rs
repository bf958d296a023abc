//! What cannot be judged is refused: with the file, the place in it and what is wrong, quickly, and in little memory.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Ten times what the worst of these takes in a debug build.
const PATIENCE: Duration = Duration::from_secs(20);

/// In a quarter of a gigabyte of addresses: what reads on without end does not get far.
fn check(folder: &Path, args: &[&str]) -> Output {
    let start = Instant::now();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"ulimit -v 262144; exec "$0" check --color never "$@""#, env!("CARGO_BIN_EXE_gatelint")]);
    let output = shell.args(args).current_dir(folder).env_clear().output().unwrap();
    assert!(start.elapsed() < PATIENCE, "{args:?} took {:?}", start.elapsed());
    output
}

fn refused(output: &Output, code: i32, says: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{says:?}: {said}");
    assert!(output.stdout.is_empty(), "{says:?}: {}", String::from_utf8_lossy(&output.stdout));
    for word in says {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

const HEAD: &str = "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n";

/// The file, its text, and what is said of it.
fn broken() -> Vec<(&'static str, String, &'static [&'static str])> {
    let name = |value: &str| format!("{HEAD}    Properties:\n      Name: {value}\n");
    let bomb: String =
        (1..10).map(|n| format!("  a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
    vec![
        ("brackets.yaml", format!("{HEAD}  Fn: {{Type: x\n  Other: ]\n"), &["[brackets.yaml:6:8]", "not YAML"]),
        ("tab.yaml", format!("{HEAD}\tFn: {{Type: x}}\n"), &["[tab.yaml:5:1]", "a tab"]),
        ("comma.json", "{\"Resources\": {\"A\": {},}}".into(), &["[comma.json:1:23]", "not JSON"]),
        ("twice.yaml", format!("{HEAD}  Api: {{Type: x}}\n"), &["[twice.yaml:3:3]", "\"Api\" stands here twice"]),
        ("twice.json", "{\"Resources\": {\"A\": {}, \"A\": {}}}".into(), &["[twice.json:1:16]", "twice"]),
        ("sub.yaml", name("!Sub [a, b, c]"), &["[sub.yaml:6:18]", "Fn::Sub takes"]),
        ("select.yaml", name("!Select [x, [a]]"), &["[select.yaml:6:22]", "Fn::Select"]),
        ("join.yaml", name("!Join [\",\", a]"), &["[join.yaml:6:25]", "Fn::Join"]),
        ("map.yaml", name("!FindInMap [Map, a]"), &["[map.yaml:6:24]", "Fn::FindInMap takes"]),
        ("ref.yaml", name("!Ref Nothing"), &["[ref.yaml:6:18]", "no parameter or resource \"Nothing\""]),
        ("if.yaml", name("!If [Missing, a, b]"), &["[if.yaml:6:18]", "no condition \"Missing\""]),
        ("itself.yaml", name("!GetAtt Api.RestApiId"), &["[itself.yaml:6:13]", "wait for each other"]),
        (
            "circle.yaml",
            format!("{}  B:\n    Type: AWS::ApiGateway::RestApi\n    DependsOn: Api\n", name("!Ref B")),
            &["[circle.yaml:6:13]", "wait for each other"],
        ),
        (
            "conditions.yaml",
            format!("Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n{HEAD}    Condition: A\n"),
            &["[conditions.yaml:2:3]", "refers to itself"],
        ),
        (
            "inside.yaml",
            format!(
                "{HEAD}  In:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: inside.yaml}}\n"
            ),
            &["[inside.yaml:5:3]", "deep inside each other"],
        ),
        ("list.yaml", "Resources:\n  Api: [a]\n".into(), &["[list.yaml:2:8]", "should be an object"]),
        ("bomb.yaml", format!("Metadata:\n  a0: &a0 [x]\n{bomb}{HEAD}"), &["[bomb.yaml:8:", "aliases"]),
        ("deep.yaml", format!("Resources: {}", "[".repeat(100_000)), &["[deep.yaml:1:", "nested more than 128 deep"]),
        ("deep.json", "{\"Resources\":".repeat(100_000), &["[deep.json:1:", "nested more than 128 deep"]),
        ("archive.yaml", "PK\u{3}\u{4}\0\0".into(), &["archive.yaml is no text"]),
        ("notes.yaml", "just words\n".into(), &["notes.yaml is no template"]),
        (
            "serverless.yml",
            "service: shop\nprovider: {name: aws}\nresources: {Resources: {}}\n".into(),
            &["serverless.yml is written for the Serverless", "`serverless package`", ".serverless/"],
        ),
        ("main.tf", "resource \"aws_lambda_function\" \"x\" {\n".into(), &["main.tf is Terraform's", "not built yet"]),
        ("main.tf.json", "{\"resource\": {}}".into(), &["main.tf.json is Terraform's", "not built yet"]),
        (
            "plan.json",
            "{\"format_version\": \"1.2\", \"terraform_version\": \"1.9.0\", \"planned_values\": {}}".into(),
            &["plan.json is Terraform's", "not built yet"],
        ),
        ("empty.yaml", String::new(), &["empty.yaml is no template"]),
        (
            "device.yaml",
            format!(
                "Transform: AWS::Serverless-2016-10-31\n{}",
                "Resources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: a, DefinitionUri: /dev/zero}\n"
            ),
            &["[device.yaml:5:", "/dev/zero is no file"],
        ),
    ]
}

#[test]
fn a_broken_file_is_refused_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (name, text, says) in broken() {
        fs::write(folder.path().join(name), text).unwrap();
        let checked = std::panic::catch_unwind(|| refused(&check(folder.path(), &[name]), 2, says));
        if let Err(panic) = checked {
            wrong.push(format!("{name}: {}", panic.downcast_ref::<String>().cloned().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In a folder, what was meant for gatelint is told, and everything else is passed over.
#[test]
fn a_folder_with_a_broken_template_is_refused_and_one_without_templates_is_nothing_to_check() {
    let folder = tempfile::tempdir().unwrap();
    refused(&check(folder.path(), &["."]), 3, &["nothing to check"]);
    fs::write(folder.path().join("ci.yaml"), "steps: [build, test]\n").unwrap();
    fs::write(folder.path().join("package.json"), "{\"name\": \"shop\", ").unwrap();
    fs::write(folder.path().join("picture.json"), [0u8, 159, 146, 150]).unwrap();
    refused(&check(folder.path(), &["."]), 3, &["nothing to check"]);
    fs::write(folder.path().join("template.yaml"), format!("{HEAD}  Api: {{Type: x}}\n")).unwrap();
    refused(&check(folder.path(), &["."]), 2, &["template.yaml:3:3]", "twice"]);
    refused(&check(folder.path(), &["nowhere.yaml"]), 2, &["nowhere.yaml"]);
}

/// A broken file may hold APIs of its own, and the grant of a function that it can name.
#[test]
fn beside_a_broken_template_the_rest_is_judged_and_nothing_is_called_absent() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let report = || -> (Option<i32>, serde_json::Value) {
        let output = check(folder.path(), &[".", "--format", "json"]);
        (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
    };
    let named = DENIED.replace("{Role:", "{FunctionName: orders, Role:");
    for (api, still) in [(DENIED, 1), (&*named, 0)] {
        write("api.yaml", api);
        let (code, alone) = report();
        assert_eq!((code, alone["findings"][0]["rule"].as_str()), (Some(1), Some("lambda-invoke-denied")));
        for (name, text) in [
            ("broken.yaml", "Resources:\n  A: {Type: {{ x }}}\n"),
            ("refused.yaml", "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nothing}}\n"),
        ] {
            write(name, text);
            let output = check(folder.path(), &["."]);
            assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("{name}:2:")), "{output:?}");
            let (code, beside) = report();
            assert_eq!((code, beside["findings"].as_array().map(Vec::len)), (Some(2), Some(still)), "{name}");
            assert_eq!(beside["unknown"].to_string().contains("lambda-invoke-denied"), still == 0, "{name}");
            assert!(beside["gaps"].to_string().contains(name), "{beside}");
            fs::remove_file(folder.path().join(name)).unwrap();
        }
    }
}

const DENIED: &str = "Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {Role: 'arn:aws:iam::111122223333:role/r', Code: {ZipFile: x}}}
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Name: orders, Target: !GetAtt Fn.Arn}}
";

/// A gigabyte each, of which no more is read than would be judged.
#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let huge = |name: &str| fs::File::create(folder.path().join(name)).unwrap().set_len(1 << 30).unwrap();
    for name in ["huge.yaml", "huge.json", "huge.jsonl"] {
        huge(name);
        refused(&check(folder.path(), &[name]), 2, &[name, "is larger than 16 MiB"]);
    }
    fs::write(folder.path().join("template.yaml"), HEAD).unwrap();
    let args = ["template.yaml", "--parameters", "huge.json"];
    refused(&check(folder.path(), &args), 2, &["huge.json is larger than 16 MiB"]);

    fs::create_dir(folder.path().join("cdk.out")).unwrap();
    huge("cdk.out/manifest.json");
    refused(&check(folder.path(), &["cdk.out"]), 3, &["nothing to check"]);
    let names = "Resources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: a, DefinitionUri: huge.yaml}\n";
    fs::write(folder.path().join("sam.yaml"), format!("Transform: AWS::Serverless-2016-10-31\n{names}")).unwrap();
    refused(&check(folder.path(), &["sam.yaml"]), 2, &["[sam.yaml:5:", "huge.yaml is larger than 16 MiB"]);
}

/// What is not there names what is.
#[test]
fn a_mistake_on_the_command_line_names_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let more: String = (0..20).map(|n| format!("  P{n}: {{Type: String, Default: x}}\n")).collect();
    write(
        "t.yaml",
        &format!(
            "Parameters:\n  Env: {{Type: String, AllowedValues: [dev, prod]}}\n  \
             Pin: {{Type: String, NoEcho: true, AllowedValues: [s3cret]}}\n{more}{}",
            HEAD.split_once('\n').unwrap().1
        ),
    );
    write("samconfig.toml", "[prod.deploy.parameters]\nparameter_overrides = 'Env=hidden'\n[dev.deploy.parameters]\n");
    let said = |args: &[&str], says: &[&str]| {
        let output = check(folder.path(), &[&["t.yaml"], args].concat());
        refused(&output, 2, says);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let text = said(
        &["--parameter", "Envv=prod"],
        &["no template has", "a parameter Envv", "did you mean Env?", "and 10 more"],
    );
    assert!(!text.contains("P9"), "{text}");
    let text = said(&["--parameter", "Unlike=prod"], &["a parameter Unlike", "the templates have Env"]);
    assert!(!text.contains("did you mean"), "{text}");
    said(&["--parameter", "Env=stage"], &["is none of its AllowedValues", "they are \"dev\", \"prod\""]);
    let text = said(&["--parameter", "Pin=stage"], &["is none of its AllowedValues"]);
    assert!(!text.contains("s3cret") && !text.contains("they are"), "{text}");
    said(&["--baseline", "nowhere.json"], &["nowhere.json", "--update-baseline"]);
    let text = said(
        &["--parameters", "samconfig.toml"],
        &["no environment default", "it has", "prod", "dev", "--parameter NAME"],
    );
    assert!(!text.contains("hidden"), "{text}");
}
