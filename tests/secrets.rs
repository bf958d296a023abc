//! No secret of a file is printed: neither beside what a finding underlines, nor where a file is broken.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

/// Everything that a run prints.
fn printed(files: &[(&str, &str)], args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let run = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .current_dir(folder.path())
        .args(["check", "--account", "111122223333", "--region", "eu-west-1"])
        .args(args)
        .output()
        .unwrap();
    [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat()
}

/// All texts in the files that are secrets hold one of these.
fn hides_secrets(printed: &str) {
    for secret in ["SECRET", "hunter2", "sk_live", "eyJ", "ghp_", "pw@", "AKIA"] {
        assert!(!printed.contains(secret), "{secret} in\n{printed}");
    }
}

const HEAD: &str = r#"
Parameters:
  Pw: {Type: String, NoEcho: true, Default: hunter2hunter2}
Resources:
  A: {Type: AWS::ApiGateway::RestApi, Properties: {Name: n}}
  D:
    Type: AWS::ApiGateway::Deployment
    DependsOn: M
    Properties: {RestApiId: !Ref A, StageName: s, StageDescription: {Variables: {token: "ghp_SECRETstagevar0123456789abcdef012345"}}}
"#;

const FUNCTION: &str = r#"
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref A
      ResourceId: !GetAtt A.RootResourceId
      HttpMethod: GET
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        RequestParameters:
          integration.request.header.Authorization: "'Bearer eyJhbGciOiJIUzI1NiJ9.abcSECRETdef0123456789'"
        Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: x
      Code: {ZipFile: x}
      Handler: a
      Runtime: nodejs20.x
      Environment:
        Variables:
          STRIPE: SECRETenv1
          DB_PASSWORD: SECRETenv2
      Timeout: 100
      Description: postgres://user:SECRETpw@host/db
      Tags: [{Key: token, Value: ghp_SECRETtag0123456789abcdef0123456789}]
"#;

const ADDRESS: &str = r#"
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref A
      ResourceId: !GetAtt A.RootResourceId
      HttpMethod: POST
      Integration:
        Type: HTTP
        IntegrationHttpMethod: POST
        Uri: https://user:SECRETpw@example.com/?api_key=SECRETq1234
        TimeoutInMillis: 100
        RequestParameters:
          integration.request.header.x-api-key: "'hdrSECRET0123456789abcdef'"
        RequestTemplates:
          application/json: |
            {"a": "b"}
            #if(
        IntegrationResponses:
          - StatusCode: 200
            SelectionPattern: "*"
            ResponseParameters:
              method.response.header.x-token: "'respSECRET0123456789'"
          - StatusCode: 500
            SelectionPattern: "*sk_live_SECRETpattern0123456789"
          - StatusCode: 502
            SelectionPattern: '*"token":"SECRETp"'
          - StatusCode: 503
            SelectionPattern: '5\d{2}'
"#;

/// Credentials by where they stand, however short, each a line or two from what is underlined.
const SHORT: &str = r#"
  K: {Type: AWS::ApiGateway::ApiKey, Properties: {Name: n, Value: SECRETk}}
  U:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref A
      Type: TOKEN
      IdentitySource: method.request.header.Authorization
      Name: u
      IdentityValidationExpression: ^Bearer SECRETt$
      AuthorizerUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref A
      ResourceId: !GetAtt A.RootResourceId
      HttpMethod: GET
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref U
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        RequestParameters:
          integration.request.header.X-Up: "'Bearer SECRETu'"
          integration.request.querystring.code: "'SECRETq'"
        Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: x, Code: {ZipFile: x}, Handler: a, Runtime: nodejs20.x}
"#;

#[test]
fn findings_show_no_secret_in_any_format() {
    for (body, shows) in [
        (FUNCTION, ["STRIPE: **********\n", "Timeout: 100\n", "postgres://*************@host/db\n"]),
        (
            ADDRESS,
            [
                "Uri: https://*************@example.com/?api_key=***********\n",
                "#if(\n",
                "x-api-key: \"'*************************'\"\n",
            ],
        ),
        (
            SHORT,
            [
                "IdentityValidationExpression: ****************\n",
                "integration.request.header.X-Up: \"'**************'\"\n",
                "integration.request.querystring.code: \"'*******'\"\n",
            ],
        ),
    ] {
        let template = format!("{HEAD}{body}");
        for format in ["json", "sarif", "github", "gitlab", "junit"] {
            let printed = printed(&[("t.yaml", &template)], &["t.yaml", "--format", format]);
            assert!(printed.contains("t.yaml"), "{printed}");
            hides_secrets(&printed);
        }
        let printed = printed(&[("t.yaml", &template)], &["t.yaml"]);
        hides_secrets(&printed);
        for shown in shows {
            assert!(printed.contains(shown), "{shown} in\n{printed}");
        }
    }
}

#[test]
fn underlines_stay_where_they_are() {
    let underlined = |password: &str| {
        let template =
            format!("{HEAD}{FUNCTION}").replace("DB_PASSWORD: SECRETenv2", &format!("DB_PASSWORD: {password}"));
        let printed = printed(&[("t.yaml", &template)], &["t.yaml"]);
        let lines: Vec<&str> = printed.lines().collect();
        let at = lines.iter().position(|line| line.ends_with("Timeout: 100")).unwrap();
        [lines[at].to_owned(), lines[at + 1].to_owned()]
    };
    let shown = underlined("hünter2 and more");
    assert_eq!(shown, underlined("x"));
    let column = |line: &str, c: char| line.chars().position(|it| it == c).unwrap();
    assert_eq!(column(&shown[1], '─'), shown[0].chars().count() - 3, "{shown:?}");
}

#[test]
fn broken_files_show_no_secret() {
    for (template, shows) in [
        (
            "Parameters:\n  Pw: {Type: String, NoEcho: true, Default: hunter2hunter2}\n  K: {Type: String, Default: \"AKIAIOSFODNN7EXAMPLE\"\nResources: {}\n",
            "closing bracket",
        ),
        (
            "Parameters:\n  Pw: {Type: String, NoEcho: true, MinLength: 30, Default: hunter2hunter2}\nResources: {A: {Type: AWS::ApiGateway::RestApi}}\n",
            "Default: **************}",
        ),
        (
            "Parameters:\n  Pw:\n    Type: String\n    NoEcho: true\n    Default: hunter2hunter2\n  N: {Type: Number, Default: abc}\nResources: {A: {Type: AWS::ApiGateway::RestApi}}\n",
            "Default: abc}",
        ),
        (
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: hunter2hunter2\n      MasterUsername: !Bogus x\n",
            "MasterUsername: !Bogus x",
        ),
    ] {
        for format in ["human", "json", "sarif", "github", "gitlab", "junit"] {
            let printed = printed(&[("t.yaml", template)], &["t.yaml", "--format", format]);
            assert!(printed.contains(shows), "{shows} in\n{printed}");
            hides_secrets(&printed);
        }
    }
}

#[test]
fn broken_settings_show_no_secret() {
    for wrong in [
        "strickt = true\npassword = \"hunter2hunter2\"\n",
        "[rules]\nslack-token = \"hunter2hunter2\"\n",
        "[credentials]\nslack = \"hunter2hunter2\"\n",
        "token = \"\"\"a\nhunter2hunter2\"\"\"\nstrict = yes\n",
        "# token: hunter2hunter2\nfail-on = \"never \"\n",
        "strict = \"AKIAIOSFODNN7EXAMPLE\"\n",
    ] {
        let printed = printed(&[("t.yaml", HEAD), ("gatelint.toml", wrong)], &["t.yaml"]);
        assert!(printed.contains("gatelint.toml"), "{printed}");
        hides_secrets(&printed);
    }
}

#[test]
fn broken_parameters_show_no_value() {
    for (name, text) in [
        ("p.yaml", "Pw: hunter2hunter2\n bad: x\n"),
        (
            "p.json",
            "[{\"ParameterKey\":\"Pw\",\"ParameterValue\":\"hunter2hunter2\"}\n,{\"ParameterKey\":\"Pw\" \"x\"}]",
        ),
        ("p.json", "[{\"ParameterKey\":\"Pw\",\"ParameterValue\":\"hunter2hunter2\"},]"),
        ("p.json", "[\"Pw=hunter2hunter2\", \"Pw\"]"),
        ("p.toml", "[default.deploy.parameters]\nparameter_overrides = \"Pw=hunter2hunter2\n"),
        ("p.toml", "[default.deploy.parameters]\nparameter_overrides = [\"Pw=hunter2hunter2\", 3]\n"),
    ] {
        let printed = printed(&[("t.yaml", HEAD), (name, text)], &["t.yaml", "--parameters", name]);
        assert!(printed.contains(name), "{printed}");
        hides_secrets(&printed);
    }
}
