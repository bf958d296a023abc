//! Random templates: JSON with references, branches and loops in it, sometimes with a piece lost or added.

use super::naive::{Engine, Request};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

fn pick(all: &'static [&'static str]) -> BoxedStrategy<String> {
    select(all).prop_map(str::to_owned).boxed()
}

const VALUES: &[&str] = &[
    "1",
    "0",
    "-2.5",
    "1e3",
    "true",
    "null",
    "\"a\"",
    "\"\"",
    "200",
    "[]",
    "{}",
    "\"\\u00e9\\n\"",
    "$input.json('$')",
    "$input.json('$.a')",
    "$input.json('$.list')",
    "$input.path('$.n')",
    "$v",
    "$w",
    "$!v",
    "$i",
    "\"$v\"",
    "\"$!w\"",
    "\"${i}\"",
    "\"$input.params('p')\"",
    "\"$util.urlEncode($input.params('p'))\"",
    "\"$util.escapeJavaScript($input.params('p'))\"",
    "\"$util.escapeJavaScript($input.params('p')).replaceAll(\"\\\\'\",\"'\")\"",
    "\"$stageVariables.s\"",
    "$stageVariables.n",
    "\"$context.stage\"",
    "\"$context.path\"",
    "$foreach.index",
    "\"$foreach.count\"",
    "\"$unset\"",
    "$unset",
    "\"$!unset\"",
    "$input.path('$.list').size()",
    "\"#[[$v]]#\"",
];

const CONDITIONS: &[&str] = &[
    "true",
    "false",
    "$v",
    "!$v",
    "$unset",
    "$foreach.hasNext",
    "$foreach.first",
    "$foreach.last",
    "$foreach.index > 0",
    "$foreach.count != 1",
    "$i == 2",
    "$v == 'a'",
    "$v == 1",
    "$stageVariables.s == 'prod'",
    "$input.params('p')",
    "$input.params('p') == \"internal\"",
    "$w == $v",
    "$v && $w",
    "$v || true",
    "$v > 1",
    "2 >= 1",
    "$v == \"\"",
];

const SETS: &[&str] = &[
    "#set($v = 1)",
    "#set($v = 'a')",
    "#set($w = \"x\")",
    "#set($w = \"$v-$w\")",
    "#set($v = $input.params('p'))",
    "#set($w = $input.path('$.n'))",
    "#set($v = $v + 1)",
    "#set($v = $stageVariables.s)",
    "#set($v = \"\")",
    "#set($v = [1, 2])",
    "#set($w = $unset)",
    "#set($v = $stageVariables.n)",
    "#set($v = false)",
    "#set($w = 200)",
    "#set($context.requestOverride.header.a = \"1\")",
    "#set($context.requestOverride.header.a = $v)",
    "#set($context.requestOverride.header.b = 'x')",
    "## note\n",
    "#* note *#",
    " ",
    "\n",
];

const LISTS: &[&str] =
    &["[1..3]", "[1, 2]", "['a']", "[]", "$input.path('$.list')", "$v", "[1..$w]", "[3..1]", "$input.path('$.none')"];

const KEYS: &[&str] =
    &["\"k\"", "\"statusCode\"", "statusCode", "\"status\"", "\"$v\"", "\"StatusCode\"", "\"status\\u0043ode\""];

const PIECES: &[&str] =
    &[",", "{", "}", "[", "]", "\"", ":", "1", "$v", "#stop", " ", "\"statusCode\": 200", "-", "x", "\\", "'", "//"];

fn value() -> impl Strategy<Value = String> {
    pick(VALUES).prop_recursive(4, 24, 4, |inner| {
        let member = (pick(KEYS), inner.clone()).prop_map(|(key, value)| format!("{key}: {value}")).boxed();
        prop_oneof![
            3 => vec(member.clone(), 0..4).prop_map(|all| format!("{{{}}}", all.join(", "))),
            2 => vec(inner.clone(), 0..3).prop_map(|all| format!("[{}]", all.join(","))),
            2 => (pick(SETS), inner.clone()).prop_map(|(set, value)| format!("{set}{value}")),
            2 => (pick(CONDITIONS), inner.clone(), inner.clone())
                .prop_map(|(condition, a, b)| format!("#if({condition}){a}#{{else}}{b}#end")),
            1 => (pick(CONDITIONS), pick(SETS), pick(SETS), inner.clone())
                .prop_map(|(condition, a, b, value)| format!("#if({condition}){a}#{{else}}{b}#end{value}")),
            1 => (pick(CONDITIONS), member.clone(), member.clone())
                .prop_map(|(condition, a, b)| format!("{{#if({condition}){a}#{{else}}{b}#end}}")),
            1 => (pick(CONDITIONS), member.clone(), member)
                .prop_map(|(condition, a, b)| format!("{{{a}#if({condition}), {b}#end}}")),
            2 => (pick(LISTS), inner.clone())
                .prop_map(|(list, a)| format!("[#foreach($i in {list}){a}#if($foreach.hasNext),#end#end]")),
            1 => (pick(LISTS), inner.clone(), pick(SETS))
                .prop_map(|(list, a, set)| format!("[#foreach($i in {list})#if($foreach.index > 0),#end{set}{a}#end]")),
            1 => (pick(LISTS), inner.clone())
                .prop_map(|(list, a)| format!("[#foreach($i in {list}){a},#end]")),
            1 => (pick(LISTS), pick(CONDITIONS), inner)
                .prop_map(|(list, condition, a)| format!("[#foreach($i in {list})#if({condition})#break#end{a}#end]")),
        ]
    })
}

/// A template; every other one as it was grown.
pub(super) fn template() -> impl Strategy<Value = String> {
    (vec(pick(SETS), 0..3), value(), proptest::option::of((any::<prop::sample::Index>(), pick(PIECES), any::<bool>())))
        .prop_map(|(sets, value, change)| {
            let mut text = sets.concat() + &value;
            if let Some((at, piece, lose)) = change {
                let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
                let at = places[at.index(places.len())];
                if lose && at < text.len() {
                    text.remove(at);
                } else {
                    text.insert_str(at, &piece);
                }
            }
            text
        })
}

pub(super) fn engine() -> impl Strategy<Value = Engine> {
    (any::<bool>(), any::<bool>()).prop_map(|(literal, lenient)| Engine { literal, lenient })
}

pub(super) fn stage() -> impl Strategy<Value = std::collections::BTreeMap<String, String>> {
    let value = pick(&["prod", "1", "a-b", "https://x.example/?a=b&c", "007", "a"]);
    btree_map(pick(&["s", "n"]), value, 0..3)
}

pub(super) fn request() -> impl Strategy<Value = Request> {
    let word = pick(&["", "a", "internal", "it's", "say \"hi\"", "\\", "\n", "1", "\"}", "é/", "\", \"x\": \""]);
    let body = select(vec![
        json!({}),
        json!({"a": "x\"y", "n": 7, "list": [1, "two", null, {"b": "c"}]}),
        json!({"a": {"b": [true]}, "n": "7", "list": []}),
        json!({"a": null, "n": -1, "list": ["only"]}),
        json!([1]),
    ]);
    (btree_map(Just("p".to_owned()), word.clone(), 0..2), body, stage(), pick(&["prod", "v1"]), word).prop_map(
        |(params, body, stage, name, path)| Request {
            params,
            body,
            stage,
            context: [("stage".to_owned(), name), ("path".to_owned(), path)].into(),
        },
    )
}
