//! Function policies: AWS keeps one for the function and one for each alias and version, moto one for all.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::proxy::answer::{Answer, WireError};
use crate::proxy::call::Call;
use crate::proxy::upstream::Upstream;

/// Region, function, and qualifier ("" for none).
type Name = (String, String, String);

#[derive(Default)]
pub(super) struct Policies(Mutex<BTreeMap<Name, Vec<Value>>>);

impl Policies {
    pub(super) async fn answer(&self, moto: &Upstream, call: &Call) -> Answer {
        match call.operation.as_str() {
            "AddPermission" => self.add(moto, call).await,
            "GetPolicy" => self.get(moto, call).await,
            "RemovePermission" => self.remove(moto, call).await,
            "GetFunctionConfiguration" => {
                let mut answer = moto.forward(call).await;
                qualify(call, &mut answer);
                answer
            }
            "DeleteFunction" => {
                let answer = moto.forward(call).await;
                let (region, function, qualifier) = name(call);
                if answer.ok() && qualifier.is_empty() {
                    self.lock().retain(|key, _| key.0 != region || key.1 != function);
                }
                answer
            }
            _ => moto.forward(call).await,
        }
    }

    async fn add(&self, moto: &Upstream, call: &Call) -> Answer {
        let sid = &call.json["StatementId"];
        let taken = self.lock().get(&name(call)).is_some_and(|policy| policy.iter().any(|one| one["Sid"] == *sid));
        if taken {
            let message = format!(
                "The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement."
            );
            return WireError::new("ResourceConflictException", 409, &message).answer(call);
        }
        let answer = moto.forward(call).await;
        if answer.ok() {
            let statement = answer.value()["Statement"].as_str().map(serde_json::from_str::<Value>);
            let statement = statement.expect("AddPermission answers a statement").expect("a statement is JSON");
            self.lock().entry(name(call)).or_default().push(statement);
        }
        answer
    }

    async fn get(&self, moto: &Upstream, call: &Call) -> Answer {
        let statements = self.lock().get(&name(call)).cloned().unwrap_or_default();
        if !statements.is_empty() {
            let policy = json!({"Version": "2012-10-17", "Id": "default", "Statement": statements});
            let body = json!({"Policy": policy.to_string(), "RevisionId": "00000000-0000-4000-8000-000000000000"});
            return Answer::json(200, &body);
        }
        let answer = moto.forward(call).await;
        if !answer.ok() || self.is_a_stacks(&name(call)) {
            return answer;
        }
        let message = "The resource you requested does not exist.";
        WireError::new("ResourceNotFoundException", 404, message).answer(call)
    }

    /// Does moto alone know the policy? A stack's grants pass nobody, and only those on functions come to be.
    fn is_a_stacks(&self, (region, function, qualifier): &Name) -> bool {
        qualifier.is_empty() && !self.lock().keys().any(|key| key.0 == *region && key.1 == *function)
    }

    async fn remove(&self, moto: &Upstream, call: &Call) -> Answer {
        let known = match self.lock().get_mut(&name(call)) {
            Some(policy) => {
                let before = policy.len();
                policy.retain(|one| one["Sid"] != call.id(1));
                policy.len() < before
            }
            None => false,
        };
        let answer = moto.forward(call).await;
        // moto, with its one policy, may have lost a statement of the same name already.
        if known { Answer::json(204, &Value::Null) } else { answer }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Name, Vec<Value>>> {
        self.0.lock().expect("the policies are poisoned")
    }
}

/// A function is named by its name, `name:qualifier`, `account:function:name` or a whole ARN.
fn name(call: &Call) -> Name {
    let given = call.id(0);
    let given = given.rsplit_once("function:").map_or(given, |(_, tail)| tail);
    let (function, inline) = given.split_once(':').unwrap_or((given, ""));
    let qualifier = call.query.get("Qualifier").map_or(inline, String::as_str);
    (call.region().to_owned(), function.to_owned(), qualifier.to_owned())
}

/// AWS answers the ARN that was asked for; moto that of the version behind it.
fn qualify(call: &Call, answer: &mut Answer) {
    let (_, function, qualifier) = name(call);
    if !answer.ok() || qualifier.is_empty() {
        return;
    }
    answer.edit(|configuration| {
        let arn = configuration["FunctionArn"].as_str().unwrap_or_default();
        let base = arn.split_once(":function:").map_or(arn, |(base, _)| base);
        configuration["FunctionArn"] = json!(format!("{base}:function:{function}:{qualifier}"));
    });
}
