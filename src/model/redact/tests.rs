use super::*;
use crate::model::Scope;
use crate::model::unit::{RestFacts, RestUnit, V2Facts, V2Unit};
use proptest::prelude::*;

fn salt() -> Salt {
    Salt::of(b"test")
}

/// The text with `«…»` for every hole.
fn shown(text: &Text) -> String {
    let part = |part: Part| match part {
        Part::Lit(lit) => lit.to_string(),
        Part::Hole(hole) => format!("«{}»", hole.id.split(':').nth(1).unwrap_or_default()),
    };
    text.parts().into_iter().map(part).collect()
}

fn map(entries: &[(&str, &str)]) -> Seen<BTreeMap<Str, Text>> {
    Seen::Set(entries.iter().map(|(key, value)| (Str::from(*key), Text::from(*value))).collect())
}

/// A REST API with one stage and one integration.
fn unit(vars: &[(&str, &str)], uri: &str, mapping: &[(&str, &str)], template: &str) -> ApiUnit {
    let integration = rest::Integration {
        uri: Seen::Set(uri.into()),
        request_parameters: map(mapping),
        request_templates: map(&[("application/json", template)]),
        ..rest::Integration::default()
    };
    let method = rest::Method { method_integration: Seen::Set(integration), ..rest::Method::default() };
    let resource =
        rest::Resource { resource_methods: [("GET".into(), Box::new(method))].into(), ..rest::Resource::default() };
    let stage = rest::Stage { stage_name: "prod".into(), variables: map(vars), ..rest::Stage::default() };
    ApiUnit::Rest(RestUnit {
        scope: Scope::new("aws", "111122223333", "eu-west-1"),
        facts: RestFacts {
            stages: Seen::Set(vec![stage]),
            draft: RestContent { resources: Seen::Set(vec![resource]), ..RestContent::default() },
            ..RestFacts::default()
        },
        planned: false,
    })
}

fn integration(unit: &ApiUnit) -> &rest::Integration {
    let ApiUnit::Rest(unit) = unit else { panic!("a REST API") };
    unit.facts.draft.resources.set().unwrap()[0].resource_methods["GET"].method_integration.set().unwrap()
}

fn variable(name: &str, value: &str, uri: &str) -> String {
    let mut unit = unit(&[(name, value)], uri, &[], "");
    redact_unit(&mut unit, &salt());
    let ApiUnit::Rest(unit) = unit else { panic!("a REST API") };
    shown(&unit.facts.stages.set().unwrap()[0].variables.set().unwrap()[name])
}

fn uri(uri: &str) -> String {
    let mut unit = unit(&[], uri, &[], "");
    redact_unit(&mut unit, &salt());
    shown(integration(&unit).uri.set().unwrap())
}

fn mapping(target: &str, value: &str) -> String {
    let mut unit = unit(&[], "", &[(target, value)], "");
    redact_unit(&mut unit, &salt());
    shown(&integration(&unit).request_parameters.set().unwrap()[target])
}

fn template(text: &str) -> String {
    let mut unit = unit(&[], "", &[], text);
    redact_unit(&mut unit, &salt());
    shown(&integration(&unit).request_templates.set().unwrap()["application/json"])
}

const AKIA: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123_-x";
const HEX: &str = "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b";
const FN_URI: &str = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:${stageVariables.authKey}/invocations";

#[test]
fn stage_variables() {
    for (name, value, expected) in [
        ("dbPassword", "hunter2", "«7»"),
        ("API_KEY", "abc", "«3»"),
        ("token", "$ecret", "«6»"),
        ("x", AKIA, "«20»"),
        ("x", SECRET, "«40»"),
        ("x", JWT, "«53»"),
        ("x", HEX, "«40»"),
        ("x", "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n", "«65»\n"),
        (
            "backend",
            "https://user:pw@example.com:8443/x?api_key=abc&y=1",
            "https://«7»@example.com:8443/x?api_key=«3»&y=1",
        ),
        ("dsn", "Server=db;Password=abc;Port=1", "Server=db;Password=«3»;Port=1"),
    ] {
        assert_eq!(variable(name, value, ""), expected, "{name}={value}");
    }
    for (name, value) in [
        ("fn", "orders-prod"),
        ("fn", "OrdersServiceStack-GetOrderFunction8A7B6C5D-AbCdEfGhIjKl"),
        ("vpcLinkId", "abc123"),
        ("apiKeySourceName", "HEADER"),
        ("authFunction", "authorize-orders"),
        ("secretArn", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"),
        ("token", "arn:aws:iam::111122223333:role/very/long/path/OrdersRole-1A2B3C4D5E6F7G8H9"),
        ("authEnabled", "true"),
        ("password", ""),
        ("alias", "live"),
        ("requestId", "123e4567-e89b-12d3-a456-426614174000"),
        (
            "listener",
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/orders/50dc6c495c0c9188/f2f7dc8efc522ab2",
        ),
        ("host", "internal-orders-1234567890.eu-west-1.elb.amazonaws.com"),
        ("table", "TheVeryLongTableNameOfTheOrdersServiceInProduction"),
    ] {
        assert_eq!(variable(name, value, ""), value, "{name}={value}");
    }
}

#[test]
fn variables_that_route_stay_whatever_they_are_called() {
    assert_eq!(variable("authKey", "orders", FN_URI), "orders");
    assert_eq!(variable("authKey", HEX, FN_URI), HEX);
    assert_eq!(variable("authKey", AKIA, FN_URI), "«20»");
    assert_eq!(variable("authKey", "api.example.com", "https://${stageVariables.authKey}/x"), "api.example.com");
    assert_eq!(variable("authKey", "T0/B0", "https://example.com/${stageVariables.authKey}"), "«5»");
    assert_eq!(variable("authKey", "abc", "https://${stageVariables.authKey}@example.com/x"), "«3»");
}

#[test]
fn addresses() {
    for (text, expected) in [
        ("https://user:secret@example.com/x", "https://«11»@example.com/x"),
        ("https://example.com/x?api_key=abc&limit=2", "https://example.com/x?api_key=«3»&limit=2"),
        (
            "https://example.com/?X-Amz-Signature=ab12&X-Amz-Date=2026",
            "https://example.com/?X-Amz-Signature=«4»&X-Amz-Date=2026",
        ),
        (
            "https://example.com/?token=a${stageVariables.token}",
            "https://example.com/?token=«1»${stageVariables.token}",
        ),
        ("https://example.com/api?code=Abc==", "https://example.com/api?code=«5»"),
    ] {
        assert_eq!(uri(text), expected);
    }
    for text in [
        FN_URI,
        "https://example.com/{proxy}?token={token}",
        "https://${stageVariables.user}:${stageVariables.password}@example.com:8443/a@b",
        "https://example.com/?token=${stageVariables.token}",
        "http://internal-orders-1234567890.eu-west-1.elb.amazonaws.com:8080/keys=1",
        "arn:aws:apigateway:eu-west-1:sqs:path/111122223333/queue?Action=SendMessage",
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/orders/50dc6c495c0c9188/f2f7dc8efc522ab2",
        "https://example.com/?keyId=5&countryCode=NL",
    ] {
        assert_eq!(uri(text), text);
    }
}

#[test]
fn mappings_of_constants() {
    for (target, value, expected) in [
        ("integration.request.header.Authorization", "'Bearer abc'", "'«10»'"),
        ("integration.request.header.x-api-key", "'abc'", "'«3»'"),
        ("integration.request.header.x-api-key", "abc", "«3»"),
        ("integration.request.querystring.code", "'abc'", "'«3»'"),
        ("integration.request.header.x", "'Bearer abc'", "'«10»'"),
        ("integration.request.header.x", "'AKIAIOSFODNN7EXAMPLE'", "'«20»'"),
        ("integration.request.querystring.token", "'$ecret'", "'«6»'"),
        ("integration.request.header.x", "'5f4dcc3b5aa765d61d8327deb882cf99'", "'«32»'"),
    ] {
        assert_eq!(mapping(target, value), expected, "{target}");
    }
    for (target, value) in [
        ("integration.request.header.Authorization", "method.request.header.Authorization"),
        ("integration.request.header.token", "stageVariables.token"),
        ("integration.request.header.Content-Type", "'application/x-www-form-urlencoded'"),
        ("integration.request.header.X-Amz-Invocation-Type", "'Event'"),
        ("integration.request.header.X-Amz-Target", "'DynamoDB_20120810.PutItem'"),
        ("integration.request.header.auth", "'true'"),
    ] {
        assert_eq!(mapping(target, value), value, "{target}");
    }
}

#[test]
fn mappings_of_http_apis_need_no_quotes() {
    let request_parameters = map(&[
        ("append:header.Authorization", "Bearer abc"),
        ("overwrite:header.x-api-key", "$request.header.key"),
        ("overwrite:path", "/orders"),
    ]);
    let integration = v2::Integration { request_parameters, ..v2::Integration::default() };
    let draft = V2Content { integrations: Seen::Set(vec![integration]), ..V2Content::default() };
    let facts = V2Facts { draft, ..V2Facts::default() };
    let mut unit = ApiUnit::V2(V2Unit { scope: Scope::new("aws", "1", "r"), facts, planned: false });
    redact_unit(&mut unit, &salt());
    let ApiUnit::V2(unit) = unit else { panic!("an HTTP API") };
    let parameters = unit.facts.draft.integrations.set().unwrap()[0].request_parameters.set().unwrap();
    let values: Vec<_> = parameters.values().map(shown).collect();
    assert_eq!(values, ["«10»", "$request.header.key", "/orders"]);
}

#[test]
fn literals_of_templates() {
    for (text, expected) in [
        (r#"{"apiKey": "abc", "id": "$input.params('id')"}"#, r#"{"apiKey": "«3»", "id": "$input.params('id')"}"#),
        ("#set($token = 'abc')\n$token", "#set($token = '«3»')\n$token"),
        (
            "#set($context.requestOverride.header['x-api-key'] = \"abc\")",
            "#set($context.requestOverride.header['x-api-key'] = \"«3»\")",
        ),
        (r#"{"Authorization": "Bearer $input.params('t')!"}"#, r#"{"Authorization": "«7»$input.params('t')«1»"}"#),
        ("Action=Send&access_token=abc&Body=$input.body", "Action=Send&access_token=«3»&Body=$input.body"),
        ("<a><Password>abc</Password></a>", "<a><Password>«3»</Password></a>"),
        (r#"{"x": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}"#, r#"{"x": "«40»"}"#),
        ("don't AKIAIOSFODNN7EXAMPLE won't", "don't «20» won't"),
    ] {
        assert_eq!(template(text), expected);
    }
    for text in [
        r#"{"apiKey": "$input.params('key')", "token": "$token", "auth": "${t}", "password": ""}"#,
        r#"{"TableName": "orders", "Key": {"id": {"S": "$input.params('id')"}}}"#,
        "#if($token == \"abc\")x#end",
        "#set($allParams = $input.params())",
        "Action=SendMessage&MessageBody=$util.urlEncode($input.body)",
        "token=$input.params('token')",
    ] {
        assert_eq!(template(text), text);
    }
}

#[test]
fn equal_values_keep_equal_holes_within_one_salt() {
    let hole = |value: &str, salt: &Salt| {
        let mut text = Text::from(format!("https://h/?token={value}"));
        redact_text(&mut text, salt);
        text.holes().next().unwrap().clone()
    };
    let (one, other) = (Salt::of(b"1"), Salt::of(b"2"));
    assert_eq!(hole("abc", &one), hole("abc", &one));
    assert_ne!(hole("abc", &one).id, hole("abd", &one).id);
    assert_ne!(hole("abc", &one).id, hole("abc", &other).id);
    assert_ne!(hole("abc", &Salt::random()).id, hole("abc", &Salt::random()).id);
    let hole = hole("abc", &one);
    assert!(hole.id.starts_with("redacted:3:") && hole.id.len() == "redacted:3:".len() + 8, "{}", hole.id);
    assert_eq!((hole.charset, hole.gap), (Charset::Token, Gap::not_readable("redacted; --keep-values keeps it")));
}

#[test]
fn policies_lose_their_shared_secrets_only() {
    let document = r#"{"Statement":{"Condition":{"StringEquals":{"lambda:EventSourceToken":["abc","d"],"aws:SourceArn":"arn:aws:execute-api:x"},"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}}}}"#;
    let mut policy = Policy::parse(document).unwrap();
    redact_policy(&mut policy, &salt());
    let shown = serde_json::to_string(&policy).unwrap();
    assert!(!shown.contains("\"abc\"") && !shown.contains("\"d\""), "{shown}");
    assert!(shown.contains("arn:aws:execute-api:x") && shown.contains("2026-01-01T00:00:00Z"), "{shown}");
}

#[test]
fn long_texts_take_no_longer_than_their_length() {
    for piece in [
        "?key=",
        "key:\"",
        "<key>",
        ">",
        "://a@",
        "-----BEGIN ",
        "-----END ",
        "${",
        "$input.x(",
        "AKIAIOSFODNN7EXAMPLE-",
        "eyJ",
        "= ",
        "'",
    ] {
        let mut text = Text::from(piece.repeat(100_000 / piece.len()));
        redact_text(&mut text, &salt());
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            AKIA,
            SECRET,
            JWT,
            HEX,
            "https://",
            "user:pw@",
            "?token=",
            "&sig=",
            "\"apiKey\": \"",
            "\"",
            "'",
            "$token = '",
            "${stageVariables.x}",
            "$input.params('x')",
            "-----BEGIN KEY-----",
            "-----END KEY-----",
            "<password>",
            "</password>",
            "ghp_",
            "eyJ",
            ".",
            "-",
            "_",
            ":",
            "=",
            "\\",
            "{",
            "}",
            " ",
            "arn:",
            "\u{fdd0}",
            "\u{e9}",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,12}",
        "[A-Za-z0-9]{20,50}",
    ];
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = Text> {
    let hole = Hole { id: "Param".into(), family: None, charset: Charset::Any, gap: Gap::not_readable("it") };
    let part = prop_oneof![3 => pieces().prop_map(|lit| Part::Lit(lit.into())), 1 => Just(Part::Hole(hole.into()))];
    prop::collection::vec(part, 0..4).prop_map(Text::from_parts)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("password".to_owned()),
        Just("integration.request.header.Authorization".to_owned()),
        Just("x".to_owned())
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn redacting_twice_is_redacting_once(name in name(), value in text(), quotes in any::<bool>()) {
        let value = if quotes { Text::from("'").join(&value).join(&"'".into()) } else { value };
        let mut unit = unit(&[], "", &[], "");
        let one = || Seen::Set(BTreeMap::from([(Str::from(name.as_str()), value.clone())]));
        if let ApiUnit::Rest(unit) = &mut unit {
            let Seen::Set(stages) = &mut unit.facts.stages else { panic!("a stage") };
            stages[0].variables = one();
            let Seen::Set(resources) = &mut unit.facts.draft.resources else { panic!("a resource") };
            let method = resources[0].resource_methods.values_mut().next().unwrap();
            let Seen::Set(integration) = &mut method.method_integration else { panic!("an integration") };
            integration.request_parameters = one();
            integration.request_templates = one();
            let response = rest::IntegrationResponse { response_templates: one(), ..Default::default() };
            integration.integration_responses = Seen::Set([("200".into(), response)].into());
            integration.uri = Seen::Set(value.clone());
        }
        redact_unit(&mut unit, &salt());
        let once = unit.clone();
        // Another salt shows that nothing is left to do.
        redact_unit(&mut unit, &Salt::of(b"another"));
        prop_assert_eq!(once, unit);
    }

    #[test]
    fn what_is_kept_is_kept_byte_for_byte(value in text()) {
        let mut redacted = value.clone();
        redact_text(&mut redacted, &salt());
        // Without the new holes, what is left stands in the old text in this order.
        let mut rest = value.to_string();
        for part in redacted.parts() {
            let kept = match part {
                Part::Lit(lit) => lit.to_string(),
                Part::Hole(hole) if hole.id.starts_with("redacted:") => continue,
                Part::Hole(hole) => format!("${{{}}}", hole.id),
            };
            let at = rest.find(&kept);
            prop_assert!(at.is_some(), "{kept}");
            rest = rest.split_off(at.unwrap() + kept.len());
        }
    }
}
