//! Policies and calls from a fixed seed, as JSON that both sides read.

use super::dice::Dice;

/// Counted up with every change of what is generated.
pub(super) const GENERATOR: u32 = 1;
pub(super) const COUNT: usize = 4_000;

pub(super) const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";
pub(super) const SERVICE: &str = "apigateway.amazonaws.com";
pub(super) const ROLE: &str = "arn:aws:iam::111122223333:role/service-role/gateway";
pub(super) const SESSION: &str = "call";
const SESSION_ARN: &str = "arn:aws:sts::111122223333:assumed-role/gateway/call";
pub(super) const USER: &str = "arn:aws:iam::111122223333:user/ann";
const SOURCE: &str = "arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders";

/// Every condition key that a policy may name. A call carries some of them.
pub(super) const KEYS: &[(&str, &[&str])] = &[
    ("aws:PrincipalArn", &[]),
    ("aws:PrincipalAccount", &[]),
    ("aws:SourceArn", &[SOURCE]),
    ("aws:SourceAccount", &[OWN]),
    ("aws:PrincipalTag/team", &["red"]),
    ("aws:TagKeys", &["red", "green"]),
    ("aws:MultiFactorAuthAge", &["10"]),
    ("aws:CurrentTime", &["2020-06-01T12:00:00Z"]),
    ("aws:SecureTransport", &["true"]),
    ("aws:SourceIp", &["203.0.113.9"]),
];

/// A list of JSON texts.
fn list(values: &[String]) -> String {
    format!("[{}]", values.join(","))
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Who calls what.
struct Setting {
    principal: &'static str,
    action: &'static str,
    resource: String,
    account: &'static str,
}

pub(super) fn case(index: usize) -> String {
    let mut dice = Dice::new(0x6a7e_1147 + index as u64);
    let principal = dice.pick(&[SERVICE, SERVICE, SESSION_ARN, SESSION_ARN, USER]);
    let account = dice.pick(&[OWN, OWN, OTHER]);
    let action = dice.pick(&["lambda:InvokeFunction", "lambda:InvokeFunction", "sqs:SendMessage", "sts:AssumeRole"]);
    let resource = match action {
        "sqs:SendMessage" => format!("arn:aws:sqs:us-east-1:{account}:orders"),
        "sts:AssumeRole" => format!("arn:aws:iam::{account}:role/orders"),
        _ => format!("arn:aws:lambda:us-east-1:{account}:function:{}", dice.pick(&["orders", "orders:live"])),
    };
    let setting = Setting { principal, action, resource, account };
    setting.case(&mut dice)
}

impl Setting {
    fn case(&self, dice: &mut Dice) -> String {
        let service = self.principal == SERVICE;
        let own = |dice: &mut Dice| self.policy(dice, false);
        let identity: Vec<String> = if service { vec![] } else { (0..dice.below(3)).map(|_| own(dice)).collect() };
        let boundary = if !service && dice.percent(30) { own(dice) } else { "null".into() };
        // Every role has a trust policy.
        let always = self.action == "sts:AssumeRole";
        let resource = if dice.percent(85) || always { self.policy(dice, true) } else { "null".into() };
        let mut levels = |resources: bool, chance: usize| match dice.percent(chance) {
            false => "null".to_owned(),
            true => list(&(0..1 + dice.below(2)).map(|_| self.level(dice, resources)).collect::<Vec<_>>()),
        };
        let scps = if service { "null".to_owned() } else { levels(false, 20) };
        // Whether RCPs cover Lambda is left open, so there is nothing to compare.
        let rcps = levels(true, if self.action.starts_with("lambda:") { 0 } else { 20 });
        let context = self.context(dice);
        format!(
            r#"{{"principal":{},"action":{},"resource":{},"account":{},"context":{context},"identity":{},"boundary":{boundary},"resourcePolicy":{resource},"scps":{scps},"rcps":{rcps}}}"#,
            quoted(self.principal),
            quoted(self.action),
            quoted(&self.resource),
            quoted(self.account),
            list(&identity),
        )
    }

    fn context(&self, dice: &mut Dice) -> String {
        let mut found = Vec::new();
        for (key, values) in KEYS {
            let (own, present) = match *key {
                "aws:PrincipalArn" => {
                    (vec![if self.principal == USER { USER } else { ROLE }], self.principal != SERVICE)
                }
                "aws:PrincipalAccount" => (vec![OWN], self.principal != SERVICE),
                _ => (values.to_vec(), dice.percent(70)),
            };
            if present {
                let value = match own.as_slice() {
                    [one] => quoted(one),
                    several => list(&several.iter().map(|value| quoted(value)).collect::<Vec<_>>()),
                };
                found.push(format!("{}:{value}", quoted(key)));
            }
        }
        format!("{{{}}}", found.join(","))
    }

    /// What is attached to one level of an organisation: mostly all is allowed beside.
    fn level(&self, dice: &mut Dice, resources: bool) -> String {
        let principal = if resources { r#","Principal":"*""# } else { "" };
        let full = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"{principal}}}]}}"#
        );
        let effect = if resources || dice.percent(60) { "Deny" } else { "Allow" };
        let statement = self.statement(dice, effect, if resources { r#""Principal":"*","# } else { "" }, false);
        let other = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        list(&if resources || dice.percent(70) { vec![full, other] } else { vec![other] })
    }

    fn policy(&self, dice: &mut Dice, on_resource: bool) -> String {
        let version = dice.pick(&[
            r#""Version":"2012-10-17","#,
            r#""Version":"2012-10-17","#,
            r#""Version":"2012-10-17","#,
            r#""Version":"2008-10-17","#,
            "",
        ]);
        let statements: Vec<String> = (0..1 + dice.below(3))
            .map(|_| {
                let effect = if dice.percent(80) { "Allow" } else { "Deny" };
                let principal = if on_resource { self.principals(dice, effect) } else { String::new() };
                self.statement(dice, effect, &principal, on_resource && self.action == "sts:AssumeRole")
            })
            .collect();
        format!(r#"{{{version}"Statement":{}}}"#, list(&statements))
    }

    fn principals(&self, dice: &mut Dice, effect: &str) -> String {
        let aws =
            |names: &[&str]| format!(r#"{{"AWS":{}}}"#, list(&names.iter().map(|it| quoted(it)).collect::<Vec<_>>()));
        let root = format!("arn:aws:iam::{OWN}:root");
        let gateway = format!(r#"{{"Service":"{SERVICE}"}}"#);
        let session = "arn:aws:sts::111122223333:assumed-role/gateway/other";
        let everyone = [
            quoted("*"),
            aws(&["*"]),
            gateway.clone(),
            format!(r#"{{"Service":["s3.amazonaws.com","{SERVICE}"]}}"#),
            r#"{"Service":"s3.amazonaws.com"}"#.to_owned(),
            aws(&[OWN]),
            aws(&[&root]),
            aws(&[ROLE]),
            aws(&[SESSION_ARN]),
            aws(&[session]),
            aws(&[USER]),
            aws(&[OTHER, "arn:aws:iam::444455556666:role/other"]),
            aws(&[ROLE, USER, &root, SESSION_ARN]),
            r#"{"Federated":"accounts.google.com"}"#.to_owned(),
            r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#.to_owned(),
        ];
        let fitting = match self.principal {
            SERVICE => gateway,
            USER => aws(&[USER]),
            _ => aws(&[ROLE]),
        };
        let value = if dice.percent(45) { fitting } else { dice.pick(&everyone) };
        let name = if effect == "Deny" && self.action != "sts:AssumeRole" && dice.percent(15) {
            "NotPrincipal"
        } else {
            "Principal"
        };
        format!("\"{name}\":{value},")
    }

    fn statement(&self, dice: &mut Dice, effect: &str, principal: &str, trust: bool) -> String {
        let action = match dice.below(10) {
            0..5 => format!("\"Action\":{}", quoted(self.action)),
            5..9 => format!(
                "\"Action\":{}",
                dice.pick(&[
                    r#""*""#,
                    r#""lambda:*""#,
                    r#"["lambda:GetFunction","LAMBDA:invoke*"]"#,
                    r#""lambda:Invoke?unction""#,
                    r#""lambda:Get*""#,
                    r#"["sqs:*","sts:*"]"#,
                    r#""*:*e""#,
                ])
            ),
            _ => format!("\"NotAction\":{}", dice.pick(&[r#""lambda:Invoke*""#, r#"["s3:*","sqs:*"]"#, r#""iam:*""#])),
        };
        let resource = if trust { String::new() } else { self.resources(dice) };
        let conditions: Vec<(String, String)> = match dice.below(10) {
            0..5 => vec![],
            5..9 => vec![condition(dice)],
            _ => vec![condition(dice), condition(dice)],
        };
        let distinct = conditions.len() < 2 || conditions[0].0 != conditions[1].0;
        let kept = if distinct { conditions.as_slice() } else { &conditions[..1] };
        let conditions = match kept {
            [] => String::new(),
            kept => format!(
                ",\"Condition\":{{{}}}",
                kept.iter().map(|it| format!("\"{}\":{}", it.0, it.1)).collect::<Vec<_>>().join(",")
            ),
        };
        format!(r#"{{"Effect":"{effect}",{principal}{action}{resource}{conditions}}}"#)
    }

    fn resources(&self, dice: &mut Dice) -> String {
        let own = quoted(&self.resource);
        let values = match dice.below(10) {
            0..4 => own,
            4..6 => quoted("*"),
            _ => dice.pick(&[
                quoted(&format!("{}*", self.resource)),
                quoted(&format!("{}:*", self.resource)),
                list(&[quoted("arn:aws:s3:::bucket/*"), own.clone()]),
                quoted("arn:aws:lambda:*:*:function:o*"),
                quoted("arn:aws:lambda:us-east-?:111122223333:function:*"),
                quoted("arn:aws:*:*:*:*"),
                quoted("arn:aws:lambda:us-east-1:444455556666:function:orders:live"),
                quoted("arn:aws:lambda:*:orders"),
                quoted("arn:aws:sqs:us-east-1:*"),
                quoted("arn:aws:sqs:us-east-1:111122223333:Orders"),
                quoted("arn:aws:lambda:us-east-1:${aws:PrincipalAccount}:function:orders"),
                quoted("arn:aws:sqs:us-east-1:111122223333:${aws:PrincipalTag/team, 'orders'}"),
                quoted("arn:aws:lambda:us-east-1:111122223333:function:${aws:PrincipalTag/team}*"),
            ]),
        };
        let name = if dice.percent(10) { "NotResource" } else { "Resource" };
        format!(",\"{name}\":{values}")
    }
}

/// An operator, and its key with values.
fn condition(dice: &mut Dice) -> (String, String) {
    let (operators, key, values): (&[&str], &str, &[&str]) = dice.pick(&[
        (
            &["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike", "StringEquals", "StringNotLike"],
            "AWS:SourceArn",
            &[
                r#""arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders""#,
                r#""arn:aws:execute-api:us-east-1:111122223333:abc/*/GET/*""#,
                r#"["arn:aws:execute-api:*:*:abc/*/POST/*","arn:aws:execute-api:us-*:*:abc/*"]"#,
                r#""arn:aws:execute-api:*:abc/prod/GET/orders""#,
                r#""arn:aws:execute-api:*""#,
                r#""arn:aws:execute-api:us-east-?:${aws:SourceAccount}:abc/*""#,
                r#""arn:aws:execute-api:us-east-1:111122223333:zzz/*""#,
            ] as &[&str],
        ),
        (
            &["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIgnoreCase", "NumericEquals"],
            "aws:sourceaccount",
            &[r#""111122223333""#, r#"["444455556666","111122223333"]"#, r#""444455556666""#, r#""1111*""#],
        ),
        (
            &[
                "StringEquals",
                "StringLike",
                "StringNotEquals",
                "StringNotLike",
                "StringEqualsIgnoreCase",
                "StringNotEqualsIgnoreCase",
            ],
            "aws:PrincipalTag/team",
            &[r#""red""#, r#""RED""#, r#""r*""#, r#""${aws:PrincipalTag/team}""#, r#"["blue","r?d"]"#, r#""${*}""#],
        ),
        (
            &[
                "ForAllValues:StringEquals",
                "ForAnyValue:StringEquals",
                "ForAllValues:StringNotEquals",
                "ForAnyValue:StringNotEquals",
                "ForAllValues:StringLike",
                "ForAnyValue:StringLike",
            ],
            "aws:TagKeys",
            &[r#""red""#, r#"["red","green","blue"]"#, r#""blue""#, r#""*e*""#],
        ),
        (
            &[
                "NumericEquals",
                "NumericNotEquals",
                "NumericLessThan",
                "NumericLessThanEquals",
                "NumericGreaterThan",
                "NumericGreaterThanEquals",
            ],
            "aws:MultiFactorAuthAge",
            &[r#""10""#, r#""9""#, r#""10.5""#, r#"["1","10.0"]"#],
        ),
        (
            &[
                "DateEquals",
                "DateNotEquals",
                "DateLessThan",
                "DateLessThanEquals",
                "DateGreaterThan",
                "DateGreaterThanEquals",
            ],
            "aws:CurrentTime",
            &[r#""2020-06-01T12:00:00Z""#, r#""2020-06-02T00:00:00Z""#, r#""2020-05-01""#, r#""1591012800""#],
        ),
        (&["Bool", "Bool", "Null"], "aws:SecureTransport", &[r#""true""#, r#""false""#]),
        (&["Null"], "aws:PrincipalTag/team", &[r#""true""#, r#""false""#]),
        (
            &["IpAddress", "NotIpAddress"],
            "aws:SourceIp",
            &[r#""203.0.113.0/24""#, r#""203.0.113.9""#, r#"["10.0.0.0/8","2001:db8::/32"]"#, r#""0.0.0.0/0""#],
        ),
        (
            &["ArnLike", "ArnEquals", "StringEquals", "ArnNotLike"],
            "aws:PrincipalArn",
            &[
                r#""arn:aws:iam::111122223333:role/service-role/gateway""#,
                r#""arn:aws:iam::*:role/*""#,
                r#""arn:aws:iam::111122223333:user/ann""#,
            ],
        ),
    ]);
    let operator = dice.pick(operators);
    let exists = if operator != "Null" && dice.percent(15) { "IfExists" } else { "" };
    (format!("{operator}{exists}"), format!("{{\"{key}\":{}}}", dice.pick(values)))
}
