//! Pages for lists that moto always answers whole: its answer is cut, and the token is where to go on.

use std::ops::Range;

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Wire};
use super::xml;

const TOKEN: &str = "gatelint-page-";

/// AWS's page of a REST API list when the caller names no limit, and the largest that it may name.
const APIGATEWAY_DEFAULT: usize = 25;
const APIGATEWAY_MOST: usize = 500;

/// What moto must not see: it would cut as well, or stumble over a token that is not its own.
pub(crate) fn whole(call: &Call, page_size: Option<usize>) -> Option<Call> {
    let ours =
        ["NextToken", "Marker"].iter().any(|name| call.form.get(*name).is_some_and(|token| token.starts_with(TOKEN)));
    if !matches!(call.wire, Wire::Ec2 | Wire::Query) || !(ours || page_size.is_some()) {
        return None;
    }
    let mut call = call.clone();
    call.form.retain(|name, _| !PAGING.contains(&name.as_str()));
    let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let pairs: Vec<String> =
        call.form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    call.body = pairs.join("&").into();
    Some(call)
}

const PAGING: [&str; 5] = ["NextToken", "MaxResults", "Marker", "PageSize", "MaxItems"];

pub(crate) fn cut(call: &Call, answer: &mut Answer, page_size: Option<usize>) {
    if !answer.ok() {
        return;
    }
    let asked = |name: &str| call.query.get(name).or_else(|| call.form.get(name));
    let size = |name: &str| page_size.into_iter().chain(number(asked(name))).min();
    // Where moto pages by itself it may go on doing so, unless this bed has begun to.
    let ours = |token: &str| page_size.is_some() || asked(token).is_some_and(|token| token.starts_with(TOKEN));
    match call.service.as_str() {
        // GetStages is the one list of v1 that AWS answers whole.
        "apigateway" if call.method == "GET" && call.operation != "GetStages" => {
            let size = size("limit").unwrap_or(APIGATEWAY_DEFAULT).min(APIGATEWAY_MOST);
            cut_json(answer, "item", "position", asked("position"), Some(size));
        }
        "apigatewayv2" if call.method == "GET" => {
            cut_json(answer, "items", "nextToken", asked("nextToken"), size("maxResults"));
        }
        "lambda" if call.method == "GET" => {
            for list in ["Functions", "Aliases", "Versions"] {
                cut_json(answer, list, "NextMarker", asked("Marker"), size("MaxItems"));
            }
        }
        "ec2" if ours("NextToken") => cut_xml(answer, "item", asked("NextToken"), size("MaxResults"), |token| {
            format!("<nextToken>{token}</nextToken>")
        }),
        "elasticloadbalancing" if call.operation.starts_with("Describe") && ours("Marker") => {
            cut_xml(answer, "member", asked("Marker"), size("PageSize"), |token| {
                format!("<NextMarker>{token}</NextMarker>")
            });
        }
        "iam" if call.operation.starts_with("List") && ours("Marker") => {
            cut_xml(answer, "member", asked("Marker"), size("MaxItems"), |token| {
                format!("<IsTruncated>true</IsTruncated><Marker>{token}</Marker>")
            });
        }
        _ => {}
    }
}

fn cut_json(answer: &mut Answer, list: &str, token_name: &str, token: Option<&String>, size: Option<usize>) {
    answer.edit(|body| {
        let Some(Value::Array(items)) = body.get_mut(list) else {
            return;
        };
        let page = range(items.len(), token, size);
        let (all, end) = (items.len(), page.end);
        *items = items[page].to_vec();
        if end < all {
            body[token_name] = json!(format!("{TOKEN}{end}"));
        }
    });
}

fn cut_xml(
    answer: &mut Answer,
    item: &str,
    token: Option<&String>,
    size: Option<usize>,
    go_on: impl Fn(String) -> String,
) {
    let text = answer.text();
    let Some(list) = top_list(&text, item) else { return };
    let items = xml::children(&text, list, item).unwrap_or_default();
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        return;
    };
    let page = range(items.len(), token, size);
    let more = page.end < items.len();
    let end = page.end;
    let kept: String = items[page].iter().map(|item| &text[item.clone()]).collect();
    let mut cut = format!("{}{kept}{}", &text[..first.start], &text[last.end..]);
    if more {
        cut = cut.replacen("<IsTruncated>false</IsTruncated>", "", 1);
        let close = format!("</{list}>");
        let at = cut.rfind(&close).map_or(cut.len(), |at| at + close.len());
        cut.insert_str(at, &go_on(format!("{TOKEN}{end}")));
    }
    answer.rewrite(cut);
}

/// The list of an answer is the first element whose first child is an item.
fn top_list<'a>(text: &'a str, item: &str) -> Option<&'a str> {
    let names: Vec<&str> = text.split('<').filter_map(|tag| tag.split('>').next()).collect();
    names.windows(2).find(|pair| pair[1] == item).map(|pair| pair[0])
}

fn range(all: usize, token: Option<&String>, size: Option<usize>) -> Range<usize> {
    let start =
        token.and_then(|token| token.strip_prefix(TOKEN)).and_then(|start| start.parse().ok()).unwrap_or(0).min(all);
    let end = size.map_or(all, |size| (start + size.max(1)).min(all));
    start..end
}

fn number(text: Option<&String>) -> Option<usize> {
    text.and_then(|text| text.parse().ok())
}
