//! Functions, their aliases and versions, and who may call them.

use super::fields::{Fields, text};
use super::{Declared, Facts, Stack};
use crate::capture::Held;
use crate::model::lambda::{Alias, Function, RoutingConfig, State};
use crate::model::policy::{Many, Policy, Principal, Scalar, Statement};
use crate::model::refs::{Arn, qualified};
use crate::model::{Charset, Gap, Hole, Part, Scope, Seen, Str, Text};
use std::collections::{BTreeMap, HashMap};

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    let mut functions: Vec<Function> = stack.of("AWS::Lambda::Function").map(|it| function(stack, it)).collect();
    for declared in stack.of("AWS::Lambda::Version") {
        functions.extend(version(stack, declared, &functions));
    }
    for declared in stack.of("AWS::Lambda::Alias") {
        functions.extend(alias(stack, declared, &functions));
    }
    into.shared.functions.extend(functions.into_iter().map(|facts| Held { scope: stack.scope.clone(), facts }));
}

/// Grants, and what may hide some.
pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    let Facts { shared, told, .. } = of;
    let mut functions = Functions::of(&mut shared.functions);
    for declared in stack.of("AWS::Lambda::Permission") {
        permission(stack, declared, &mut functions);
    }
    for declared in stack.of("AWS::Lambda::ResourcePolicy") {
        whole_policy(stack, declared, &mut functions);
    }
    let unseen = stack.unseen_of("AWS::Lambda::Function", told);
    for function in shared.functions.iter_mut().map(|held| &mut held.facts) {
        if let Some(gap) = unseen(&function.function_name) {
            may_be_granted(function, gap);
        }
    }
}

/// A grant may be among what is not seen. It takes nothing away from those that are.
fn may_be_granted(function: &mut Function, gap: &Gap) {
    let hole = Hole { id: "a grant that is not seen".into(), family: None, charset: Charset::Any, gap: gap.clone() };
    // Every call says this of itself, so that only the statement is unknown.
    let key = ("aws:PrincipalIsAWSService".into(), Many::One(Scalar::Text(Text::hole(hole))));
    let statement = Statement {
        effect: Some("Allow".into()),
        principal: Some(Principal::Any("*".into())),
        action: Some(Many::One("lambda:InvokeFunction".into())),
        resource: Some(Many::One(function.function_arn.clone())),
        condition: [("StringEquals".into(), [key].into())].into(),
        ..Statement::default()
    };
    add(function, statement);
}

fn add(function: &mut Function, statement: Statement) {
    match &mut function.policy {
        Seen::Set(Policy { statement: Many::List(list), .. }) => list.push(statement),
        Seen::Unknown(_) => {}
        policy => {
            let statement = Many::List(vec![statement]);
            *policy = Seen::Set(Policy { version: Some("2012-10-17".into()), statement, id: None });
        }
    }
}

/// Could two texts of which something is given from outside be the same? What this deployment makes is not known before,
/// and so nobody can give it.
pub(super) fn could_be(name: &Text, function: &Text) -> bool {
    let made = |text: &Text| text.holes().any(|hole| hole.family.is_some());
    let written = name.lit().is_some() && function.lit().is_some();
    !written && !made(name) && !made(function) && !name.is_surely_not(function)
}

fn function(stack: &Stack<'_>, declared: &Declared) -> Function {
    let arn = stack.attribute(declared, "Arn");
    let fields = stack.fields(declared, &arn);
    Function {
        function_name: declared.reference.clone(),
        qualifier: None,
        version: Seen::Set("$LATEST".into()),
        // What a deployment made becomes active.
        state: declared.if_made(State::Active),
        state_reason: Seen::Unset,
        state_reason_code: Seen::Unset,
        last_update_status: Seen::Unset,
        timeout: fields.int("Timeout", "Timeout"),
        runtime: fields.text("Runtime", "Runtime"),
        role: fields.text("Role", "Role"),
        policy: Seen::Unset,
        reserved_concurrent_executions: fields.int("ReservedConcurrentExecutions", "ReservedConcurrentExecutions"),
        alias: Seen::Unset,
        function_arn: arn,
    }
}

fn version(stack: &Stack<'_>, declared: &Declared, functions: &[Function]) -> Option<Function> {
    let fields = stack.fields(declared, &declared.reference);
    let of = named(functions, fields.text("FunctionName", "FunctionName").set()?)?;
    let number = suffix(&declared.reference, &of.function_arn)?;
    written_at_function(stack, of, &declared.reference);
    Some(Function {
        qualifier: Some(number.clone()),
        version: Seen::Set(number),
        function_arn: declared.reference.clone(),
        policy: Seen::Unset,
        ..of.clone()
    })
}

fn alias(stack: &Stack<'_>, declared: &Declared, functions: &[Function]) -> Option<Function> {
    let fields = stack.fields(declared, &declared.reference);
    let of = named(functions, fields.text("FunctionName", "FunctionName").set()?)?;
    let name = fields.text("Name", "Name").set()?.clone();
    written_at_function(stack, of, &declared.reference);
    let routing_config = match fields.object("RoutingConfig", "Alias/RoutingConfig") {
        Seen::Set(routing) => weights(&routing).map(Some),
        Seen::Unset => Ok(None),
        Seen::Unknown(gap) => Err(gap),
    };
    let facts = Alias {
        name: name.label().into(),
        function_version: fields.text("FunctionVersion", "Alias/FunctionVersion"),
        routing_config: routing_config.map_or_else(Seen::Unknown, Seen::from),
    };
    Some(Function {
        qualifier: Some(name),
        version: facts.function_version.clone(),
        function_arn: declared.reference.clone(),
        policy: Seen::Unset,
        alias: Seen::Set(facts),
        ..of.clone()
    })
}

/// An alias or a version runs as its function says, and there it was written.
fn written_at_function(stack: &Stack<'_>, of: &Function, called: &Text) {
    for declared in stack.of("AWS::Lambda::Function").filter(|it| it.reference == of.function_name) {
        let fields = Fields::new(&declared.properties, stack.ledger, called.label());
        for fact in ["Timeout", "Runtime", "Role", "ReservedConcurrentExecutions"] {
            fields.get(fact, fact);
        }
    }
}

fn weights(routing: &Fields<'_>) -> Result<RoutingConfig, Gap> {
    let mut additional_version_weights = BTreeMap::new();
    for one in routing.objects("AdditionalVersionWeights", "AdditionalVersionWeights").list()? {
        let missing = || Gap::not_readable("the weights of an alias");
        let version = one.text("FunctionVersion", "FunctionVersion").known()?.ok_or_else(missing)?.to_string();
        let weight = *one.float("FunctionWeight", "FunctionWeight").known()?.ok_or_else(missing)?;
        additional_version_weights.insert(Str::from(version), weight);
    }
    Ok(RoutingConfig { additional_version_weights })
}

/// `AddPermission` writes one statement into the policy of just this name and qualifier.
fn permission(stack: &Stack<'_>, declared: &Declared, functions: &mut Functions<'_>) {
    let fields = stack.fields(declared, &declared.reference);
    let target = fields.text("FunctionName", "FunctionName");
    let Some(function) = functions.named(&target, &stack.scope, may_be_granted) else { return };
    let number = function.policy.set().map_or(0, |policy| policy.statement.as_slice().len());
    let resource = function.function_arn.to_string();
    let pointer = format!("/Policy/Statement/{number}");
    stack.ledger.note(&resource, &pointer, declared.at);
    if let Some(named) = declared.properties.get("FunctionName") {
        // Of a policy that stands on the wrong function, its function is what is wrong.
        stack.ledger.note(&resource, "/Policy", named.at);
    }
    let fields = Fields::new(&declared.properties, stack.ledger, resource).at(&pointer);
    let statement = match statement(declared, &fields, &function.function_arn) {
        Ok(statement) => statement,
        Err(gap) => {
            function.policy = Seen::Unknown(gap);
            return;
        }
    };
    add(function, statement);
}

/// `PutResourcePolicy` writes the whole policy. What is left of statements that `AddPermission` writes beside it is not
/// documented.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-resourcepolicy.html>
fn whole_policy(stack: &Stack<'_>, declared: &Declared, functions: &mut Functions<'_>) {
    // It may deny as well.
    let hide = |function: &mut Function, gap: &Gap| function.policy = Seen::Unknown(gap.clone());
    let fields = stack.fields(declared, &declared.reference);
    let target = fields.text("ResourceArn", "ResourceArn");
    let Some(function) = functions.named(&target, &stack.scope, hide) else { return };
    let fields = Fields::new(&declared.properties, stack.ledger, function.function_arn.to_string());
    let said = fields.document("PolicyDocument", "Policy");
    function.policy = match (&function.policy, &declared.undecided) {
        (_, Some(gap)) => Seen::Unknown(gap.clone()),
        (Seen::Unset, None) => said,
        _ => Seen::Unknown(Gap::not_modelled("several resources that write the policy of one function")),
    };
}

/// All functions, to be found by their names.
struct Functions<'f> {
    all: &'f mut [Held<Function>],
    /// `name` or `name:qualifier`, which different accounts may have.
    by_name: HashMap<Text, Vec<usize>>,
}

impl<'f> Functions<'f> {
    fn of(all: &'f mut [Held<Function>]) -> Self {
        let mut by_name: HashMap<Text, Vec<usize>> = HashMap::new();
        for (at, held) in all.iter().enumerate() {
            by_name.entry(name(&held.facts)).or_default().push(at);
        }
        Functions { all, by_name }
    }

    /// The function that a property names. Each that it may name is one for `maybe`.
    fn named(
        &mut self,
        target: &Seen<Text>,
        home: &Scope,
        maybe: impl Fn(&mut Function, &Gap),
    ) -> Option<&mut Function> {
        let target = match target {
            Seen::Set(target) => target,
            Seen::Unset => return None,
            Seen::Unknown(gap) => {
                self.all.iter_mut().for_each(|held| maybe(&mut held.facts, gap));
                return None;
            }
        };
        let called = Called::of(target, home);
        let is = |held: &Held<Function>| called.is(&held.facts, &held.scope);
        let alike = self.by_name.get(&called.name).map_or(&[] as &[usize], Vec::as_slice);
        if let Some(at) = alike.iter().find(|at| self.all.get(**at).is_some_and(|held| is(held) == Ok(true))) {
            return self.all.get_mut(*at).map(|held| &mut held.facts);
        }
        for held in self.all.iter_mut() {
            if let Err(gap) = is(held) {
                maybe(&mut held.facts, &gap);
            }
        }
        None
    }
}

fn name(function: &Function) -> Text {
    qualified(&function.function_name, function.qualifier.as_ref())
}

fn statement(declared: &Declared, fields: &Fields<'_>, function: &Text) -> Result<Statement, Gap> {
    if let Some(gap) = &declared.undecided {
        return Err(gap.clone());
    }
    let missing = || Gap::not_readable(format!("a property of {} that AWS requires", declared.logical_id));
    let principal = fields.text("Principal", "Principal").known()?.ok_or_else(missing)?.clone();
    let action = fields.text("Action", "Action").known()?.ok_or_else(missing)?.clone();
    let is_service =
        principal.strip_suffix(".amazonaws.com").is_some() || principal.strip_suffix(".amazonaws.com.cn").is_some();
    let principal = match (principal.lit(), is_service) {
        (Some("*"), _) => Principal::Any("*".into()),
        (_, true) => Principal::ByType([("Service".into(), Many::One(principal))].into()),
        _ => Principal::ByType([("AWS".into(), Many::One(principal))].into()),
    };
    let mut condition: BTreeMap<Str, BTreeMap<Str, Many<Scalar>>> = BTreeMap::new();
    let conditions = [
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
    ];
    for (property, operator, key) in conditions {
        // A value that is not known at all is a hole: it may still be the right one.
        let value = match fields.clone().at(&format!("{}/Condition/{operator}", fields.pointer())).get(property, key) {
            Seen::Unset => continue,
            Seen::Unknown(gap) => return Err(gap),
            Seen::Set(value) => text(value).ok_or_else(missing)?,
        };
        condition.entry(operator.into()).or_default().insert(key.into(), Many::One(Scalar::Text(value)));
    }
    Ok(Statement {
        sid: Some(Text::new(declared.logical_id.clone())),
        effect: Some("Allow".into()),
        principal: Some(principal),
        action: Some(Many::One(action)),
        resource: Some(Many::One(function.clone())),
        condition,
        ..Statement::default()
    })
}

/// What a property calls by name, by ARN or by a part of one.
struct Called {
    /// `name` or `name:qualifier`.
    name: Text,
    scope: Scope,
}

impl Called {
    fn of(target: &Text, home: &Scope) -> Called {
        if let Some(arn) = Arn::parse(target)
            && let Some(name) = arn.resource.strip_prefix("function:")
        {
            return Called { name, scope: arn.scope(home) };
        }
        // ACCOUNT:function:NAME, of which Lambda takes any part.
        let (mut name, mut scope) = (target.clone(), home.clone());
        if let Some((account, rest)) = name.split_once(':')
            && (is_account(&account) || rest.strip_prefix("function:").is_some())
        {
            (name, scope.account) = (rest, account);
        }
        Called { name: name.strip_prefix("function:").unwrap_or(name), scope }
    }

    /// Is it this function?
    ///
    /// # Errors
    /// The gap that hides whether it is: a name, an account or a region that is given from outside may be any.
    fn is(&self, function: &Function, scope: &Scope) -> Result<bool, Gap> {
        let pairs =
            [(&self.name, &name(function)), (&self.scope.account, &scope.account), (&self.scope.region, &scope.region)];
        let open = pairs.iter().filter(|(a, b)| a != b).collect::<Vec<_>>();
        if open.is_empty() {
            return Ok(true);
        }
        if !open.iter().all(|(a, b)| could_be(a, b)) {
            return Ok(false);
        }
        let gaps = open.iter().flat_map(|(a, b)| a.gaps().into_iter().chain(b.gaps()));
        Err(gaps.into_iter().next().unwrap_or_else(|| Gap::not_readable("which function is called")))
    }
}

/// `${Fn}:live` is a function and its alias: only what must be a number is an account.
fn is_account(text: &Text) -> bool {
    match text.parts().as_slice() {
        [Part::Lit(lit)] => lit.len() == 12 && lit.bytes().all(|byte| byte.is_ascii_digit()),
        [Part::Hole(hole)] => hole.charset == Charset::Digits,
        _ => false,
    }
}

fn named<'f>(functions: &'f [Function], target: &Text) -> Option<&'f Function> {
    let name = Called::of(target, &Scope::new("", "", "")).name;
    functions.iter().find(|it| it.qualifier.is_none() && it.function_name == name)
}

/// What stands behind the function's ARN and a colon.
fn suffix(reference: &Text, function: &Text) -> Option<Text> {
    let (own, of) = (Arn::parse(reference)?.resource, Arn::parse(function)?.resource);
    let (own, of) = (own.parts(), of.join(&Text::new(":")).parts());
    let rest: Vec<_> = match (own.strip_prefix(of.as_slice()), of.split_last()) {
        (Some(rest), _) => rest.to_vec(),
        (None, Some((last, before))) => {
            let rest = own.strip_prefix(before)?;
            let (first, rest) = rest.split_first()?;
            let (Part::Lit(own), Part::Lit(of)) = (first, last) else { return None };
            let tail = own.strip_prefix(&**of)?;
            std::iter::once(Part::Lit(tail.into())).chain(rest.iter().cloned()).collect()
        }
        _ => return None,
    };
    Some(Text::from_parts(rest)).filter(|text| !text.is_empty())
}
