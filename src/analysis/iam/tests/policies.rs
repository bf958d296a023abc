//! Whole policies: Lambda's, trust policies, a role's own.

use super::*;

fn lambda(statements: &str) -> Policy {
    policy(&format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":[{statements}]}}"#))
}

fn grant(sid: &str, source: &str) -> String {
    format!(
        r#"{{"Sid":"{sid}","Effect":"Allow","Principal":{{"Service":"apigateway.amazonaws.com"}},
        "Action":"lambda:InvokeFunction","Resource":"{FUNCTION}",
        "Condition":{{"ArnLike":{{"AWS:SourceArn":"{source}"}}}}}}"#
    )
}

fn judged(statements: &str) -> Tri<Proof> {
    resource_policy(&lambda(statements), "the policy of orders", &invoke())
}

fn proof(answer: Tri<Proof>) -> Proof {
    match answer {
        Tri::Yes(proof) | Tri::No(proof) => proof,
        Tri::Unknown(gaps) => panic!("unknown: {gaps:?}"),
    }
}

#[test]
fn what_add_permission_writes() {
    let api = format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc");
    let table = [
        ("/*/GET/orders", 'y'),
        ("/*", 'y'),
        ("/*/*/*", 'y'),
        ("/prod/*/orders", 'y'),
        ("/*/POST/orders", 'n'),
        ("/test/GET/orders", 'n'),
        ("/*/GET/orders/", 'n'),
        ("/authorizers/*", 'n'),
        ("x/*/GET/orders", 'n'),
    ];
    for (rest, expected) in table {
        assert_eq!(mark(&judged(&grant("g", &format!("{api}{rest}")))), expected, "{rest}");
    }
    let west = api.replace("us-east-1", "us-west-2");
    assert_eq!(mark(&judged(&grant("g", &format!("{west}/*")))), 'n', "another region");
    let authorizer = invoke_from(source("abc/authorizers/a1b2c3"));
    let policy = |rest: &str| lambda(&grant("g", &format!("{api}{rest}")));
    assert!(resource_policy(&policy("/*/*"), "p", &authorizer).is_yes());
    assert!(resource_policy(&policy("/prod/*"), "p", &authorizer).is_no());
    let default = invoke_from(source("abc/$default/$default"));
    assert!(resource_policy(&policy("/*/*/*"), "p", &default).is_no(), "only two segments");
    assert!(resource_policy(&policy("/*/*"), "p", &default).is_yes());
    let root = invoke_from(source("abc/prod/GET/"));
    assert!(resource_policy(&policy("/*/GET"), "p", &root).is_no(), "the root ends with a slash");
}

#[test]
fn sentences_name_the_nearest_statement() {
    let far = grant("apigw", &format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/*/POST/orders"));
    let s3 = r#"{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"*"}"#;
    let proof = proof(judged(&format!("{s3},{far}")));
    assert_eq!(
        proof.sentence(),
        "statement `apigw` allows `arn:aws:execute-api:us-east-1:111122223333:abc/*/POST/orders`; \
         this call comes from `arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders`"
    );
    assert_eq!(proof.pointer().as_deref(), Some("/Statement/1/Condition/ArnLike/AWS:SourceArn"));
    assert_eq!(proof.statement().unwrap().index, 1);
}

#[test]
fn sentences_for_the_other_elements() {
    let table = [
        (
            r#""Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:*","Resource":"*""#,
            "statement `x` allows `s3.amazonaws.com`; this call comes from `apigateway.amazonaws.com`",
            "/Statement/0/Principal",
        ),
        (
            r#""Principal":"*","Action":["lambda:GetFunction","lambda:GetPolicy"],"Resource":"*""#,
            "statement `x` allows `lambda:GetFunction` or `lambda:GetPolicy`; this call needs `lambda:InvokeFunction`",
            "/Statement/0/Action",
        ),
        (
            r#""Principal":"*","NotAction":"lambda:*","Resource":"*""#,
            "statement `x` allows all but `lambda:*`; this call needs `lambda:InvokeFunction`",
            "/Statement/0/NotAction",
        ),
        (
            r#""Principal":"*","Action":"*","Resource":"arn:aws:lambda:us-east-1:111122223333:function:orders:prod""#,
            "statement `x` allows `arn:aws:lambda:us-east-1:111122223333:function:orders:prod`; this call is for `arn:aws:lambda:us-east-1:111122223333:function:orders`",
            "/Statement/0/Resource",
        ),
        (
            r#""Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"999999999999"}}"#,
            "statement `x` requires aws:SourceAccount StringEquals `999999999999`; this call has `111122223333`",
            "/Statement/0/Condition/StringEquals/aws:SourceAccount",
        ),
    ];
    for (elements, sentence, pointer) in table {
        let proof = proof(judged(&format!(r#"{{"Sid":"x","Effect":"Allow",{elements}}}"#)));
        assert_eq!(proof.sentence(), sentence);
        assert_eq!(proof.pointer().as_deref(), Some(pointer));
    }
    let nothing = proof(judged(""));
    assert_eq!((nothing.sentence().as_str(), nothing.pointer().as_deref()), ("no statement allows this call", None));
}

#[test]
fn a_single_statement_has_a_pointer_without_index() {
    let one = policy(r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#);
    let proof = proof(resource_policy(&one, "p", &invoke()));
    assert_eq!(
        (proof.sentence().as_str(), proof.pointer().as_deref()),
        ("statement 1 of p denies this call", Some("/Statement"))
    );
}

#[test]
fn denies_come_first_and_unknown_denies_count() {
    let allow = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
    let deny = |condition: &str| {
        format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"lambda:Invoke*","Resource":"*","Condition":{{{condition}}}}}"#
        )
    };
    let org = r#""StringNotEquals":{"aws:PrincipalOrgID":"o-1"}"#;
    let stage = r#""ArnNotLike":{"aws:SourceArn":"arn:aws:execute-api:*:*:abc/test/*"}"#;
    let other = r#""ArnLike":{"aws:SourceArn":"arn:aws:execute-api:*:*:abc/test/*"}"#;
    assert_eq!(mark(&judged(&format!("{allow},{}", deny(stage)))), 'n');
    assert_eq!(mark(&judged(&format!("{allow},{}", deny(other)))), 'y');
    assert_eq!(mark(&judged(&format!("{allow},{}", deny(org)))), '?');
    assert_eq!(mark(&judged(&deny(org))), 'n', "nothing allows it anyway");
    assert_eq!(mark(&judged(&format!("{allow},{},{}", deny(org), deny(stage)))), 'n', "an explicit deny decides");
}

#[test]
fn principals() {
    let table = [
        (r#""Principal":"*""#, 'y', 'y'),
        (r#""Principal":{"AWS":"*"}"#, '?', 'y'),
        (r#""Principal":{"Service":"apigateway.amazonaws.com"}"#, 'y', 'n'),
        (r#""Principal":{"Service":["s3.amazonaws.com","apigateway.amazonaws.com"]}"#, 'y', 'n'),
        (r#""Principal":{"Service":"ops.apigateway.amazonaws.com"}"#, 'n', 'n'),
        (r#""Principal":{"Service":"apigateway.amazonaws.com.cn"}"#, '?', 'n'),
        (r#""Principal":{"Service":"APIGATEWAY.amazonaws.com"}"#, '?', 'n'),
        (r#""Principal":{"AWS":"111122223333"}"#, 'n', 'y'),
        (r#""Principal":{"AWS":"arn:aws:iam::111122223333:root"}"#, 'n', 'y'),
        (r#""Principal":{"AWS":["444455556666","arn:aws:iam::111122223333:role/service-role/gateway"]}"#, 'n', 'y'),
        (r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/gateway"}"#, 'n', 'n'),
        (r#""Principal":{"AWS":"arn:aws:iam::111122223333:user/gateway"}"#, 'n', 'n'),
        (
            r#""Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/gateway/BackplaneAssumeRoleSession"}"#,
            'n',
            '?',
        ),
        (r#""Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/other/session"}"#, 'n', 'n'),
        (r#""Principal":{"AWS":"arn:aws:sts::444455556666:assumed-role/gateway/session"}"#, 'n', 'n'),
        (r#""Principal":{"AWS":"AROAEXAMPLEID"}"#, 'n', '?'),
        (r#""Principal":{"Federated":"cognito-identity.amazonaws.com"}"#, 'n', 'n'),
        (r#""Principal":{"Robot":"r2d2"}"#, '?', '?'),
        (r#""Principal":"apigateway.amazonaws.com""#, '?', '?'),
        (r#""Principal":{"Service":"apigateway.amazonaws.com"},"NotPrincipal":"*""#, '?', '?'),
        (r#""Resource":"*""#, '?', '?'),
    ];
    // The role calls a function of another account, where naming its account is enough.
    let resource = FUNCTION.replace(ACCOUNT, "444455556666").into();
    let role = Call { principal: role(), resource, context: Context::role(ROLE.into(), ACCOUNT.into()), ..invoke() };
    for (principal, service, of_role) in table {
        let resource = if principal.contains("Resource") { "" } else { r#","Resource":"*""# };
        let policy = lambda(&format!(r#"{{"Effect":"Allow",{principal},"Action":"*"{resource}}}"#));
        assert_eq!(mark(&resource_policy(&policy, "p", &invoke())), service, "{principal}");
        assert_eq!(mark(&resource_policy(&policy, "p", &role)), of_role, "{principal} for a role");
    }
    let denies = [
        (r#"{"Service":"apigateway.amazonaws.com"}"#, 'y', 'n'),
        (r#"{"Service":"s3.amazonaws.com"}"#, 'n', 'n'),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/service-role/gateway"}"#, 'n', '?'),
        (
            r#"{"AWS":["arn:aws:iam::111122223333:role/service-role/gateway","arn:aws:iam::111122223333:root"]}"#,
            'n',
            // Perhaps the session has to be named as well.
            '?',
        ),
    ];
    for (excepted, service, of_role) in denies {
        let policy = lambda(&format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}},
               {{"Effect":"Deny","NotPrincipal":{excepted},"Action":"*","Resource":"*"}}"#
        ));
        assert_eq!(mark(&resource_policy(&policy, "p", &invoke())), service, "all but {excepted}");
        assert_eq!(mark(&resource_policy(&policy, "p", &role)), of_role, "all but {excepted} for a role");
    }
}

#[test]
fn malformed_statements_never_match() {
    let table = [
        r#"{"Principal":"*","Action":"*","Resource":"*"}"#,
        r#"{"Effect":"allow","Principal":"*","Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":"*","Action":"*","NotAction":"s3:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":"*","Action":[],"Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":"*","Action":"*"}"#,
        r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"Fits":{"a":"b"}}}"#,
        r#"{"Effect":"Allow","NotPrincipal":{"AWS":"444455556666"},"Action":"*","Resource":"*"}"#,
    ];
    for statement in table {
        assert_eq!(mark(&judged(statement)), '?', "{statement}");
    }
    for statement in [
        r#"{"Principal":{"Service":"s3.amazonaws.com"},"Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":{"AWS":[]},"Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"*","NotAction":"s3:*","Resource":"*"}"#,
    ] {
        assert_eq!(mark(&judged(statement)), '?', "{statement}");
    }
    let strange = policy(
        r#"{"Version":"2031-01-01","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#,
    );
    assert_eq!(mark(&resource_policy(&strange, "p", &invoke())), '?');
}

#[test]
fn no_element_stands_twice() {
    let statement = |elements: &str| {
        Policy::parse(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*",{elements}}}}}"#))
    };
    for twice in [
        r#""Principal":"*","Effect":"Deny""#,
        r#""Principal":{"AWS":"1","AWS":"2"}"#,
        r#""Condition":{"Bool":{"a":"true"},"Bool":{"b":"true"}}"#,
        r#""Condition":{"Bool":{"a":"true","a":"false"}}"#,
    ] {
        assert!(statement(twice).is_err(), "{twice}");
    }
    // These differ, and both count.
    assert!(statement(r#""Condition":{"Bool":{"a":"true","A":"false"}}"#).is_ok());
}

#[test]
fn function_urls_do_not_let_api_gateway_in() {
    let url = r#"{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"*","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}},
                 {"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"*","Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}"#;
    assert_eq!(mark(&judged(url)), 'n');
}

#[test]
fn trust_policies() {
    let call = Call {
        principal: service(),
        action: "sts:AssumeRole".into(),
        resource: ROLE.into(),
        context: Context::apigateway_assuming(source("abc/prod/GET/orders"), ACCOUNT.into()),
    };
    let table = [
        (r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole""#, 'y'),
        (r#""Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#, 'n'),
        (r#""Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole""#, 'n'),
        (r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:TagSession""#, 'n'),
        (r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole","Resource":"*""#, '?'),
        (
            r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
            '?',
        ),
        (
            r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}}"#,
            'y',
        ),
        (
            r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"999999999999"}}"#,
            'n',
        ),
        (
            r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:execute-api:*:999999999999:*"}}"#,
            'n',
        ),
        (
            r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}"#,
            '?',
        ),
    ];
    for (elements, expected) in table {
        let policy = policy(&format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{elements}}}]}}"#));
        assert_eq!(mark(&trust(&policy, &call)), expected, "{elements}");
    }
}

#[test]
fn a_roles_own_policies_and_its_boundary() {
    let set = |effect: &str, action: &str, resource: &str| {
        Seen::Set(policy(&format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}}}"#
        )))
    };
    let allow = set("Allow", "lambda:*", &format!("{FUNCTION}*"));
    let bare = set("Allow", "lambda:InvokeFunction", &format!("{FUNCTION}:prod"));
    let deny = set("Deny", "lambda:Invoke*", "*");
    let reading = set("Allow", "s3:*", "*");
    let hidden = Seen::Unknown(Gap::Denied { action: "iam:GetRolePolicy".into(), on: ROLE.into() });
    let gone = Seen::Unset;
    let call = Call { principal: role(), context: Context::role(ROLE.into(), ACCOUNT.into()), ..invoke() };
    type Document<'a> = &'a Seen<Policy>;
    let table: &[(&[Document<'_>], Option<Document<'_>>, char)] = &[
        (&[&allow], None, 'y'),
        (&[&bare], None, 'n'),
        (&[&bare, &allow], None, 'y'),
        (&[], None, 'n'),
        (&[&allow, &deny], None, 'n'),
        (&[&hidden], None, '?'),
        (&[&hidden, &allow], None, '?'),
        (&[&hidden, &deny], None, 'n'),
        (&[&gone, &allow], None, 'y'),
        (&[&allow], Some(&allow), 'y'),
        (&[&allow], Some(&reading), 'n'),
        (&[&allow], Some(&hidden), '?'),
        (&[&hidden], Some(&reading), 'n'),
        (&[&bare], Some(&hidden), 'n'),
        (&[&allow], Some(&deny), 'n'),
        (&[&hidden], Some(&deny), 'n'),
    ];
    for (i, (own, boundary, expected)) in table.iter().enumerate() {
        let own: Vec<_> = own.iter().map(|document| Labelled { label: "own", document }).collect();
        let boundary = boundary.map(|document| Labelled { label: "bounds", document });
        assert_eq!(mark(&identity_policies(&own, boundary, &call)), *expected, "row {i}");
    }
    let own = [Labelled { label: "own", document: &allow }];
    let bounds = Labelled { label: "bounds", document: &reading };
    assert_eq!(
        proof(identity_policies(&own, Some(bounds), &call)).sentence(),
        "the permissions boundary bounds does not include this call: statement 1 allows `s3:*`; \
         this call needs `lambda:InvokeFunction`"
    );
    let principal =
        Seen::Set(policy(r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#));
    assert_eq!(mark(&identity_policies(&[Labelled { label: "own", document: &principal }], None, &call)), '?');
}

#[test]
fn texts_with_holes() {
    let api = |id: &str| hole(id, Some("api"), Charset::Id);
    let arn = |parts: &[Part]| {
        Text::from_parts([lit("arn:aws:execute-api:us-east-1:111122223333:")].into_iter().chain(parts.iter().cloned()))
    };
    let call = invoke_from(arn(&[api("RestApi"), lit("/prod/GET/orders")]));
    let mut policy = lambda(&grant("g", "replaced"));
    let mut answer = |source: Text| {
        let crate::model::policy::Many::List(statements) = &mut policy.statement else { panic!() };
        let condition = statements[0].condition.get_mut("ArnLike").unwrap();
        let value = crate::model::policy::Scalar::Text(source);
        condition.insert("AWS:SourceArn".into(), crate::model::policy::Many::One(value));
        mark(&resource_policy(&policy, "p", &call))
    };
    assert_eq!(answer(arn(&[api("RestApi"), lit("/*/GET/orders")])), 'y');
    assert_eq!(answer(arn(&[api("Other"), lit("/*/GET/orders")])), 'n');
    assert_eq!(answer(arn(&[lit("abcdef/*/GET/orders")])), '?');
    assert_eq!(answer(arn(&[api("RestApi"), lit("/*/POST/orders")])), 'n');
    let crate::model::policy::Many::List(statements) = &mut policy.statement else { panic!() };
    statements[0].condition.clear();
    statements[0].effect = Some(Text::from_parts([hole("Effect", None, Charset::Any)]));
    assert_eq!(mark(&resource_policy(&policy, "p", &call)), '?');
}
